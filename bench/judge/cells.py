"""The matrix as data: paths down, failures across, a cell for all verdicts that meet there."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge.verdict import Verdict
from bench.presentation.layers import PHASE_MARK, layer_of_column
from bench.units import counted

BASELINE = "no outage"
PARAMETERS = r":.*?(?=\+[A-Za-z_]|$)"  # after a fault's name, up to the next fault's


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


def in_other_phases(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts on phases beside the one in which a cloud is simply down."""
    return [v for v in verdicts if PHASE_MARK in (v.outage or "")]


def by_phase(verdicts: Sequence[Verdict]) -> Cells:
    """Return a matrix of the other phases: paths down, phases across."""
    found: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    listed = in_other_phases(verdicts)
    for verdict in listed:
        found[verdict.path, str(verdict.phase)].append(verdict)
    names = dict.fromkeys(str(v.phase) for v in listed)
    return Cells(tuple(dict.fromkeys(v.path for v in listed)), tuple(names), dict(found))


def by_layer(found: Cells) -> Cells:
    """Return a matrix with a column for each layer of the cloud instead of each failure."""
    verdicts: dict[tuple[str, str], list[Verdict]] = {}
    columns = dict.fromkeys(_wider(column) for column in found.columns)
    for (path, column), cell in found.found.items():
        verdicts.setdefault((path, _wider(column)), []).extend(cell)
    return Cells(found.paths, tuple(columns), verdicts)


def _wider(column: str) -> str:
    return column if column == BASELINE else layer_of_column(column) or column


def column_of(verdict: Verdict) -> str:
    """Return the column in which a verdict stands; a test's faults are what it has injected."""
    if verdict.is_test and verdict.faults_met:
        return ", ".join(verdict.faults_met)
    return verdict.outage or BASELINE


def failures(verdicts: Sequence[Verdict]) -> str:
    """Return how many things have failed, in words: one with several parameters or phases is one.

    >>> failures([])
    '0 injected failures'
    """
    outages = {v.outage for v in verdicts if v.outage is not None and v.tells_of_its_path}
    names = {re.sub(PARAMETERS, "", outage.partition(PHASE_MARK)[0]) for outage in outages}
    said = counted(len(names), "injected failure")
    return said if len(names) == len(outages) else f"{said} in {len(outages)} variants and phases"


def cells(verdicts: Sequence[Verdict]) -> Cells:
    """Return the matrix of a run's verdicts, of those that tell of their path."""
    found: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    verdicts = [v for v in verdicts if v.tells_of_its_path]
    for verdict in verdicts:
        found[verdict.path, column_of(verdict)].append(verdict)
    outages = dict.fromkeys(v.outage for v in verdicts if v.outage is not None)
    return Cells(tuple(dict.fromkeys(v.path for v in verdicts)), (BASELINE, *outages), dict(found))
