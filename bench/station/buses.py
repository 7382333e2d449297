"""The buses of a station: the bench's ports on them, and the simulated car's."""

import asyncio
from dataclasses import dataclass, field

from bench.can.medium import Medium
from bench.can.port import Port
from bench.can.roles import RoleMap, load_roles
from bench.can.simulated import SimulatedBus
from bench.car.model import CarModel
from bench.clock.simulated import SimulatedLoop
from bench.config.bench_file import CanSection, StationFile
from bench.errors import ConfigError
from bench.journal import Journal

OWN_BODY_ROLES = "body.toml"


def load_role_maps(station: StationFile, model: CarModel) -> dict[str, RoleMap]:
    """Return what each bus carries: the bench file's word counts before the car file's.

    "inner" is the car's own bus for what its body database does not carry.
    """
    maps: dict[str, RoleMap] = {}
    for bus, section in model.file.can.items():
        own = station.content.can.get(bus, CanSection())
        if own.roles or own.databases:
            roles = own.roles or section.roles
            maps[bus] = load_roles(roles, own.databases, station.base)
        else:
            maps[bus] = load_roles(section.roles, section.databases, model.path.parent)
    inner = load_roles(OWN_BODY_ROLES, [], station.base)
    if set(inner.roles) - set(maps["body"].roles):
        maps["inner"] = inner
    return maps


@dataclass
class Buses:
    """All buses of a station.

    Attributes:
        role_maps: what each carries.
    """

    role_maps: dict[str, RoleMap]
    _media: dict[str, Medium] = field(default_factory=dict)

    def open(self, station: StationFile, model: CarModel, journal: Journal) -> None:
        """Open every bus on its interface; raises ConfigError or CanFault."""
        loop = asyncio.get_running_loop()
        for bus in self.role_maps:
            section = station.content.can.get(bus, CanSection())
            car = model.file.can.get(bus)
            if not isinstance(loop, SimulatedLoop):
                raise ConfigError(f"{station.path}: can.{bus}: real time is not built yet")
            self._media[bus] = Medium(
                bus, loop, None if bus == "inner" else journal,
                bitrate=section.bitrate or (car.bitrate if car else 500_000),
                data_bitrate=section.data_bitrate or (car.data_bitrate if car else 2_000_000),
            )  # fmt: skip

    def car_port(self, bus: str, node: str) -> Port:
        """Return a simulated unit's connection."""
        return self._media[bus].port(node)

    def bench_port(self, bus: str, node: str = "bench") -> Port:
        """Return the bench's own connection (the mocked telematics unit's, the taps')."""
        return self._media[bus].port(node)

    def python_can(self, bus: str) -> SimulatedBus:
        """Return one more node on a simulated bus, as python-can's own kind of bus."""
        return SimulatedBus(self._media[bus])

    def observed(self) -> list[str]:
        """Return the buses that the bench is wired to."""
        return [bus for bus in self._media if bus != "inner"]

    def finish(self) -> int:
        """Write down what is still open; return how many frames there were."""
        frames = 0
        for bus, medium in self._media.items():
            medium.finish()
            frames += medium.frame_count if bus != "inner" else 0
        return frames

    def close(self) -> None:
        """Close every interface."""
