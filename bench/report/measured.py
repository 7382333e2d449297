"""What an oracle has measured in each outage: measures down, outages across."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge.verdict import Measurement, Verdict


@dataclass(frozen=True)
class Value:
    """One measure in one outage, and what came of it."""

    word: str
    value: str


@dataclass(frozen=True)
class MeasureRow:
    """One measure.

    Attributes:
        limit: in words, with its unit.
        source: who says so.
        cells: per outage; None where it was not asked.
    """

    name: str
    limit: str
    source: str
    cells: tuple[Value | None, ...]


@dataclass(frozen=True)
class Measured:
    """Every measure of a run, by outage."""

    outages: tuple[str, ...]
    rows: tuple[MeasureRow, ...]


def measured(verdicts: Sequence[Verdict]) -> Measured:
    """Return what a run's oracles have measured, in the order in which it was first said."""
    by_outage = {
        v.outage: {m.name: m for judgement in v.judgements for m in judgement.measurements}
        for v in verdicts
        if v.outage is not None and any(j.measurements for j in v.judgements)
    }
    every: dict[str, Measurement] = {}
    for found in by_outage.values():
        every = found | every
    order = dict.fromkeys(name for found in by_outage.values() for name in found)
    rows = tuple(_row(every[name], [f.get(name) for f in by_outage.values()]) for name in order)
    return Measured(tuple(by_outage), rows)


def _row(first: Measurement, found: Sequence[Measurement | None]) -> MeasureRow:
    limit = f"{first.bound} {first.limit:g} {first.unit}".strip()
    cells = tuple(None if m is None else Value(m.verdict, _value(m)) for m in found)
    return MeasureRow(first.name.replace("_", " "), limit, first.source, cells)


def _value(measurement: Measurement) -> str:
    return "–" if measurement.value is None else f"{measurement.value:.4g}"
