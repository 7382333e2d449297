"""What faults of the car's wires have in common: a contact that is held, and counted."""

import asyncio
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from bench.errors import ConfigError, InstrumentFault
from bench.events.wires import TERMINAL_30, node_fed_by
from bench.faults.electrics import Electrics
from bench.faults.fault import Fault, Site, name_of
from bench.faults.on_bus_lines import bus_at, must_touch, silence
from bench.injection import Injection, Undo, together
from bench.wiring.nets import Net

LOOK_S = 10.0  # how often the bench reads back that the fault is still there
BENCH, CAR = "bench", "car"
ALL = "all"  # every unit


def electrics_of(site: Site, source: str) -> Electrics:
    """Return the station's wires and supplies; raises ConfigError where there are none."""
    if site.electrics is None:
        raise ConfigError(f"{source}: this bench has neither relays nor supplies to do it with")
    return site.electrics


def supplied_by(wire: str) -> tuple[str, ...]:
    """Return the unit that a supply or ground wire belongs to, by its name; the supply: all.

    >>> supplied_by("ground_bcm"), supplied_by("terminal_30"), supplied_by("handle_driver")
    (('BCM',), ('all',), ())
    """
    node = ALL if wire == TERMINAL_30 else node_fed_by(wire)
    return (node,) if node else ()


@dataclass(frozen=True)
class Hold:
    """A contact that a fault holds, so long as it is armed.

    Attributes:
        function: the contact.
        closed: how it is held.
        wire: the wire that suffers.
        how: what is done to it, as recordings call it.
        units: units that are dead because of it.
    """

    function: str
    closed: bool
    wire: str
    how: str
    units: tuple[str, ...]

    def begin(self, electrics: Electrics, injection: Injection) -> Undo:
        """Move the contact; count each time that the fault is read back, or somebody drives it.

        What is counted is what the bench can know: that the contact stands as the fault wants it,
        by its board's readback, now and every 10 s; and, on a simulated car, each change of what
        drives the wire. A board that reads nothing back proves nothing: then only a simulated car
        meets the fault.
        """
        board, seq = electrics.board, injection.armed_seq
        seq = electrics.disturbed(self.wire, self.how, self.units, seq)
        stop = self._count_drives(electrics, injection)
        board.switch(self.function, closed=self.closed, cause=seq)
        looking = _Looking(self, electrics, injection)

        def release() -> None:
            board.switch(self.function, closed=not self.closed, cause=seq)

        return together([looking.stop, release, stop])

    def _count_drives(self, electrics: Electrics, injection: Injection) -> Undo:
        """Count who drives the wire; of a real one the bench's own net tells nothing."""
        net = electrics.net(self.wire)
        if net is None or not electrics.is_simulated(self.function):
            return lambda: None

        def on_drive(driven: Net, cause: int | None) -> None:
            what = f"{self.wire} driven to {driven.driven_mv / 1000:g} V, {self.how}"
            injection.met(CAR, what, cause)

        return net.watch_drive(on_drive)


@runtime_checkable
class Holds(Protocol):
    """A fault that holds a contact of the bench."""

    def hold(self, electrics: Electrics) -> Hold:
        """Return how which contact is held; raises ConfigError if none of this bench does it."""
        ...


@dataclass(frozen=True, kw_only=True)
class HeldContact(Fault):
    """A fault that is one contact, held so long as it is in force."""

    acts_on: ClassVar[str] = "wires"

    @abstractmethod
    def hold(self, electrics: Electrics) -> Hold:
        """Return how which contact is held; raises ConfigError if none of this bench does it."""

    def check(self, site: Site) -> Electrics:
        """Return the wires; raises ConfigError if no contact can do it."""
        electrics = electrics_of(site, name_of(self))
        hold, source = self.hold(electrics), name_of(self)
        if can := bus_at(site, hold.wire):
            must_touch(electrics, can, hold.function, source)
        else:
            electrics.must_reach(hold.function, hold.wire, source)
        return electrics

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Move the contact."""
        electrics = electrics_of(site, name_of(self))
        hold = self.hold(electrics)
        can = bus_at(site, hold.wire)
        if can is None:
            return hold.begin(electrics, injection)
        calm = silence(can, [electrics.net(hold.wire)], injection)
        return together([hold.begin(electrics, injection), calm])


class _Looking:
    """Reads a held contact back, now and then; one that does not stay is the bench's fault."""

    def __init__(self, hold: Hold, electrics: Electrics, injection: Injection) -> None:
        self._hold, self._electrics, self._injection = hold, electrics, injection
        self._loop = asyncio.get_running_loop()
        self._lost = False
        self._look()

    def _look(self) -> None:
        hold = self._hold
        if self._stands():
            what = f"{hold.wire} {hold.how}: {hold.function} read back"
            self._injection.met(BENCH, what, self._injection.armed_seq)
        self._handle = self._loop.call_later(LOOK_S, self._look)

    def _stands(self) -> bool:
        """Whether the board says that the contact stands as it is held."""
        hold = self._hold
        try:
            closed = self._electrics.board.contact_closed(hold.function)
        except InstrumentFault as error:  # in a timer of its own: nobody else would hear of it
            self._fail(str(error))
            return False
        if closed is (not hold.closed):
            held, stands = ("closed", "open") if hold.closed else ("open", "closed")
            self._fail(
                f"{hold.function} was held {held} by a fault, and its board says that it is "
                f"{stands}"
            )
        return closed is hold.closed

    def _fail(self, reason: str) -> None:
        """Put on record, once, that the bench does not hold the contact."""
        if not self._lost:
            self._lost = True
            self._electrics.failed("relays", reason)

    def stop(self) -> None:
        """Look once more, and then no more."""
        self._handle.cancel()
        self._stands()
