"""The LIN buses of a station: the bench's connections, and the simulated car's."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.can.databases import find, load
from bench.can.interface.opening import check_interface, open_channel, traits_of
from bench.can.roles import RoleMap, load_roles
from bench.car.lin_side import LinSide
from bench.car.model import CarLin, CarModel
from bench.clock.simulated_loop import SimulatedLoop
from bench.config.bench_file import StationFile
from bench.config.lin_section import LinSection
from bench.config.toml_file import read_toml
from bench.errors import ConfigError, NotObservable, nearest
from bench.events import ReceiverLost
from bench.journal import Journal
from bench.lin import ldf
from bench.lin.interface import LinInterface
from bench.lin.master import Master
from bench.lin.port import LinPort
from bench.lin.simulated import SimulatedLin
from bench.lin.twin import SllinTwin
from bench.station.tap import Tap

WIRED = ("simulated", "virtual")  # interfaces on which the simulated car can be
_CHANNELS = itertools.count(1)


@dataclass(frozen=True)
class LinBus:
    """What one LIN bus is.

    Attributes:
        roles: its role map; without a role file it has none.
        description: its LDF file.
    """

    roles: RoleMap
    description: ldf.Description


def load_lin(file: StationFile, model: CarModel) -> dict[str, LinBus]:
    """Return every LIN bus of car and bench file: the bench file's word counts first.

    Raises:
        ConfigError: a bus has no LDF file, more than one, or a role that does not fit it.
        MissingExtra: ldfparser is not installed.
    """
    found: dict[str, LinBus] = {}
    for bus in sorted({*model.file.lin, *file.content.lin}):
        own, car = file.content.lin.get(bus), model.file.lin.get(bus)
        if own is not None and (own.roles or own.databases):
            roles = own.roles or (car.roles if car else None)
            found[bus] = _load(bus, roles, own.databases, file)
        elif car is not None:
            found[bus] = _load(bus, car.roles, car.databases, StationFile(model.path, file.content))
        else:
            raise ConfigError(f"{file.path}: lin.{bus}: needs databases (an LDF file) or roles")
    return found


def _load(bus: str, roles: str | None, databases: list[str], file: StationFile) -> LinBus:
    """Return a bus from its files; `file` is where they are named."""
    base, names = file.base, databases
    if roles is not None and not names:
        path = find(roles, base)
        database = read_toml(path).get("database")
        base, names = path.parent, [str(database)] if database else []
    if len(names) != 1:
        raise ConfigError(f"{file.path}: lin.{bus}.databases: one LDF file describes a LIN bus")
    where = find(names[0], base)
    description = ldf.describe(where)
    if roles is None:
        return LinBus(RoleMap(load((where,), parse=ldf.messages), {}, 0.1, {}, {}), description)
    return LinBus(load_roles(roles, databases, file.base, ldf.messages), description)


@dataclass
class LinBuses:
    """All LIN buses of a station.

    On simulated time there is one bus for everybody. In real time the simulated car's bus and the
    bench meet on a python-can channel, by a twin of the driver.

    Attributes:
        buses: what each is.
        taps: the bench's view of each that it is wired to.
    """

    buses: dict[str, LinBus]
    taps: dict[str, Tap] = field(default_factory=dict)
    _lines: dict[str, SimulatedLin] = field(default_factory=dict)
    _bench: "dict[str, SimulatedLin | LinInterface]" = field(default_factory=dict)
    _closing: list[Callable[[], None]] = field(default_factory=list)

    def open(self, file: StationFile, model: CarModel, journal: Journal) -> None:
        """Open every bus; raises ConfigError, or CanFault for an interface that is not there."""
        simulated = isinstance(asyncio.get_running_loop(), SimulatedLoop)
        for bus, what in self.buses.items():
            section = file.content.lin.get(bus)
            if section is not None and simulated:
                check_interface(f"{file.path}: lin.{bus}", section.interface, real=False)
            car = model.file.lin.get(bus)
            direct = simulated and section is not None
            line = SimulatedLin(
                bus, journal.now_ns, journal if direct else None,
                bitrate=_bitrate(section, car), classic=what.description.classic,
            )  # fmt: skip
            self._lines[bus] = line
            if section is not None:
                self._bench[bus] = line if simulated else self._connect(bus, section, line, journal)
                self._begin(bus, section, journal)

    def _connect(
        self, bus: str, section: LinSection, line: SimulatedLin, journal: Journal
    ) -> LinInterface:
        """Open the bench's interface, and the twin's where the simulated car is on it."""
        interface, channel = section.interface, section.channel
        if interface == "simulated":
            interface, channel = "virtual", f"lin-{bus}-{next(_CHANNELS)}"
        options: dict[str, Any] = dict(section.options)
        opened = open_channel(bus, interface, channel, room="lin", **options)
        if section.interface in WIRED:
            twin = SllinTwin(
                line, open_channel(bus, interface, channel, room="lin", **options), journal.now_ns,
                master=section.master,
                on_failure=lambda e: _lost(journal, bus, e),
            )  # fmt: skip
            self._closing.append(twin.close)
        made = LinInterface(
            bus, opened, self.buses[bus].description, journal, bitrate=section.bitrate,
            traits=traits_of(bus, interface, journal.now_ns),
        )  # fmt: skip
        self._closing.append(made.close)
        return made

    def _begin(self, bus: str, section: LinSection, journal: Journal) -> None:
        """Watch a bus, and be its master if the bench file says so."""
        what, line = self.buses[bus], self._bench[bus]
        self.taps[bus] = Tap(line.port("bench"), what.roles, journal)
        if section.master:
            slots = what.description.schedule(section.schedule, section.bitrate)
            master = Master(line, "bench", slots)
            master.start()
            self._closing.append(master.stop)

    def bench_port(self, bus: str, node: str = "bench") -> LinPort:
        """Return the bench's connection; raises NotObservable where it is not wired to the bus."""
        if bus not in self._bench:
            raise NotObservable(f"lin.{bus} is not observable here: {nearest(bus, self._bench)}")
        return self._bench[bus].port(node)

    def absent(self) -> dict[str, str]:
        """Return the roles of buses that the bench is not wired to, and which bus that is."""
        return {
            role: bus for bus, what in self.buses.items() if bus not in self._bench
            for role in what.roles.roles
        }  # fmt: skip

    def car_sides(self, model: CarModel, file: StationFile) -> dict[str, LinSide]:
        """Return the simulated car's end of each bus that it has."""
        mastered = {bus for bus, section in file.content.lin.items() if section.master}
        return {
            bus: LinSide(self._lines[bus], self.buses[bus].roles, self.buses[bus].description,
                         mastered=bus in mastered)
            for bus in model.file.lin
        }  # fmt: skip

    def described(self) -> dict[str, Any]:
        """Return the roles of the buses that are observed, as a recording's header holds them."""
        return {
            f"{bus}.{name}": role.described()
            for bus in self.taps for name, role in self.buses[bus].roles.roles.items()
        }  # fmt: skip

    def frames(self) -> int:
        """Return how many frames there were on the buses that are observed."""
        return sum(line.frame_count for line in self._bench.values())

    def flush(self) -> None:
        """In real time, have the loop take at once what has come on any bus."""
        for line in self._bench.values():
            if isinstance(line, LinInterface):
                line.flush()

    def line(self, bus: str) -> SimulatedLin:
        """Return the simulated wires of a bus, to disturb them."""
        return self._lines[bus]

    def close(self) -> None:
        """Close every interface."""
        for close in reversed(self._closing):
            close()
        self._closing.clear()


def _bitrate(section: LinSection | None, car: CarLin | None) -> int:
    if section is not None:
        return section.bitrate
    return car.bitrate if car is not None else LinSection().bitrate


def _lost(journal: Journal, bus: str, error: Exception) -> None:
    journal.write(ReceiverLost(f"lin.{bus} (car's side)", str(error) or repr(error)))
