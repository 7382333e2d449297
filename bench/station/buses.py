"""The buses of a station: the bench's ports on them, and the simulated car's."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import can

from bench.can.databases import find
from bench.can.interface.acted_on import ActedOn
from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.health import InterfaceHealth
from bench.can.interface.opening import check_interface, open_channel, traits_of
from bench.can.port import Port
from bench.can.roles import RoleMap, load_roles
from bench.can.simulated.medium import Medium
from bench.can.simulated.python_can import SimulatedBus
from bench.can.site import CanSite
from bench.can.tampering import Tampering
from bench.can.transmitter import protection_of
from bench.car.model import CarBus, CarModel
from bench.clock.simulated_loop import SimulatedLoop
from bench.config.bench_file import INNER, CanSection, StationFile
from bench.errors import ConfigError, DatabaseRefused, nearest, placed
from bench.journal import Journal
from bench.station.stamp import has_wire

OWN_BODY_ROLES = "body.toml"
DEFAULT_BITRATE, DEFAULT_DATA_BITRATE = 500_000, 2_000_000
_CHANNELS = itertools.count(1)


def load_role_maps(file: StationFile, model: CarModel) -> dict[str, RoleMap]:
    """Return what each bus carries: the bench file's word counts before the car file's.

    "inner" is the car's own bus for what its body database does not carry.
    """
    for bus in file.content.can:
        if bus not in model.file.can:
            known = nearest(bus, model.file.can)
            raise ConfigError(f"{file.path}: can.{bus}: {model.name} has no such bus: {known}")
    maps: dict[str, RoleMap] = {}
    for bus, section in model.file.can.items():
        own = file.content.can.get(bus, CanSection())
        if own.roles or own.databases:
            maps[bus] = _own_roles(f"{file.path}: can.{bus}", own, section.roles, file.base)
        else:
            with placed(f"{model.path}: can.{bus}"):
                maps[bus] = load_roles(section.roles, section.databases, model.path.parent)
    for role_map in maps.values():
        with placed(str(role_map.path)):
            for name, protection in role_map.protection.items():
                protection_of(role_map.database.message(name), protection)  # a key may be missing
    inner = load_roles(OWN_BODY_ROLES, [], file.base)
    if set(inner.roles) - set(maps["body"].roles):
        maps[INNER] = inner
    return maps


def _own_roles(where: str, own: CanSection, usual: str, base: Path) -> RoleMap:
    """Return what a bench file says of a bus; an error names the key that led to it."""
    with placed(f"{where}.databases"):
        for name in own.databases:
            find(name, base)
    try:
        return load_roles(own.roles or usual, own.databases, base)
    except ConfigError as error:
        refused = isinstance(error, DatabaseRefused) or own.roles is None
        with placed(f"{where}.{'databases' if refused else 'roles'}"):
            raise


def bit_rates(section: CanSection, car: CarBus | None) -> list[int]:
    """Return a bus's nominal and data bit rate: what the bench file says, else the car's."""
    usual = (car.bitrate, car.data_bitrate) if car else (DEFAULT_BITRATE, DEFAULT_DATA_BITRATE)
    own = (section.bitrate, section.data_bitrate)
    return [u if o is None else o for o, u in zip(own, usual, strict=True)]


@dataclass
class Buses:
    """All buses of a station.

    On simulated time there is one medium for everybody. In real time the bench and the simulated
    car have a connection each, so that the bench hears the car as it would hear a real one.

    Attributes:
        role_maps: what each carries.
        bit_rates: of each that has an outside, nominal and of the data phase, in bit/s.
    """

    role_maps: dict[str, RoleMap]
    bit_rates: dict[str, list[int]] = field(default_factory=dict)
    _bench: "dict[str, Medium | InterfaceBus]" = field(default_factory=dict)
    _car: "dict[str, Medium | InterfaceBus]" = field(default_factory=dict)
    _open_again: dict[str, Callable[[], can.BusABC]] = field(default_factory=dict)
    _strangers: list[can.BusABC] = field(default_factory=list)

    def open(self, file: StationFile, model: CarModel, journal: Journal) -> None:
        """Open every bus on its interface; raises ConfigError or CanFault."""
        loop = asyncio.get_running_loop()
        for bus in self.role_maps:
            section = file.content.can.get(bus, CanSection())
            rates = bit_rates(section, model.file.can.get(bus))
            if bus != INNER:
                self.bit_rates[bus] = rates
            if isinstance(loop, SimulatedLoop):
                check_interface(f"{file.path}: can.{bus}", section.interface, real=False)
                self._bench[bus] = self._car[bus] = Medium(
                    bus, loop, None if bus == INNER else journal,
                    bitrate=rates[0], data_bitrate=rates[1],
                )  # fmt: skip
            else:
                with placed(str(file.path)):  # an extra that is missing, say
                    self._open_interface(bus, section, journal)

    def _open_interface(self, bus: str, section: CanSection, journal: Journal) -> None:
        causes, tampering = Causes(), Tampering()
        if bus == INNER:
            health = InterfaceHealth(bus, "car", journal, tells_of_bus=False)
            self._car[bus] = self._bench[bus] = InterfaceBus(
                bus, None, now_ns=journal.now_ns, journal=None, health=health, causes=causes
            )
            return
        interface, channel = section.interface, section.channel
        if interface == "simulated":
            # a bus of this process alone, under a name that no other station here has
            interface, channel = "virtual", f"{bus}-{next(_CHANNELS)}"
        if interface == "virtual" and channel is None:
            channel = bus  # python-can's default is one channel, for every bus the same
        car_channel = channel if section.car_channel is None else section.car_channel
        options: dict[str, Any] = dict(section.options)
        if section.bitrate is not None:
            options["bitrate"] = section.bitrate
        if section.data_bitrate is not None:
            options |= {"data_bitrate": section.data_bitrate, "fd": True}

        def connect(side: str, to: Any) -> InterfaceBus:
            records = side == "bench"
            traits = traits_of(
                bus, interface, journal.now_ns, kernel_cyclic=section.cyclic == "kernel"
            )
            return InterfaceBus(
                bus, open_channel(bus, interface, to, **options), now_ns=journal.now_ns,
                journal=journal if records else None, causes=causes, tampering=tampering,
                acted_on=None if records else ActedOn(bus, journal),
                health=InterfaceHealth(bus, side, journal, tells_of_bus=records), traits=traits,
            )  # fmt: skip

        self._open_again[bus] = partial(open_channel, bus, interface, channel, **options)
        self._bench[bus] = connect("bench", channel)
        self._car[bus] = connect("car", car_channel)

    def car_port(self, bus: str, node: str) -> Port:
        """Return a simulated unit's connection."""
        return self._car[bus].port(node)

    def bench_port(self, bus: str, node: str = "bench") -> Port:
        """Return the bench's own connection (the mocked telematics unit's, the taps')."""
        return self._bench[bus].port(node)

    def python_can(self, bus: str) -> can.BusABC:
        """Return one more node on a bus, as python-can's own kind of bus; it ends with the station.

        In real time the bus's interface is opened once more; raises CanFault: it cannot be.
        """
        medium = self._bench[bus]
        if isinstance(medium, Medium):
            return SimulatedBus(medium)
        stranger = self._open_again[bus]()
        self._strangers.append(stranger)
        return stranger

    def sites(self, file: StationFile, journal: Journal) -> dict[str, CanSite]:
        """Return each bus as faults see it on the bench of a file."""
        return {bus: self._site(bus, file, journal) for bus in self.observed()}

    def _site(self, bus: str, file: StationFile, journal: Journal) -> CanSite:
        section = file.content.can.get(bus, CanSection())
        sides = dict.fromkeys((self._bench[bus], self._car[bus]))
        return CanSite(
            self.role_maps[bus], interface=_carried_by(section, file),
            bitrate=self.bit_rates[bus][0], has_wire=has_wire(section),
            journal=journal, sides=tuple(sides),
        )  # fmt: skip

    def observed(self) -> list[str]:
        """Return the buses that the bench is wired to."""
        return [bus for bus in self._bench if bus != INNER]

    def busy_ns(self, bus: str) -> int:
        """Return for how long frames have occupied a simulated bus so far (an interface: 0)."""
        medium = self._bench[bus]
        return medium.busy_ns if isinstance(medium, Medium) else 0

    def worst_lateness_ns(self) -> int:
        """Return how late a cyclic frame was sent at worst since the last call (in real time)."""
        return max((bus.worst_lateness_ns() for bus in self._interfaces()), default=0)

    def _interfaces(self) -> list[InterfaceBus]:
        sides = (*self._car.values(), *self._bench.values())
        return [bus for bus in sides if isinstance(bus, InterfaceBus)]

    def flush(self) -> None:
        """In real time, have the loop take at once what has come on any bus."""
        for bus in self._bench.values():
            if isinstance(bus, InterfaceBus):
                bus.flush()

    def finish(self) -> int:
        """Write down what is still open; return how many frames there were."""
        for bus in self._bench.values():
            if isinstance(bus, Medium):
                bus.finish()
        return sum(self._bench[bus].frame_count for bus in self.observed())

    def close(self) -> None:
        """Close every interface."""
        for stranger in self._strangers:
            stranger.shutdown()
        for bus in self._interfaces():
            bus.close()


def _carried_by(section: CanSection, file: StationFile) -> str:
    """Return what carries a bus: in real time, python-can's virtual one stands for "simulated"."""
    virtual = section.interface == "simulated" and file.content.bench.time == "real"
    return "virtual" if virtual else section.interface
