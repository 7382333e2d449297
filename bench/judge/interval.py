"""Intervals: how far a few repetitions can be trusted to speak for all the others."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """Where a figure lies, with a stated confidence.

    Attributes:
        low, high: its ends, both included.
        method: how it was worked out.
    """

    low: float
    high: float
    method: str


def wilson(passed: int, n: int) -> Interval:
    """Return the interval of a share, by Wilson's score (1927) at 95 %.

    Unlike the textbook's plus-minus it stays within 0 and 1, and says something at 0 and at n.

    >>> i = wilson(10, 10); round(i.low, 3), i.high
    (0.722, 1.0)
    """
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    share, z2 = passed / n, z * z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if passed == 0 else max(0.0, middle - half)
    high = 1.0 if passed == n else min(1.0, middle + half)
    return Interval(low, high, "Wilson score, 95 %")


def of_median(values: Sequence[float]) -> Interval | None:
    """Return the interval of a median, by order statistics at 95 % or a little more.

    It assumes nothing about how the values are spread. Fewer than six values cannot give it:
    then None.

    >>> of_median([3, 1, 2, 5, 4, 6])
    Interval(low=1, high=6, method='order statistics, 96.9 %')
    >>> of_median([1, 2, 3, 4, 5]) is None
    True
    """
    n, ordered = len(values), sorted(values)
    rank = 0
    while rank < n // 2 and _outside(rank + 1, n) <= 1 - CONFIDENCE:
        rank += 1
    if rank == 0:
        return None
    confidence = 100 * (1 - _outside(rank, n))
    return Interval(ordered[rank - 1], ordered[n - rank], f"order statistics, {confidence:.1f} %")


def _outside(rank: int, n: int) -> float:
    """Return how likely the median lies outside the `rank`-th smallest and largest of n values."""
    return float(2 * sum(math.comb(n, k) for k in range(rank)) / 2**n)


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile by nearest rank: a value that was measured, never one in between.

    >>> percentile([1, 2, 3, 4], 0.95), percentile(range(1, 101), 0.95)
    (4, 95)
    """
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]
