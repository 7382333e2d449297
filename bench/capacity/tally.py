"""What is counted at a load balancer: in all, and interval by interval."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Interval:
    """One interval of a course; counts, not rates.

    Attributes:
        until_s: its end.
        lasted_s: its length.
        first: requests that clients wanted, without their repetitions.
        offered: tries that came.
        good: answers that somebody still waited for, of work that was done.
        refused: answers 502, 503 and 504, by status.
        gave_up: clients' tries whose patience ended.
        wasted: work done that nobody waited for.
        waiting, busy, healthy: requests that wait, workers that work, and instances that are
            healthy, at its end.
        latency_s, latency_95_s: median and 95th percentile of the good answers (None: there was
            none).
        cached: share of the things that are in the cache (1 where there is none).
    """

    until_s: float
    lasted_s: float
    first: int
    offered: int
    good: int
    refused: dict[int, int]
    gave_up: int
    wasted: int
    waiting: int
    busy: int
    healthy: int
    latency_s: float | None
    latency_95_s: float | None
    cached: float


@dataclass
class Tally:
    """Running counts.

    Attributes:
        first, offered, good, gave_up, wasted, refused: as in `Interval`, in all.
        begun, waited, wait_s: requests that a worker has begun, those that had to wait for it, and
            how long all of them waited together.
        worked_s: how long all workers worked together.
    """

    first: int = 0
    offered: int = 0
    good: int = 0
    gave_up: int = 0
    wasted: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    begun: int = 0
    waited: int = 0
    wait_s: float = 0.0
    worked_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    _before: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    _refused_before: Counter[int] = field(default_factory=Counter)
    _since_s: float = 0.0

    def restart(self, now_s: float) -> None:
        """Begin the first interval now."""
        self._since_s = now_s

    def interval(
        self, now_s: float, *, waiting: int, busy: int, healthy: int, cached: float
    ) -> Interval:
        """End an interval, and begin the next one."""
        counts = (self.first, self.offered, self.good, self.gave_up, self.wasted)
        first, offered, good, gave_up, wasted = (
            now - before for now, before in zip(counts, self._before, strict=True)
        )
        refused = dict(self.refused - self._refused_before)
        ordered = sorted(self.latencies_s)
        ended = Interval(
            now_s, now_s - self._since_s, first, offered, good, refused, gave_up, wasted,
            waiting, busy, healthy, quantile(ordered, 0.5), quantile(ordered, 0.95), cached,
        )  # fmt: skip
        self._before, self._refused_before, self._since_s = counts, self.refused.copy(), now_s
        self.latencies_s.clear()
        return ended


def quantile(ordered: list[float], share: float) -> float | None:
    """Return the value below which a share of sorted values lies (None: there is none).

    >>> quantile([1.0, 2.0, 9.0], 0.5)
    2.0
    """
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
