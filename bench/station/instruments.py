"""The instruments of a station: relay boards, supplies, meters, by the names in its file."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace

from bench.config.bench_file import (
    MeterSection,
    RelaysSection,
    StationFile,
    SupplySection,
)
from bench.config.contact import Contact
from bench.errors import ConfigError, InstrumentFault, nearest
from bench.events import Edge, InstrumentFound, LineLevel, RelaySwitched, SupplySet, SupplySwitched
from bench.guardian.plan import SafeStep
from bench.instruments.kinds import Instrument, Meter, RelayBoard, Setup, Supply
from bench.instruments.pace import Pace
from bench.instruments.plug import Plug, plug_in
from bench.instruments.wire_twin import twin_of
from bench.journal import Journal
from bench.registry import Registry, registry
from bench.station.polling import Poller
from bench.station.safe_sequence import declared_steps
from bench.station.supply_watch import SupplyWatch
from bench.wiring.contacts import attach
from bench.wiring.nets import Wiring

_Section = RelaysSection | SupplySection | MeterSection
_Named = tuple[str, str, _Section, dict[str, int], dict[str, str]]
KINDS = ("relays", "supplies", "meters")
THRESHOLD_V = 3.0
# the back ends behind which the bench itself plugs a twin in
TWIN_BACKENDS = {"@sim": "memory", "@pty": "pty", "@socket": "loopback"}


def models(kind: str) -> Registry:
    """Return the models of a kind ("relays", "supplies", "meters")."""
    return registry({"relays": "relay board", "supplies": "supply", "meters": "meter"}[kind],
                    f"instruments/{kind}")  # fmt: skip


def level(line: str, volts: float) -> str:
    """Return what a line's voltage means, in the line's own words.

    >>> level("lock_motor_driver", -13.4), level("latch_driver", 0.0), level("handle", 12.0)
    ('lock', 'locked', 'closed')
    """
    if line.startswith("lock_motor"):
        if abs(volts) < THRESHOLD_V:
            return "idle"
        return "unlock" if volts > 0 else "lock"
    high = volts > THRESHOLD_V
    if line.startswith("latch"):
        return "unlocked" if high else "locked"
    return "closed" if high else "open"


def _poled(station: StationFile, setup: Setup, section: MeterSection) -> Setup:
    """Return a setup that knows how lines are wired; raises ConfigError for one it has not."""
    for key, lines in (("reverse", section.reverse), ("inverted", section.inverted)):
        for line in lines:
            if line not in section.channels:
                hint = nearest(line, section.channels)
                raise ConfigError(
                    f'{station.path}: meters.{setup.name}.{key}: no channel "{line}": {hint}'
                )
    return replace(setup, reverse=section.reverse, inverted=frozenset(section.inverted))


def _joined(failures: list[InstrumentFault]) -> str:
    return "; ".join(map(str, failures))


@dataclass
class Instruments:
    """Every instrument of a station, opened.

    Args:
        journal: where switching is recorded.
        wiring: the simulated bench's nets.
        pace: how drivers wait.
        hand_over: runs on the bench's event loop what a twin behind a wire does to the car (None:
            at once, where everything happens on one thread).
        permit: called before anything is switched on; raises where that is not allowed.
        patience: entered while one device is opened or made safe, which can take seconds.
    """

    journal: Journal
    wiring: Wiring
    pace: Pace
    hand_over: Callable[[Callable[[], None]], object] | None = None
    permit: Callable[[], None] = lambda: None
    patience: Callable[[], AbstractContextManager[object]] = nullcontext
    relays: dict[str, RelayBoard] = field(default_factory=dict)
    supplies: dict[str, Supply] = field(default_factory=dict)
    meters: dict[str, Meter] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    volts: dict[str, float] = field(default_factory=dict)
    sections: dict[str, SupplySection] = field(default_factory=dict)
    simulated: set[str] = field(default_factory=set)
    _levels: dict[str, str] = field(default_factory=dict)
    _plugs: list[Plug] = field(default_factory=list)
    _pollers: list[Poller] = field(default_factory=list)
    _watches: dict[str, SupplyWatch] = field(default_factory=dict)
    _declared: list[SafeStep] = field(default_factory=list)

    def open(self, station: StationFile) -> None:
        """Open everything that the file names, each made safe and read back before anything else.

        An instrument that cannot be opened keeps no other from being made safe.
        """
        self._declared = declared_steps(station)
        failures = []
        for kind, name, section, channels, wired in self._named(station):
            try:
                with self.patience():
                    self._make(station, kind, name, section, channels, wired)
            except InstrumentFault as error:
                failures.append(error)
        if failures:
            raise failures[0] if len(failures) == 1 else InstrumentFault(_joined(failures))
        self._record_identities()
        for name, supply in station.content.supplies.items():
            self.supplies[name].set_voltage(supply.voltage_v)
            self.volts[name], self.sections[name] = supply.voltage_v, supply
            self.supplies[name].set_current_limit(supply.current_limit_a)
            self._protect(station, name, supply)
            self._watches[name] = SupplyWatch(
                name, self.supplies[name], supply.current_limit_a, self.journal,
                supply.current_error_ma / 1000,
            )  # fmt: skip

    def _protect(self, station: StationFile, name: str, supply: SupplySection) -> None:
        if supply.ovp_v is not None and supply.ovp_v <= supply.voltage_v:
            raise ConfigError(
                f"{station.path}: supplies.{name}.ovp_v: {supply.ovp_v:g} V is not above "
                f"voltage_v = {supply.voltage_v:g} V"
            )
        self.supplies[name].protect(supply.ovp_v, over_current=supply.ocp)

    def _named(self, station: StationFile) -> Iterator[_Named]:
        """Yield what the file names: kind, name, section, channels, and their nets."""
        content = station.content
        for name, relays in content.relays.items():
            yield "relays", name, relays, relays.numbers, self._wire(station, name, relays)
        for name, supply in content.supplies.items():
            yield "supplies", name, supply, {name: supply.channel}, {name: supply.net or name}
        for name, meter in content.meters.items():
            nets = {channel: channel for channel in meter.channels} | meter.nets
            yield "meters", name, meter, meter.channels, nets

    def _record_identities(self) -> None:
        for kind in KINDS:
            for name, instrument in getattr(self, kind).items():
                self.journal.write(InstrumentFound(f"{kind}.{name}", instrument.identity()))

    def listen(self) -> None:
        """Begin to look at the sensed lines: how they stand, and every change from now on."""
        for meter in self.meters.values():
            for line in meter.setup.channels:
                self._levels[line] = level(line, meter.read(line))
                self.journal.write(LineLevel(line, self._levels[line]))
            meter.watch(self._on_level)

    def pollers(self, now_ns: Callable[[], int]) -> list[Poller]:
        """Return what asks the meters that do not tell by themselves."""
        self._pollers = [
            Poller(name, meter, self.journal, now_ns)
            for name, meter in self.meters.items()
            if meter.poll_s
        ]
        return self._pollers

    def watch_supplies(self, *, in_real_time: bool) -> list[SupplyWatch]:
        """Watch every supply that feeds something; return those that want to be polled."""
        polled = []
        for name, section in self.sections.items():
            watch = self._watches[name]
            if section.model == "simulated" or not in_real_time:
                watch.follow(self.wiring.net(section.net or name))
            else:
                polled.append(watch)
        return polled

    def record_currents(self, without: str | None) -> None:
        """Write down from now on what every supply reads back, but for one that is no supply."""
        for name, watch in self._watches.items():
            if name != without:
                watch.record()

    def _wire(self, station: StationFile, name: str, relays: RelaysSection) -> dict[str, str]:
        """Wire a board's contacts into the simulated car; return the net of each coil.

        A plain switch needs no contact of its own: its coil is its net. On hardware, wires are
        wires.
        """
        nets = {channel: channel for channel in relays.channels} | relays.nets
        simulated = relays.model == "simulated" or relays.backend in TWIN_BACKENDS
        for function, contact in relays.channels.items():
            self.contacts[function] = contact
            if simulated:
                self.simulated.add(function)
            plain = contact.contact == "no" and not (contact.opens or contact.shorts)
            if simulated and not plain:
                where = f"{station.path}: relays.{name}.channels.{function}"
                nets[function] = attach(
                    self.wiring, f"{name}.{function}", contact, nets[function], where
                )
        return nets

    def _make(
        self,
        station: StationFile,
        kind: str,
        name: str,
        section: _Section,
        channels: dict[str, int],
        nets: dict[str, str],
    ) -> None:
        setup = Setup(
            name, section.resource, channels, nets, self.wiring, self.pace, section.backend
        )
        if isinstance(section, MeterSection):
            setup = _poled(station, setup, section)
        try:
            model = models(kind).get(section.model)
            if section.backend in TWIN_BACKENDS:
                setup = self._twinned(section.model, setup)
        except ConfigError as error:
            raise ConfigError(f"{station.path}: {kind}.{name}.model: {error}") from None
        instrument: Instrument = model(setup)
        try:
            instrument.open()
        except ConfigError as error:
            raise ConfigError(f"{station.path}: {error}") from None
        getattr(self, kind)[name] = instrument
        instrument.safe()

    def _twinned(self, model: str, setup: Setup) -> Setup:
        """Plug a model's twin in; return the setup of the driver that is to find it."""
        if self.hand_over is None and TWIN_BACKENDS[setup.backend] != "memory":
            raise ConfigError(
                f'the back end "{setup.backend}" needs time = "real": a twin behind a wire '
                'answers when it answers; in simulated time use "@sim"'
            )
        twin = twin_of(model, setup)
        if self.hand_over is not None:
            twin.hand_over = self.hand_over
        if TWIN_BACKENDS[setup.backend] != "memory":
            twin.needs_s = 0.0  # a thread sees when it is let run, not when bytes came
        plug = plug_in(twin, TWIN_BACKENDS[setup.backend], setup.resource)
        self._plugs.append(plug)
        return replace(setup, resource=plug.resource, backend=plug.visa)

    # ── relays ────────────────────────────────────────────────────────────────────────────

    def board_of(self, function: str) -> tuple[str, RelayBoard]:
        """Return the board that has a channel for a function of the car."""
        for name, board in self.relays.items():
            if function in board.setup.channels:
                return name, board
        known = [channel for board in self.relays.values() for channel in board.setup.channels]
        hint = nearest(function, known)
        raise ConfigError(f'no relay channel of this bench does "{function}": {hint}')

    def switch(self, function: str, *, closed: bool, cause: int | None) -> int:
        """Open or close the contact of a function, on the record; return the entry."""
        name, board = self.board_of(function)
        contact = self.contacts[function]
        if contact.energised(closed=closed):
            self.permit()
        with self._because(cause) as note:
            read = board.set(function, closed=contact.energised(closed=closed))
        verified = None if read is None else contact.energised(closed=True) is read
        return note(RelaySwitched(name, function, closed, verified))

    def contact_closed(self, function: str) -> bool | None:
        """Return whether a contact is closed, by what its board reads back (None: it cannot)."""
        read = self.board_of(function)[1].state(function)
        return None if read is None else self.contacts[function].energised(closed=True) is read

    def rest(self) -> None:
        """Let every contact stand as it does when nothing is asked of it.

        For most that is de-energised; those that a dead bench leaves otherwise are switched.
        """
        for function, contact in self.contacts.items():
            if contact.rest != contact.de_energised:
                self.switch(function, closed=contact.rest == "closed", cause=None)

    def power(self, supply: str, *, on: bool, cause: int | None) -> int:
        """Switch a supply's output, on the record; return the entry."""
        if supply not in self.supplies:
            raise ConfigError(f'no supply "{supply}": {nearest(supply, self.supplies)}')
        if on:
            self.permit()
        self._watches[supply].switched(on=on)
        with self._because(cause) as note:
            verified = self.supplies[supply].set_output(on=on)
        return note(SupplySwitched(supply, supply, on, verified))

    def limit_current(self, supply: str, amperes: float) -> None:
        """Set a supply's current limit."""
        self.supplies[supply].set_current_limit(amperes)
        self._watches[supply].limit_a = amperes

    def set_voltage(
        self, supply: str, volts: float, cause: int | None, *, measured: bool = False
    ) -> int:
        """Set a supply's voltage, on the record, measured if asked; return the entry."""
        if supply not in self.supplies:
            raise ConfigError(f'no supply "{supply}": {nearest(supply, self.supplies)}')
        with self.wiring.because(cause):
            self.supplies[supply].set_voltage(volts)
        found = self.supplies[supply].measure_voltage() if measured else None
        return self.journal.write(SupplySet(supply, volts, found), cause)

    @contextmanager
    def _because(
        self, cause: int | None
    ) -> Iterator[Callable[[RelaySwitched | SupplySwitched], int]]:
        def note(event: RelaySwitched | SupplySwitched) -> int:
            return self.journal.write(event, cause)

        with self.wiring.because(cause):
            yield note

    # ── senses ────────────────────────────────────────────────────────────────────────────

    def _on_level(self, line: str, volts: float, cause: int | None) -> None:
        word = level(line, volts)
        if self._levels.get(line) != word:
            self._levels[line] = word
            self.journal.write(Edge(line, word, self._uncertain_ns(line)), cause)

    def _uncertain_ns(self, line: str) -> int:
        """Return how much earlier a change of a line may have happened than it is seen."""
        asked = (p.uncertain_ns for p in self._pollers if line in p.meter.setup.channels)
        return next(asked, 0)

    def level_of(self, line: str) -> str | None:
        """Return how a sensed line stands in its own words; None where no meter looks at it."""
        return self._levels.get(line)

    def sensed(self) -> list[str]:
        """Return every line that a meter looks at."""
        return [line for meter in self.meters.values() for line in meter.setup.channels]

    # ── the end ───────────────────────────────────────────────────────────────────────────

    def safe(self) -> None:
        """Make everything safe: what is declared, relays, supplies. Tries all, then raises.

        Boards with a contact that is not at rest when it is de-energised (a switch wired normally
        closed) come after the supplies: the car must not act on it.
        """
        for step in self._declared:
            with suppress(InstrumentFault), self.patience():  # tried again below, and told there
                self._take(step)
            with self.patience():
                self.pace.sleep(step.then_wait_s)
        failures = []
        late = [board for board in self.relays.values() if self._stirs(board)]
        early = [board for board in self.relays.values() if board not in late]
        for instrument in (*early, *self.supplies.values(), *late, *self.meters.values()):
            try:
                with self.patience():
                    instrument.safe()
            except InstrumentFault as error:
                failures.append(error)
        if failures:
            raise InstrumentFault("not safe: " + _joined(failures))

    def _take(self, step: SafeStep) -> None:
        kind, _, name = step.device.partition(".")
        if kind == "supplies" and name in self.supplies:
            self.supplies[name].set_output(on=False)
        elif kind == "relays" and name in self.relays:
            for channel in step.channels:
                self.relays[name].set(channel, closed=False)

    def _stirs(self, board: RelayBoard) -> bool:
        contacts = [self.contacts[function] for function in board.setup.channels]
        return any(contact.rest != contact.de_energised for contact in contacts)

    def close(self) -> None:
        """Make everything safe and disconnect. Tries all, then raises."""
        for poller in self._pollers:
            poller.end()
        for watch in self._watches.values():
            watch.end()
        with ExitStack() as stack:
            for plug in self._plugs:
                stack.callback(plug.close)
            for instruments in (self.meters, self.supplies, self.relays):
                for instrument in instruments.values():
                    stack.callback(instrument.close)
            self.safe()
