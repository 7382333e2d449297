"""What has changed between two runs of the same scenarios: worse, better, slower."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Literal

from bench.judge.interval import Interval, of_median, percentile
from bench.judge.verdict import Verdict

Change = Literal["broken", "doubtful", "healed", "cleared", "added", "missing"]
# what a reader is told first; "broken" and "doubtful" are worse than before
CHANGES: tuple[Change, ...] = ("broken", "doubtful", "missing", "healed", "cleared", "added")
WORSE: frozenset[Change] = frozenset({"broken", "doubtful", "missing"})
TOLERANCE = 0.1  # assumed: a path that takes a tenth longer is worth a look


@dataclass(frozen=True)
class Changed:
    """One scenario whose verdict is another now, or that only one of the runs has.

    Attributes:
        how: broken (fails now), doubtful (was decided, is inconclusive), healed (failed), cleared
            (was inconclusive), missing (not run now), added (not run before).
        before, after: the verdicts (None: not in that run).
    """

    scenario: str
    how: Change
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True)
class Times:
    """How long one path takes for one intent: median, 95th percentile, how many were measured."""

    median_s: float
    p95_s: float
    count: int


@dataclass(frozen=True)
class Pace:
    """How a path's times have changed, scenario by scenario.

    Attributes:
        ratio: the median of the scenarios' ratios, after to before.
        interval: where that median lies at 95 % (None: fewer than six scenarios).
        slower: whether it takes longer by more than the tolerance, and not by chance.
    """

    path: str
    intent: str
    before: Times
    after: Times
    ratio: float
    interval: Interval | None
    slower: bool


@dataclass(frozen=True)
class Comparison:
    """Two runs, side by side.

    Attributes:
        changed: every scenario that is not as it was.
        same: how many are.
        paces: per path and intent, its times.
    """

    changed: tuple[Changed, ...]
    same: int
    paces: tuple[Pace, ...]

    @property
    def worse(self) -> bool:
        """Whether anything got worse: a verdict, a scenario that is gone, a path's time."""
        return any(c.how in WORSE for c in self.changed) or any(p.slower for p in self.paces)


def compare(
    before: Iterable[Verdict], after: Iterable[Verdict], tolerance: float = TOLERANCE
) -> Comparison:
    """Compare two runs by their scenarios' names.

    Args:
        before: the verdicts of the earlier run.
        after: those of the later one.
        tolerance: by which share a path may take longer.
    """
    old = {verdict.scenario: verdict for verdict in before}
    new = {verdict.scenario: verdict for verdict in after}
    changed = []
    for name in {**old, **new}:
        how = _change(old.get(name), new.get(name))
        if how is not None:
            changed.append(Changed(name, how, old.get(name), new.get(name)))
    changed.sort(key=lambda each: (CHANGES.index(each.how), each.scenario))
    pairs = [(old[name], new[name]) for name in old if name in new]
    same = len({**old, **new}) - len(changed)
    return Comparison(tuple(changed), same, tuple(_paces(pairs, tolerance)))


def _change(before: Verdict | None, after: Verdict | None) -> Change | None:
    """Return what became of a verdict, None if it is what it was."""
    if before is None or after is None:
        return "added" if before is None else "missing"
    if before.verdict == after.verdict:
        return None
    if after.verdict == "fail":
        return "broken"
    if after.verdict == "not_fitted":
        return "missing"
    if before.verdict == "not_fitted":
        return "added" if after.verdict == "pass" else "doubtful"
    if after.verdict == "inconclusive":
        return "doubtful"
    return "healed" if before.verdict == "fail" else "cleared"


Pair = tuple[float, float]


def _paces(pairs: list[tuple[Verdict, Verdict]], tolerance: float) -> Iterable[Pace]:
    """Yield how times differ, per path and intent, in scenarios that both runs have measured."""
    times: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for before, after in pairs:
        if before.measured_s and after.measured_s is not None:
            times[after.path, after.intent].append((before.measured_s, after.measured_s))
    for (path, intent), measured in sorted(times.items()):
        yield _pace(path, intent, measured, tolerance)


def _pace(path: str, intent: str, measured: list[Pair], tolerance: float) -> Pace:
    ratios = [after / before for before, after in measured]
    ratio, interval = median(ratios), of_median(ratios)
    surely = interval.low > 1 if interval is not None else min(ratios) > 1 + tolerance
    return Pace(
        path, intent, _times([b for b, _ in measured]), _times([a for _, a in measured]),
        ratio, interval, slower=ratio > 1 + tolerance and surely,
    )  # fmt: skip


def _times(values: list[float]) -> Times:
    return Times(median(values), percentile(values, 0.95), len(values))
