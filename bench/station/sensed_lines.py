"""The lines that a station's meters look at, each in its own words."""

from collections.abc import Callable, Collection, Mapping

from bench.events import BenchFault, Edge, LineLevel, ReceiverLost
from bench.events.wires import LATCH, LOCK_MOTOR
from bench.instruments.kinds import Meter
from bench.journal import Journal
from bench.station.contact_doubts import contact_doubts
from bench.station.line_doubts import doubts
from bench.station.polling import Poller

THRESHOLD_V = 3.0


def level(line: str, volts: float) -> str:
    """Return what a line's voltage means, in the line's own words.

    >>> level("lock_motor_driver", -13.4), level("latch_driver", 0.0), level("handle", 12.0)
    ('lock', 'locked', 'closed')
    """
    if line.startswith(LOCK_MOTOR):
        if abs(volts) < THRESHOLD_V:
            return "idle"
        return "unlock" if volts > 0 else "lock"
    high = volts > THRESHOLD_V
    if line.startswith(LATCH):
        return "unlocked" if high else "locked"
    return "closed" if high else "open"


class SensedLines:
    """How the sensed lines stand, and every change of them, on the record.

    Args:
        meters: what looks at them, by the names in `bench.toml`.
        journal: where changes are recorded.
    """

    def __init__(self, meters: Mapping[str, Meter], journal: Journal) -> None:
        self._meters, self._journal = meters, journal
        self._levels: dict[str, str] = {}
        self._pollers: list[Poller] = []
        self._doubted, self._contacts = False, frozenset[str]()

    def listen(self, *, doubted: bool = False, contacts: Collection[str] = ()) -> None:
        """Begin to look at the sensed lines: how they stand, and every change from now on.

        Args:
            doubted: whether they are held against what the car reports, at the end.
            contacts: that switch a line of their own name; they are held against it.
        """
        self._doubted, self._contacts = doubted, frozenset(contacts)
        for meter in self._meters.values():
            for line in meter.setup.channels:
                self._levels[line] = level(line, meter.read(line))
                self._journal.write(LineLevel(line, self._levels[line]))
            meter.watch(self._on_level)

    def pollers(self, now_ns: Callable[[], int]) -> list[Poller]:
        """Return what asks the meters that do not tell by themselves."""
        self._pollers = [
            Poller(name, meter, self._journal, now_ns)
            for name, meter in self._meters.items()
            if meter.poll_s
        ]
        return self._pollers

    def level_of(self, line: str) -> str | None:
        """Return how a sensed line stands in its own words; None where no meter looks at it."""
        return self._levels.get(line)

    def end(self) -> None:
        """Ask no more: the meters are about to be closed."""
        self._doubt()
        for poller in self._pollers:
            poller.end()

    def _doubt(self) -> None:
        """Write down, once, what the lines and who moves them do not agree in."""
        until_ns = self._looked_until_ns()
        entries = [entry for entry in self._journal.entries if entry.t_ns <= until_ns]
        found = []
        if self._doubted:
            found += [("meters", doubt) for doubt in doubts(entries, self._levels, until_ns)]
        sensed = self._contacts.intersection(self._levels)
        found += [("relays", doubt) for doubt in contact_doubts(entries, sensed, until_ns)]
        for what, doubt in found:
            self._journal.write(BenchFault(what, doubt))
        self._doubted, self._contacts = False, frozenset()

    def _looked_until_ns(self) -> int:
        """Return until when every meter was asked: one that has died shows nothing any more."""
        meters = {f"meters.{name}" for name in self._meters}
        died = (
            entry.t_ns
            for entry in self._journal.entries
            if isinstance(entry.event, ReceiverLost) and entry.event.receiver in meters
        )
        return next(died, self._journal.now_ns())

    def _on_level(self, line: str, volts: float, cause: int | None) -> None:
        word = level(line, volts)
        if self._levels.get(line) != word:
            self._levels[line] = word
            self._journal.write(Edge(line, word, self._uncertain_ns(line)), cause)

    def _uncertain_ns(self, line: str) -> int:
        """Return how much earlier a change of a line may have happened than it is seen."""
        asked = (p.uncertain_ns for p in self._pollers if line in p.meter.setup.channels)
        return next(asked, 0)
