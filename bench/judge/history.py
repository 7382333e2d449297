"""Many runs in turn: what each changed against what was last known, and since when what fails."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge.comparison import Changed, compare
from bench.judge.verdict import Verdict
from bench.judge.worst import BAD


@dataclass(frozen=True)
class Lasting:
    """A scenario that fails, or is inconclusive, when it was last run.

    Attributes:
        verdict: the last one.
        first: in which run, from 0, it began to be so, without a pass since.
        count: in how many runs it was.
    """

    verdict: Verdict
    first: int
    count: int


@dataclass(frozen=True)
class History:
    """Runs of the same thing, the earliest first.

    Attributes:
        changes: per run, every scenario whose verdict is another than when it was last reached: a
            run that was cut short in between hides nothing.
        missing: per run, how many scenarios the run before it has reached and it has not.
        lasting: what fails or is inconclusive now, the longest first.
    """

    changes: tuple[tuple[Changed, ...], ...]
    missing: tuple[int, ...]
    lasting: tuple[Lasting, ...]


def history(runs: Sequence[Sequence[Verdict]]) -> History:
    """Return what became of each scenario over some runs, the earliest first."""
    known: dict[str, Verdict] = {}
    bad: dict[str, Lasting] = {}
    before: set[str] = set()
    changes, missing = [], []
    for number, verdicts in enumerate(runs):
        new = {verdict.scenario: verdict for verdict in verdicts}
        seen = [name for name in new if name in known]
        found = compare([known[name] for name in seen], [new[name] for name in seen])
        changes.append(found.changed)
        missing.append(len(before - set(new)))
        for name, verdict in new.items():
            if verdict.verdict in BAD:
                first, count = (bad[name].first, bad[name].count) if name in bad else (number, 0)
                bad[name] = Lasting(verdict, first, count + 1)
            else:
                bad.pop(name, None)
        known |= new
        before = set(new)
    lasting = sorted(bad.values(), key=lambda each: (each.first, each.verdict.scenario))
    return History(tuple(changes), tuple(missing), tuple(lasting))
