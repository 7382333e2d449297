"""What a folder of runs shows over time: one series for each thing that was run on one car."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from bench.evidence.being_made import why_not_ended
from bench.evidence.run_folder import VERDICTS
from bench.evidence.since import SAME, differences, repeat_change, version_changes
from bench.evidence.stored_run import StoredRun
from bench.judge.history import History, history
from bench.judge.interval import percentile
from bench.judge.worst import ORDER
from bench.units import duration

NEWLY = ("broken", "doubtful")
HEALED = ("healed", "cleared")
# assumed: three times the usual distance between two runs is a gap, if there are enough to say so
GAP_FACTOR, GAP_LEAST, GAP_RUNS = 3, timedelta(hours=1), 4


@dataclass(frozen=True)
class Point:
    """One run in a series.

    Attributes:
        number: from 1.
        name, began: its folder, and when it began.
        counts: (verdict, how many), the worst first.
        total: how many verdicts there are.
        doubt: the share of the fitted ones that is inconclusive.
        newly: scenarios that fail or are inconclusive now, and were better when last reached.
        healed: scenarios that pass now, and did not when last reached.
        missing: how many scenarios of the run before it were not planned in it.
        cut: why the run is not whole ("": it is).
        gap: how long nothing was run before it ("": as usual).
        notes: what else is different from the run before, a sentence each.
    """

    number: int
    name: str
    began: str
    counts: tuple[tuple[str, int], ...]
    total: int
    doubt: float
    newly: tuple[str, ...]
    healed: tuple[str, ...]
    missing: int
    cut: str
    gap: str
    notes: tuple[str, ...]

    def count(self, word: str) -> int:
        """Return how many verdicts are of a kind."""
        return dict(self.counts).get(word, 0)


@dataclass(frozen=True)
class Spread:
    """A path's times in one run, in seconds: least, quartiles, 95th percentile, most."""

    number: int
    least_s: float
    q1_s: float
    median_s: float
    q3_s: float
    p95_s: float
    most_s: float
    count: int


@dataclass(frozen=True)
class Times:
    """A path's times over the runs; `limit_s` only where all runs have the same one."""

    path: str
    intent: str
    limit_s: float | None
    spreads: tuple[Spread, ...]


@dataclass(frozen=True)
class Series:
    """Runs of one thing on one car, the earliest first."""

    title: str
    points: tuple[Point, ...]
    history: History
    times: tuple[Times, ...]


def series(runs: Sequence[StoredRun]) -> list[Series]:
    """Return every series of a folder of runs, the one that was run last first."""
    groups: dict[tuple[str, ...], list[StoredRun]] = defaultdict(list)
    for run in runs:
        groups[tuple(str(run.info.get(key, "?")) for key in SAME)].append(run)
    latest = sorted(groups.items(), key=lambda item: str(item[1][-1].info["began"]), reverse=True)
    return [_series(key, mine) for key, mine in latest]


def _series(key: tuple[str, ...], runs: list[StoredRun]) -> Series:
    what, car, stamp = key
    found = history([run.verdicts for run in runs])
    gaps = _gaps([str(run.info["began"]) for run in runs])
    points = tuple(
        _point(number, run, runs[number - 1] if number else None, found, gaps[number])
        for number, run in enumerate(runs)
    )
    return Series(f"{what} on {car}, {stamp}", points, found, tuple(_times(runs)))


def _point(
    number: int, run: StoredRun, before: StoredRun | None, found: History, gap: str
) -> Point:
    counts: Counter[str] = Counter(v.verdict for v in run.verdicts)
    fitted = len(run.verdicts) - counts["not_fitted"]
    changes = found.changes[number]
    return Point(
        number + 1, run.path.resolve().name, str(run.info["began"]),
        tuple((word, counts[word]) for word in ORDER if counts[word]), len(run.verdicts),
        counts["inconclusive"] / fitted if fitted else 0.0,
        tuple(each.scenario for each in changes if each.how in NEWLY),
        tuple(each.scenario for each in changes if each.how in HEALED),
        0 if run.left else found.missing[number], _cut(run), gap, tuple(_notes(run, before)),
    )  # fmt: skip


def _cut(run: StoredRun) -> str:
    if run.left:
        planned = len(run.left) + len(run.verdicts)
        return f"cut off: {len(run.left)} of {planned} planned scenarios have no verdict"
    if not run.ended:
        return f"has not said that it ended: {why_not_ended(run.path / VERDICTS)}"
    return ""


def _notes(run: StoredRun, before: StoredRun | None) -> Iterator[str]:
    if before is None:
        return
    yield from differences(before.info, run.info)
    if before.info.get("seed") != run.info.get("seed"):
        yield f"the seed was {before.info.get('seed', '?')}, and is {run.info.get('seed', '?')}"
    yield from repeat_change(before, run)
    yield from version_changes(before.info.get("versions"), run.info.get("versions"))


def _gaps(began: list[str]) -> list[str]:
    """Return for each run how long nothing was run before it, where that is unusual."""
    moments = [_moment(text) for text in began]
    steps = [b - a if a is not None and b is not None else None for a, b in pairwise(moments)]
    known = [step for step in steps if step is not None]
    usual = median(step.total_seconds() for step in known) if len(known) + 1 >= GAP_RUNS else None
    least_s = GAP_LEAST.total_seconds()
    told = [""]
    for step in steps:
        long_s = step.total_seconds() if step is not None else 0.0
        gap = usual is not None and long_s > max(GAP_FACTOR * usual, least_s)
        told.append(f"nothing for {_long(long_s)} before it" if gap else "")
    return told


def _long(seconds: float) -> str:
    days = seconds / timedelta(days=1).total_seconds()
    return f"{days:.0f} days" if days >= 2 else duration(seconds)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _times(runs: list[StoredRun]) -> Iterator[Times]:
    measured: dict[tuple[str, str], dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    limits: dict[tuple[str, str], set[float | None]] = defaultdict(set)
    for number, run in enumerate(runs, 1):
        for v in run.verdicts:
            if v.measured_s is not None:
                measured[v.path, v.intent][number].append(v.measured_s)
                limits[v.path, v.intent].add(v.limit_s)
    for key, by_run in sorted(measured.items()):
        same = limits[key]
        limit = next(iter(same)) if len(same) == 1 else None
        yield Times(*key, limit, tuple(_spread(n, values) for n, values in by_run.items()))


def _spread(number: int, values: list[float]) -> Spread:
    q1, middle, q3, p95 = (percentile(values, share) for share in (0.25, 0.5, 0.75, 0.95))
    return Spread(number, min(values), q1, middle, q3, p95, max(values), len(values))
