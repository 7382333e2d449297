"""The matrix as data: paths down, failures across, a cell for all verdicts that meet there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge.verdict import Verdict

BASELINE = "no outage"


@dataclass(frozen=True)
class Cells:
    """A run's verdicts by path and failure.

    Attributes:
        paths: the rows, in the order in which they were met.
        columns: the failures, "no outage" first.
        found: per (path, column) its verdicts; a pair that was not run is not in it.
    """

    paths: tuple[str, ...]
    columns: tuple[str, ...]
    found: dict[tuple[str, str], list[Verdict]]

    def at(self, path: str, column: str) -> list[Verdict]:
        """Return the verdicts of one cell."""
        return self.found.get((path, column), [])


def column_of(verdict: Verdict) -> str:
    """Return the column in which a verdict stands."""
    return verdict.outage or BASELINE


def cells(verdicts: Sequence[Verdict]) -> Cells:
    """Return the matrix of a run's verdicts."""
    found: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.path, column_of(verdict)].append(verdict)
    outages = dict.fromkeys(v.outage for v in verdicts if v.outage is not None)
    return Cells(tuple(dict.fromkeys(v.path for v in verdicts)), (BASELINE, *outages), dict(found))
