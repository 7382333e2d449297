"""From an interface's time stamps to the bench clock, and how sure that is.

Three kinds of interfaces: those that stamp by the computer's calendar clock (the kernel's sockets,
python-can's virtual bus), those that stamp by a clock of their own, and those that do not stamp.
"""

import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from bench.events import TimeStampsMapped
from bench.units import NS_PER_S, to_ns

# python-can passes stamps on as seconds in a float: near 1.8e9 its steps are 238 ns
FLOAT_STEP_NS = 238
SLEW_PPM = 500  # the kernel's limit for adjusting a clock without setting it (adjtimex)
HELD_NS = to_ns(0.1)  # assumed: how long a message may wait for its reader
FORGET_NS = to_ns(1.0)
FRESH_NS, ODD_NS = to_ns(0.001), to_ns(0.0002)
BY_CALENDAR = ("socketcan", "virtual", "udp_multicast")


class TimeStamps(Protocol):
    """How the stamps of one interface become bench time."""

    def bench_ns(self, stamp_s: float) -> int:
        """Return the bench time of a stamp of a message that has just come.

        It is never later than now.
        """
        ...

    def described(self, bus: str) -> TimeStampsMapped:
        """Return what has been done so far, for the recording."""
        ...


def time_stamps(interface: str, now_ns: Callable[[], int]) -> TimeStamps:
    """Return how the stamps of one of python-can's interfaces are to be read."""
    return ByCalendar(now_ns) if interface in BY_CALENDAR else ByOwnClock(now_ns)


class ByArrival:
    """No stamps: a message counts from the moment in which it was taken."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._frames = 0

    def bench_ns(self, stamp_s: float) -> int:
        """Return now."""
        del stamp_s
        self._frames += 1
        return self._now_ns()

    def described(self, bus: str) -> TimeStampsMapped:
        """Say that nothing was mapped."""
        return TimeStampsMapped(bus, "arrival", self._frames, 0)


class _Step(NamedTuple):
    """A step of the calendar clock: between these bench times, from this lead over them."""

    from_ns: int
    until_ns: int
    lead_ns: int


class ByCalendar:
    """Stamps by the computer's calendar clock, which somebody may set at any time.

    How far the calendar leads the bench clock is read again each millisecond in which messages
    come, and sooner when a stamp makes no sense. So a clock that is slewed costs nothing; around a
    step, a stamp is read by whichever lead makes sense.

    Args:
        now_ns: the bench clock.
        calendar_ns: the calendar clock; not the bench's business otherwise, but the stamps are its.
    """

    def __init__(
        self, now_ns: Callable[[], int], calendar_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self._now_ns, self._calendar_ns = now_ns, calendar_ns
        self._frames = 0
        self._step: _Step | None = None
        self._sample()
        self._worst_ns = self._uncertainty_ns

    def _sample(self) -> None:
        """Read both clocks: the calendar's lead, and how far that may be off."""
        begun_ns = self._now_ns()
        calendar_ns = self._calendar_ns()
        self._at_ns = self._now_ns()
        half_ns = (self._at_ns - begun_ns + 1) // 2
        self._lead_ns = calendar_ns - begun_ns - half_ns
        self._uncertainty_ns = half_ns + FLOAT_STEP_NS

    def bench_ns(self, stamp_s: float) -> int:
        """Return the bench time of a stamp of a message that has just come."""
        self._frames += 1
        now_ns, at_ns = self._now_ns(), int(stamp_s * NS_PER_S) - self._lead_ns
        age_ns = now_ns - self._at_ns
        if (
            age_ns > FRESH_NS
            or self._step is not None
            or (age_ns > ODD_NS and not now_ns - HELD_NS < at_ns < now_ns)
        ):
            return self._carefully(int(stamp_s * NS_PER_S))
        return min(now_ns, at_ns)

    def _carefully(self, stamp_ns: int) -> int:
        """Map a stamp after reading the clocks again: a burst of frames needs that only once."""
        self._look()
        at_ns, uncertainty_ns = stamp_ns - self._lead_ns, self._uncertainty_ns
        if self._step is not None:
            at_ns, uncertainty_ns = self._around(self._step, stamp_ns, self._at_ns)
        self._worst_ns = max(self._worst_ns, uncertainty_ns)
        return min(at_ns, self._at_ns)

    def _look(self) -> None:
        """Read both clocks, and see whether somebody has set the calendar meanwhile."""
        before_ns, lead_ns, doubt_ns = self._at_ns, self._lead_ns, self._uncertainty_ns
        self._sample()
        slewed_ns = (self._at_ns - before_ns) * SLEW_PPM // 1_000_000
        if abs(self._lead_ns - lead_ns) > slewed_ns + doubt_ns + self._uncertainty_ns:
            self._step = _Step(before_ns, self._at_ns, lead_ns)

    def _around(self, step: _Step, stamp_ns: int, now_ns: int) -> tuple[int, int]:
        """Return the likely bench time of a stamp from before or after a step, and the doubt."""
        after_ns, before_ns = stamp_ns - self._lead_ns, stamp_ns - step.lead_ns
        possible = []
        if step.from_ns <= after_ns <= now_ns + self._uncertainty_ns:
            possible.append(after_ns)
        if step.from_ns - HELD_NS <= before_ns <= step.until_ns:
            possible.append(before_ns)
        if now_ns > step.until_ns + FORGET_NS:
            self._step = None  # nothing from before it is on its way any more
        if len(possible) == 1:
            return possible[0], self._uncertainty_ns
        if possible:
            return possible[0], abs(possible[0] - possible[1])
        return now_ns, now_ns - step.from_ns

    def described(self, bus: str) -> TimeStampsMapped:
        """Return how many stamps were mapped and how far off one may be at worst."""
        return TimeStampsMapped(bus, "calendar", self._frames, self._worst_ns)


