"""What the cloud takes for the time of day."""

from dataclasses import dataclass

from bench.clock.timebase import Timebase


@dataclass
class CloudClock:
    """The cloud's calendar clock.

    Attributes:
        time: the bench's clock.
        offset_s: how far the cloud's strays ahead of it.
    """

    time: Timebase
    offset_s: float = 0.0

    def now(self) -> float:
        """Return the calendar time in POSIX seconds, as the cloud believes."""
        return self.time.wall().timestamp() + self.offset_s
