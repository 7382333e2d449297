"""The law of a unit's back-off, from the waits that it made."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from bench.judge.discipline.tries import Wait

LEAST_WAITS = 12  # assumed: below that, a fit says more about chance than about the unit
FIXED = 0.02  # a spread below this share of the wait is taken for timers, not for jitter
FACTORS = tuple(1 + 0.1 * step for step in range(31))  # 1.0 to 4.0
CAP_STEPS = 60
SUPPORT = 1.92  # of log-likelihood: 95 % (half of chi-squared's 3.84)
MOST_GROWTH = math.log(1e5)  # from a second to a day
MOST_LEVEL = 121  # 1.1 ** 121 is as much
DECORRELATED = 3.0  # AWS: min(cap, U(base, 3 × the last wait))


@dataclass(frozen=True)
class BackOff:
    """Waits are uniform on [(1 - jitter) · m, m], with m = min(cap, base · factor^level).

    Attributes:
        waits: how many there were.
        cap_seen: whether they stopped growing; if not, the cap is only the longest one.
    """

    base_s: float
    factor: float
    cap_s: float
    jitter: float
    waits: int
    cap_seen: bool

    def longest_s(self, level: int) -> float:
        """Return the longest wait after so many earlier failures."""
        return min(self.cap_s, self.base_s * self.factor ** min(level, 64))

    def draw(self, wait: Wait) -> float:
        """Return which draw from [0, 1] a wait shows."""
        longest_s = self.longest_s(wait.level)
        drawn = 1 - (1 - wait.wait_s / longest_s) / self.jitter
        return min(1.0, max(0.0, drawn))


def known(waits: Iterable[Wait]) -> list[Wait]:
    """Return the waits that a fit can use: their level is known, and they are waits."""
    return [each for each in waits if each.wait_s > 0 and each.level >= 0]


def fit(waits: Iterable[Wait]) -> BackOff | None:
    """Return the law under which waits are most likely; None for fewer than LEAST_WAITS.

    For each factor and cap on a grid, the most likely base is the longest wait in units of its
    level, corrected for the number of waits.
    """
    seen = known(waits)
    if len(seen) < LEAST_WAITS:
        return None
    levels = _levels(seen)
    candidates = (
        (_likelihood(levels, factor, top), factor, top)
        for factor in FACTORS
        for top in _tops(factor, levels)
    )
    _, factor, top = max(candidates, key=lambda each: (round(each[0], 6), -each[1], -each[2]))
    low_s, high_s = _range_s(levels, factor, top)
    jitter = (high_s - low_s) / high_s
    capped = factor == 1 or math.log(top) < max(levels) * math.log(factor) - 1e-9
    jitter = jitter if jitter > FIXED else 0.0
    return BackOff(high_s, factor, high_s * top, jitter, len(seen), capped)


def growth(waits: Iterable[Wait]) -> tuple[float, float]:
    """Return between which ratios the longest wait grows: those nearly as likely as the likeliest.

    A factor beyond the cap is none: such a wait has grown once, to the cap.
    """
    levels = _levels(known(waits))
    found = [
        (_likelihood(levels, factor, top), min(factor, top))
        for factor in FACTORS
        for top in _tops(factor, levels)
    ]
    least = max(likelihood for likelihood, _ in found) - SUPPORT
    supported = [ratio for likelihood, ratio in found if likelihood >= least]
    return min(supported), max(supported)


def even_draws(waits: list[Wait], law: BackOff) -> list[float]:
    """Return the draws that waits show under a law."""
    return [law.draw(each) for each in known(waits)]


def decorrelated_draws(waits: list[Wait]) -> list[float]:
    """Return the draws that waits show under decorrelated jitter, those below the cap.

    Between base and three times the wait before, or the cap: what is cut off there is no draw.
    """
    seen = [each.wait_s for each in waits]
    base_s, cap_s = min(seen), max(seen)
    draws = []
    for before_s, wait_s in pairwise(seen):
        top_s = min(cap_s, DECORRELATED * before_s)
        if wait_s < cap_s * (1 - FIXED) and top_s > base_s:
            draws.append(min(1.0, (wait_s - base_s) / (top_s - base_s)))
    return draws


def _tops(factor: float, levels: dict[int, "Level"]) -> list[float]:
    """Return caps to try, by the base: none is above what the highest level reaches.

    Beside a grid the one that the waits show: a cap between two of the grid's would have a unit
    without jitter pass for one that has some.
    """
    whole = min(max(levels) * math.log(factor), MOST_GROWTH)
    grid = {math.exp(whole * step / CAP_STEPS) for step in range(CAP_STEPS + 1)}
    first = min(levels)
    base_s = levels[first].longest_s / _grown(first, factor, math.exp(whole))
    shown = max(level.longest_s for level in levels.values()) / base_s
    return sorted({*grid, min(shown, math.exp(whole))})


def _grown(level: int, factor: float, top: float) -> float:
    """Return the growth at a level, at most `top`; thousands of levels are no number too large."""
    return top if level * math.log(factor) > MOST_GROWTH else min(top, factor**level)


@dataclass(frozen=True)
class Level:
    """The waits at one level: all that a fit to a uniform law needs of them."""

    count: int
    shortest_s: float
    longest_s: float


def _levels(seen: list[Wait]) -> dict[int, Level]:
    """Return the waits by level; beyond MOST_LEVEL nothing grows any more."""
    by_level: dict[int, list[float]] = {}
    for each in seen:
        by_level.setdefault(min(each.level, MOST_LEVEL), []).append(each.wait_s)
    return {level: Level(len(w), min(w), max(w)) for level, w in by_level.items()}


def _likelihood(levels: dict[int, Level], factor: float, top: float) -> float:
    shortest, longest, grown, count = math.inf, 0.0, 0.0, 0
    for number, level in levels.items():
        growth = _grown(number, factor, top)
        shortest = min(shortest, level.shortest_s / growth)
        longest = max(longest, level.longest_s / growth)
        grown += level.count * math.log(growth)
        count += level.count
    return -count * math.log(max(longest - shortest, FIXED * longest)) - grown


def _range_s(levels: dict[int, Level], factor: float, top: float) -> tuple[float, float]:
    """Return the shortest and longest wait at level 0: the extremes, widened without bias."""
    grown = {number: _grown(number, factor, top) for number in levels}
    shortest = min(level.shortest_s / grown[number] for number, level in levels.items())
    longest = max(level.longest_s / grown[number] for number, level in levels.items())
    beyond = (longest - shortest) / (sum(level.count for level in levels.values()) - 1)
    return max(0.0, shortest - beyond), longest + beyond