WINDOW_S = 2.0
DRIFT_PPM = 100  # assumed: what two cheap crystals may differ by
LEAST_LATENCY_S = 0.001  # assumed: a USB adapter's frame of 1 ms
BACK_NS = to_ns(0.05)  # assumed: how far messages may come out of order
MOST_HELD_NS = to_ns(0.25)  # a bench that takes messages later than that says so itself


class ByOwnClock:
    """Stamps by a clock of the interface's own, or none at all.

    A message cannot arrive before it was stamped. So the smallest lead of an arrival over its
    stamp, within the last seconds, is the offset between the clocks plus the interface's least
    latency, which nobody can see from here and which is therefore part of the uncertainty.
    """

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._frames = self._unstamped = 0
        self._arrival_ns = 0
        self._window_ns = self._stamp_ns = 0
        self._least: list[int] = []  # the smallest lead in the window before, and in this one

    def bench_ns(self, stamp_s: float) -> int:
        """Return the bench time of a stamp of a message that has just come."""
        self._arrival_ns = self._now_ns()
        if not stamp_s:
            self._unstamped += 1
            return self._arrival_ns
        self._frames += 1
        stamp_ns = round(stamp_s * NS_PER_S)
        return min(
            stamp_ns + self._lead_ns(self._arrival_ns - stamp_ns, stamp_ns), self._arrival_ns
        )

    def _lead_ns(self, lead_ns: int, stamp_ns: int) -> int:
        age_ns = self._arrival_ns - self._window_ns
        if self._was_set(lead_ns, stamp_ns) or age_ns > to_ns(2 * WINDOW_S):
            self._least = []
        if not self._least or age_ns > to_ns(WINDOW_S):
            self._window_ns = self._arrival_ns
            self._least = [*self._least[-1:], lead_ns]
        self._least[-1] = min(self._least[-1], lead_ns)
        return min(self._least)

    def _was_set(self, lead_ns: int, stamp_ns: int) -> bool:
        """Whether the interface's clock went back: it overflowed, or began anew.

        Messages would count from before they came. One that goes forward leaves a smaller lead,
        which is taken as it is.
        """
        before_ns, self._stamp_ns = self._stamp_ns, stamp_ns
        if not self._least:
            return False
        return stamp_ns < before_ns - BACK_NS or lead_ns > min(self._least) + MOST_HELD_NS

    def described(self, bus: str) -> TimeStampsMapped:
        """Return how many stamps were mapped and how far off one may be at worst."""
        if not self._frames:
            return TimeStampsMapped(bus, "arrival", self._unstamped, 0)
        drift_ns = to_ns(2 * WINDOW_S) * DRIFT_PPM // 1_000_000
        return TimeStampsMapped(bus, "own", self._frames, to_ns(LEAST_LATENCY_S) + drift_ns)
