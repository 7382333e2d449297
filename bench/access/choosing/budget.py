"""A budget of bench time: which scenarios are worth it, always the same ones.

Priority, as declared here: a scenario that covers a path or a failure that nothing chosen covers
yet; then one in a new phase, with a new owner, a new pair of path and intent, a new pair of path
and layer, of phase and failure, of failure and intent; then the rest. Among equals the order of the
selection decides. A baseline costs once per group, with the first of its outages. What does not fit
any more is left out and named, never shortened.
"""

from dataclasses import dataclass, replace

from bench.access.choosing.campaign_phase import fault_name
from bench.access.choosing.plan import plan_run
from bench.access.choosing.selection import Group, Selection
from bench.access.outage import Outage
from bench.access.scenario import Scenario
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.errors import ConfigError
from bench.faults.injector import layer_named
from bench.units import duration

_Cell = tuple[int, int]  # number of the group, number of its outage
_Things = tuple[frozenset[tuple[str, ...]], ...]


@dataclass(frozen=True)
class Afforded:
    """What a budget allows.

    Attributes:
        selection: to be run.
        left_out: ids of the scenarios that did not fit, in the order of the selection.
    """

    selection: Selection
    left_out: tuple[str, ...]


def within(file: StationFile, model: CarModel, selection: Selection, budget_s: float) -> Afforded:
    """Choose what fits into a budget of bench time, for one scenario after another.

    Raises:
        ConfigError: not even one scenario with its baseline fits.
    """
    cost = _Cost(file, model, selection)
    chosen: list[_Cell] = []
    left = [(g, o) for g, group in enumerate(selection.groups) for o in range(len(group.outages))]
    things = {cell: _things(selection.groups[cell[0]], cell[1]) for cell in left}
    covered: set[tuple[str, ...]] = set()
    spent_s = 0.0
    while fitting := [c for c in left if spent_s + cost.of(c, chosen) <= budget_s]:
        best = max(fitting, key=lambda c: _new(things[c], covered))  # the first among equals
        spent_s += cost.of(best, chosen)
        covered.update(*things[best])
        chosen.append(best)
        left.remove(best)
    if not chosen:
        least_s = min(cost.of(cell, chosen) for cell in left)
        raise ConfigError(f"--budget: the least that can be run takes {duration(least_s)}")
    return _afforded(selection, set(chosen))


class _Cost:
    """What a cell costs, in seconds of bench time, with its baseline if that is not yet paid."""

    def __init__(self, file: StationFile, model: CarModel, selection: Selection) -> None:
        self._each = [
            selection.repeat * plan_run(file, model, group.baseline).duration_s
            for group in selection.groups
        ]

    def of(self, cell: _Cell, chosen: list[_Cell]) -> float:
        # an outage changes nothing about how long a scenario takes: its baseline takes as long
        paid = any(group == cell[0] for group, _ in chosen)
        return self._each[cell[0]] * (1 if paid else 2)


def _things(group: Group, number: int) -> _Things:
    """Return what a cell covers, the more important first."""
    base, outage = group.baseline, group.outages[number]
    specs = {spec for phase in outage.phases for spec in phase.faults}
    layers = sorted({layer_named(fault_name(spec)) for spec in specs})
    asked = outage.asked.name if outage.asked is not None else ""
    return (
        frozenset({("path", base.path), ("outage", outage.what)}),
        frozenset({("phase", asked)}),
        frozenset({("owner", base.owner)}),
        frozenset({("path and intent", base.path, base.intent)}),
        frozenset({("path and layer", base.path, layer) for layer in layers}),
        frozenset({("phase and outage", asked, outage.what)}),
        frozenset({("outage and intent", outage.name, base.intent)}),
    )


def _new(things: _Things, covered: set[tuple[str, ...]]) -> tuple[int, ...]:
    return tuple(len(level - covered) for level in things)


def _afforded(selection: Selection, chosen: set[_Cell]) -> Afforded:
    groups: list[Group] = []
    left_out: list[str] = []
    for number, group in enumerate(selection.groups):
        kept = tuple(o for n, o in enumerate(group.outages) if (number, n) in chosen)
        if kept:
            groups.append(replace(group, outages=kept))
        left_out += [s.id for s in group.scenarios() if not _stays(s, kept)]
    return Afforded(replace(selection, groups=tuple(groups)), tuple(left_out))


def _stays(scenario: Scenario, kept: tuple[Outage, ...]) -> bool:
    """Whether a scenario of a group is run: a baseline is if any of its outages is."""
    return bool(kept) if scenario.outage is None else scenario.outage in kept
