"""Who tries when: cohorts of cars, by what their next wait depends on."""

from abc import ABC, abstractmethod

import numpy as np

from bench.capacity.retry_law import GROWTH
from bench.fleet.waits import Floats, Waits


class Schedule(ABC):
    """Cohorts that are due, over a ring of steps.

    Args:
        waits: the distributions of their waits.
        states: how many kinds of cohort there are.
        room: how many steps ahead a cohort can be due.
    """

    def __init__(self, waits: Waits, states: int, room: int) -> None:
        self.waits = waits
        self._ring = np.zeros((room, states))

    @abstractmethod
    def begin(self, now: int, cars: float) -> None:
        """So many cars have lost their connection: their first wait begins."""

    @abstractmethod
    def fail(self, now: int, failed: Floats, *, told: bool, spent: int) -> None:
        """Cohorts by state that began a try `spent` steps ago have failed: they wait again."""

    def due(self, now: int) -> Floats:
        """Return who tries now, by state, and forget them."""
        row = self._ring[now % len(self._ring)]
        tries: Floats = row.copy()
        row[:] = 0.0
        return tries

    def _add(self, first: int, block: Floats, states: slice) -> None:
        """Add shares by step and state, from step `first` on."""
        room = len(self._ring)
        start = first % room
        fitting = min(len(block), room - start)
        self._ring[start : start + fitting, states] += block[:fitting]
        if fitting < len(block):
            self._ring[: len(block) - fitting, states] += block[fitting:]


class LevelSchedule(Schedule):
    """States are failures in a row, and tokens left."""

    def __init__(self, waits: Waits, room: int) -> None:
        super().__init__(waits, waits.law.levels * waits.tokens, room)

    def begin(self, now: int, cars: float) -> None:
        """Begin at no failure, with a full bucket; the lost connection was no try."""
        kernel = self.waits.first_wait()
        self._add(now + kernel.first, kernel.spread(np.array([cars])), self._states(0))

    def fail(self, now: int, failed: Floats, *, told: bool, spent: int) -> None:
        """Move cohorts to the next level; the lost connection took the first wait."""
        levels = failed.reshape(-1, self.waits.tokens)
        for level in np.flatnonzero(levels.any(axis=1)):
            following = min(int(level) + 1, len(levels) - 1)
            kernel = self.waits.kernel(following, told=told, spent=spent)
            self._add(now + kernel.first, kernel.spread(levels[level]), self._states(following))

    def _states(self, level: int) -> slice:
        return slice(level * self.waits.tokens, (level + 1) * self.waits.tokens)


class DecorrelatedSchedule(Schedule):
    """States are the last wait, in steps: the next one is drawn from it."""

    def __init__(self, waits: Waits, room: int) -> None:
        step_s = waits.step_s
        self._shortest = max(1, round(waits.law.base_s / step_s))
        self._shortest = min(self._shortest, waits.longest - 1)
        self._cap = max(self._shortest, min(round(waits.law.cap_s / step_s), waits.longest - 1))
        super().__init__(waits, self._cap + 1, room)
        self._wait = np.arange(self._cap + 1)
        longest = np.maximum((GROWTH * self._wait).astype(int), self._shortest)
        self._reaches = np.minimum(longest, self._cap)
        self._width = longest - self._shortest + 1.0
        self._told = self._told_shares()

    def begin(self, now: int, cars: float) -> None:
        """Begin as after a wait of the base."""
        lost = np.zeros(self._cap + 1)
        lost[self._shortest] = cars
        self.fail(now, lost, told=False, spent=0)

    def fail(self, now: int, failed: Floats, *, told: bool, spent: int) -> None:
        """Spread each cohort evenly from the base to three times its last wait; cap the rest."""
        del spent  # no token bucket, for which time that has passed would count
        heights = np.bincount(self._reaches, weights=failed / self._width, minlength=self._cap + 1)
        drawn = np.cumsum(heights[::-1])[::-1]
        drawn[: self._shortest] = 0.0
        drawn[self._cap] += failed.sum() - drawn.sum()
        if told and self.waits.told_s:
            self._add(now, self._told * drawn, slice(None))
        else:
            self._ring[(now + self._wait) % len(self._ring), self._wait] += drawn

    def _told_shares(self) -> Floats:
        """Return by step, and by the wait that was drawn, who waits so long when told to wait."""
        steps = np.arange(self.waits.longest + 1)
        below = self.waits.told_cdf((steps + 0.5) * self.waits.step_s)
        below[-1] = 1.0
        over = np.where(steps[:, None] >= self._wait[None, :], below[:, None], 0.0)
        return np.diff(over, axis=0, prepend=0.0)


def make_schedule(waits: Waits, spent: int) -> Schedule:
    """Return the schedule for a law; `spent` is how many steps ago a try may have begun."""
    room = waits.longest + spent + 3
    if waits.law.decorrelated and not waits.law.drawn:
        return DecorrelatedSchedule(waits, room)
    return LevelSchedule(waits, room)
