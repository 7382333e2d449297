"""Whether somebody sets the computer's calendar clock while the bench runs."""

import time
from collections.abc import Callable

from bench.units import to_ns

# NTP daemons set a clock that is off by more than 0.1 s (chrony's advice) or 0.128 s (ntpd) and
# slew it below that: by 500 ppm (adjtimex), chrony by 83,333 ppm at most, 4 ms in 50 ms
LEAST_STEP_NS = to_ns(0.01)
CLOSE_NS = to_ns(0.001)  # how close two readings must be to be compared


class CalendarWatch:
    """Compares the calendar clock with the one that nobody can set.

    Args:
        now_ns: the bench clock.
        calendar_ns: the calendar clock.
    """

    def __init__(
        self, now_ns: Callable[[], int], calendar_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self._now_ns, self._calendar_ns = now_ns, calendar_ns
        self._lead_ns: int | None = None
        self.step_ns()

    def step_ns(self) -> int:
        """Return by how much the clock was set since the last call; 0: it was not."""
        begun_ns = self._now_ns()
        lead_ns = self._calendar_ns() - begun_ns
        if self._now_ns() - begun_ns > CLOSE_NS:
            return 0  # this thread was held up between the two readings: next time
        before_ns, self._lead_ns = self._lead_ns, lead_ns
        step_ns = 0 if before_ns is None else lead_ns - before_ns
        return step_ns if abs(step_ns) >= LEAST_STEP_NS else 0
