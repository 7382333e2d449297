"""The instruments of a station: relay boards, supplies, meters, by the names in its file."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from bench.config.bench_file import StationFile
from bench.config.contact import Contact
from bench.config.instrument_sections import SupplySection
from bench.errors import ConfigError, InstrumentFault, NotOnBench, joined, nearest, placed
from bench.events import BenchFault, InstrumentFound, RelaySwitched, SupplySet, SupplySwitched
from bench.guardian.plan import SafeStep
from bench.instruments.kinds import Instrument, Meter, RelayBoard, Supply
from bench.instruments.models import KINDS
from bench.instruments.pace import Pace
from bench.instruments.plug import Plug
from bench.journal import Journal
from bench.station.felt import Felt
from bench.station.held_contacts import HeldContacts
from bench.station.making import Maker, Named
from bench.station.making_safe import make_safe
from bench.station.models import SIMULATED, is_device
from bench.station.safe_sequence import declared_steps, turn
from bench.station.sensed_lines import SensedLines
from bench.station.slowness import ONE_DEVICE_S, given_up_s, timed
from bench.station.supply_watch import SupplyWatch
from bench.station.trying_all import fault_of, try_all
from bench.station.within_models import check_models
from bench.wiring.nets import Wiring

MeasuredT = TypeVar("MeasuredT", float, float | None)
TO_OPEN = 4  # commands for a device, and as many for each of its channels


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
        patience: entered with what a device may take, in seconds, while the loop waits for it.
    """

    journal: Journal
    wiring: Wiring
    pace: Pace
    hand_over: Callable[[Callable[[], None]], object] | None = None
    permit: Callable[[], None] = lambda: None
    patience: Callable[[float], AbstractContextManager[object]] = nullcontext
    relays: dict[str, RelayBoard] = field(default_factory=dict)
    supplies: dict[str, Supply] = field(default_factory=dict)
    meters: dict[str, Meter] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    sections: dict[str, SupplySection] = field(default_factory=dict)
    simulated: set[str] = field(default_factory=set)
    _plugs: list[Plug] = field(default_factory=list)
    _watches: dict[str, SupplyWatch] = field(default_factory=dict)
    _declared: list[SafeStep] = field(default_factory=list)
    _named: dict[str, Named] = field(default_factory=dict)
    _opened: dict[str, Instrument] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = SensedLines(self.meters, self.journal)
        self._felt, self._held = Felt(self.wiring), HeldContacts()

    def open(self, file: StationFile) -> None:
        """Open everything that the file names, each made safe and read back before anything else.

        An instrument that cannot be opened keeps no other from being made safe. The order is that
        of making safe: the car may still be on.
        """
        check_models(file)
        self._declared = declared_steps(file)
        self._felt.follow(file.content)
        self.read(file)
        maker = Maker(file, self.wiring, self.pace, self.hand_over, self._plugs)
        failures = []
        for named in sorted(maker.named(), key=lambda each: turn(each.kind, each.section)):
            self._named[named.key] = named
            try:
                with self.patience(ONE_DEVICE_S):
                    self._open_one(maker, named)
            except ConfigError:
                raise
            except Exception as error:
                failures.append(fault_of(named.key, error))
        if failures:
            raise joined(failures)
        self._record_identities()
        for name, supply in file.content.supplies.items():
            self._set_up(name, supply)

    def in_a_wire(self, name: str) -> bool:
        """Whether a channel is a contact that opens or shorts a wire: its name is free."""
        contact = self.contacts.get(name)
        return contact is not None and contact.in_a_wire

    def read(self, file: StationFile) -> None:
        """Take what the file says of contacts and supplies; opens nothing."""
        for relays in file.content.relays.values():
            self.contacts |= relays.channels
            if not is_device(relays):
                self.simulated |= set(relays.channels)
        self.sections |= file.content.supplies

    def _open_one(self, maker: Maker, named: Named) -> None:
        instrument = maker.make(named)
        many = TO_OPEN + TO_OPEN * len(named.channels)
        with self._timed(named.kind, named.name, instrument, "be opened and made safe", many):
            with placed(str(maker.file.path)):
                instrument.open()
            getattr(self, named.kind)[named.name] = instrument
            self._opened[named.key] = instrument
            instrument.safe()

    def _set_up(self, name: str, section: SupplySection) -> None:
        """Set a supply's voltage and limits, and watch it."""
        supply = self.supplies[name]
        supply.set_voltage(section.voltage_v)
        supply.set_current_limit(section.current_limit_a)
        supply.protect(section.ovp_v, over_current=section.ocp)
        self._watches[name] = SupplyWatch(
            name, supply, section.current_limit_a, self.journal, section.current_error_ma / 1000,
            section.protections, section.voltage_v,
        )  # fmt: skip

    def _record_identities(self) -> None:
        for kind in KINDS:
            for name, instrument in getattr(self, kind).items():
                self.journal.write(InstrumentFound(f"{kind}.{name}", instrument.identity()))

    def watch_supplies(self, *, in_real_time: bool) -> list[SupplyWatch]:
        """Watch every supply that feeds something; return those that want to be polled."""
        polled = []
        for name, section in self.sections.items():
            watch = self._watches[name]
            if section.model == SIMULATED or not in_real_time:
                watch.follow(self.wiring.net(section.net or name))
            else:
                watch.polled = True
                polled.append(watch)
        return polled

    def record_currents(self, without: str | None) -> None:
        """Write down from now on what every supply reads back, but for the one in a fob."""
        for name, watch in self._watches.items():
            if name != without:
                watch.record()

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
        doing = f"{'close' if closed else 'open'} {function}"
        with self.wiring.because(cause):
            with self._timed("relays", name, board, doing):
                read = board.set(function, closed=contact.energised(closed=closed))
            self._felt.switched(function, closed=closed, cause=cause)
        self._held.switched(function, contact, closed=closed)
        verified = None if read is None else contact.energised(closed=True) is read
        return self.journal.write(RelaySwitched(name, function, closed, verified), cause)

    def contact_closed(self, function: str) -> bool | None:
        """Return whether a contact is closed, by what its board reads back (None: it cannot)."""
        name, board = self.board_of(function)
        with self._timed("relays", name, board, f"read {function} back"):
            read = board.state(function)
        return None if read is None else self.contacts[function].energised(closed=True) is read

    def doubt_held(self) -> None:
        """Write down which contacts are not held any more, by what their boards say."""
        for doubt in self._held.fallen(self.contact_closed):
            self.journal.write(BenchFault("relays", doubt))

    def rest(self) -> None:
        """Let every contact stand as it does when nothing is asked of it.

        For most that is de-energised; those that a dead bench leaves otherwise are switched.
        """
        for function, contact in self.contacts.items():
            if contact.rest != contact.de_energised:
                self.switch(function, closed=contact.rest == "closed", cause=None)

    def _supply(self, name: str) -> Supply:
        if name not in self.supplies:
            raise ConfigError(f'no supply "{name}": {nearest(name, self.supplies)}')
        return self.supplies[name]

    def power(self, supply: str, *, on: bool, cause: int | None) -> int:
        """Switch a supply's output, on the record; return the entry."""
        device, doing = self._supply(supply), f"go {'on' if on else 'off'}"
        if on:
            self.permit()
        self._watches[supply].switched(on=on)
        with self.wiring.because(cause):
            with self._timed("supplies", supply, device, doing):
                verified = device.set_output(on=on)
            self._felt.powered(supply, on=on, cause=cause)
        return self.journal.write(SupplySwitched(supply, supply, on, verified), cause)

    def limit_current(self, supply: str, amperes: float) -> None:
        """Set a supply's current limit."""
        with self._timed("supplies", supply, self.supplies[supply], "set its current limit"):
            self.supplies[supply].set_current_limit(amperes)
        self._watches[supply].limit_a = amperes

    def set_voltage(
        self, supply: str, volts: float, cause: int | None, *, measured: bool = False
    ) -> int:
        """Set a supply's voltage, on the record, measured if asked; return the entry."""
        device, doing = self._supply(supply), "set its voltage"
        with self._timed("supplies", supply, device, doing), self.wiring.because(cause):
            self._watches[supply].set_to(volts)
            device.set_voltage(volts)
            self._felt.set(supply, volts, cause)
        found = self.measured_voltage(supply) if measured else None
        net = self.sections[supply].net or (supply if supply in self.wiring.names() else "")
        return self.journal.write(SupplySet(supply, volts, found, net), cause)

    def measured_voltage(self, supply: str) -> float:
        """Return what stands at a supply, in volts."""
        return self.measured("supplies", supply, self.supplies[supply].measure_voltage)

    def measured_current(self, supply: str) -> float:
        """Return what a supply gives, in amperes; raises NotOnBench: it cannot tell."""
        amperes = self.measured("supplies", supply, self.supplies[supply].measure_current)
        if amperes is None:
            raise NotOnBench(f"supplies.{supply} does not tell its current")
        return amperes

    def measured(self, kind: str, name: str, measure: Callable[[], MeasuredT]) -> MeasuredT:
        """Return what an instrument measures; called on the loop, which waits for it."""
        with self._timed(kind, name, getattr(self, kind)[name], "measure"):
            return measure()

    @contextmanager
    def _timed(
        self, kind: str, name: str, instrument: Instrument, doing: str, commands: int = 2
    ) -> Iterator[None]:
        """Wait for an instrument: a slow one is written down, and a mute one is no hang."""
        named = self._named.get(f"{kind}.{name}")
        if named is not None and named.section.model == SIMULATED:
            yield  # it takes no time: only the computer can stand still
            return
        devices = [each.device for each in self._named.values()]
        sharing = 1 if named is None else devices.count(named.device)
        watched = timed(self.journal, f"{kind}.{name}", instrument, doing, commands=commands)
        with self.patience(given_up_s(instrument, sharing)), watched:
            yield

    # ── the end ───────────────────────────────────────────────────────────────────────────

    def safe(self) -> None:
        """Make everything safe: what is declared, relays, supplies. Tries all, then raises."""
        patience = partial(self.patience, ONE_DEVICE_S)
        failures = make_safe(self._opened, self._declared, self.pace, patience)
        self._felt.rest()
        if failures:
            raise InstrumentFault(f"not safe: {joined(failures)}") from failures[0]

    def close(self) -> None:
        """Make everything safe and disconnect. Tries all, then raises."""
        self.doubt_held()
        self.lines.end()
        for watch in self._watches.values():
            watch.end()
        failures: list[InstrumentFault] = []
        try:
            self.safe()
        except InstrumentFault as error:
            failures.append(error)
        failures += try_all(self._closing())
        if failures:
            raise joined(failures)

    def _closing(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield each device with what disconnects it; twins are unplugged at the very end."""
        for name, instrument in self._opened.items():
            yield name, instrument.close
        for plug in self._plugs:
            yield "twins", plug.close
