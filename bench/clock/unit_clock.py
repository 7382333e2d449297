"""What a unit, a phone or the cloud takes for the time of day."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.clock.timebase import Timebase
from bench.injection import Rules
from bench.units import to_s


@dataclass
class UnitClock:
    """A calendar clock of somebody's own.

    Attributes:
        time: the bench's clock.
        offset_s: how far this one strays ahead of it.
        watchers: each is told what the clock is read for, where the reader says so.
    """

    time: Timebase
    offset_s: float = 0.0
    watchers: Rules[Callable[[str], object]] = field(default_factory=Rules)
    _set_ns: int = 0
    _set: float = 0.0

    def __post_init__(self) -> None:
        """Begin to count from what the clock shows now."""
        self.restart()

    def now(self, what: str = "") -> float:
        """Return the calendar time that it shows, in POSIX seconds."""
        if what:
            for watcher in self.watchers:
                watcher(what)
        return self.time.wall().timestamp() + self.offset_s

    def reckoned(self, what: str = "") -> float:
        """Return the calendar time by counting on from the last start: no jump is followed."""
        self.now(what)
        return self._set + to_s(self.time.now_ns() - self._set_ns)

    def restart(self) -> None:
        """Believe what the clock shows: the unit has started, and knows nothing better."""
        self._set_ns, self._set = self.time.now_ns(), self.now()
