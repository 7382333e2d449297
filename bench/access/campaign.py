"""Running a selection: scenarios in worker processes, verdicts as they are reached."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bench.access.pool import Pool
from bench.access.runner import Sink, run_scenario
from bench.access.scenario import Scenario
from bench.access.selection import Group, Selection
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.errors import ConfigError
from bench.judge.judge import judge
from bench.judge.verdict import Verdict
from bench.recording import Recording

COLLECT_EVERY = 4  # scenarios; each leaves a world of cycles behind


@dataclass(frozen=True)
class Evidence:
    """Where recordings go; made by who wires `evidence` to a run.

    Attributes:
        sink: takes a scenario's entries as they come (see `run_scenario`).
        path: says where a scenario's recording is, relative to the run.
        finish: closes a scenario's recording with its verdict.
    """

    sink: Callable[[Scenario], Sink]
    path: Callable[[Scenario], str]
    finish: Callable[[Scenario, Verdict], None]


@dataclass(frozen=True)
class Reached:
    """A verdict that has been reached, and how much simulated time it took."""

    verdict: Verdict
    simulated_s: float


def run_selection(
    file: StationFile, model: CarModel, selection: Selection, evidence: Evidence, jobs: int
) -> Iterator[Reached]:
    """Yield every verdict of a selection, as it is reached.

    In real time there is one station, so one scenario at a time in this process.

    Raises:
        ConfigError, StationError: the station cannot be opened.
    """

    def work(group: Group) -> Iterator[Reached]:
        yield from run_group(file, model, group, evidence)

    for verdict in selection.not_fitted:
        yield Reached(verdict, 0.0)
    if file.content.bench.time == "real":
        if jobs > 1:
            raise ConfigError("--jobs: in real time there is one station, so one job")
        for group in selection.groups:
            yield from work(group)
        return
    yield from Pool(work, min(jobs, len(selection.groups) or 1)).run(selection.groups)


def run_group(
    file: StationFile, model: CarModel, group: Group, evidence: Evidence
) -> Iterator[Reached]:
    """Yield the verdict on a baseline, then on each outage judged against it."""
    baseline: Recording | None = None
    for number, scenario in enumerate(group.scenarios(), 1):
        recording = run_scenario(file, model, scenario, evidence.sink(scenario))
        verdict = replace(judge(recording, baseline), recording=evidence.path(scenario))
        if baseline is None:
            baseline = recording
        evidence.finish(scenario, verdict)
        yield Reached(verdict, recording.entries[-1].t_ns / 1e9)
        if not gc.get_freeze_count():
            gc.collect()
            gc.freeze()  # what is loaded by now stays: looking through it again costs 50 ms
        elif number % COLLECT_EVERY == 0:
            gc.collect()
