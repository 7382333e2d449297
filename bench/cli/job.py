"""A run that has been chosen and checked, and what came of it."""

from dataclasses import dataclass
from pathlib import Path

from bench.access.choosing.selection import Selection
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.judge.verdict import Verdict
from bench.requirements.requirement import RequirementList


@dataclass(frozen=True)
class Job:
    """A run that has been chosen and checked, before anything happens.

    Attributes:
        requirements: ids that the incident names.
        left_out: what a budget had no room for; None without a budget.
        report: whether the run's report is made when it is over.
        listed: the bench file's list of requirements; None without one.
        capture: whether what the network carries is kept.
        kept_working: the paths that went on working in the incident, by its sources.
    """

    file: StationFile
    model: CarModel
    selection: Selection
    seed: int
    what: str
    out: Path
    jobs: int
    as_json: bool
    requirements: tuple[str, ...] = ()
    left_out: tuple[str, ...] | None = None
    report: bool = True
    listed: RequirementList | None = None
    capture: bool = False
    kept_working: tuple[str, ...] = ()

    @property
    def beyond_the_bench(self) -> dict[str, dict[str, str]]:
        """What was left out because the bench cannot do it, and why; only what there is."""
        chosen = self.selection
        told = {"faults_left_out": chosen.unmet, "paths_left_out": chosen.out_of_reach}
        return {key: dict(named) for key, named in told.items() if named}


@dataclass(frozen=True)
class Done:
    """What a job came to.

    Attributes:
        verdicts: in the order of the selection.
        simulated_s: how long it took on the bench's clock.
        wall_s: how long it took on the wall.
    """

    verdicts: list[Verdict]
    simulated_s: float
    wall_s: float
