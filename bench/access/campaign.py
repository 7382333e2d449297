"""Running a selection: scenarios in worker processes, verdicts as they are reached."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from bench.access.choosing.plan import check_way
from bench.access.choosing.selection import Group, Selection
from bench.access.outage import Outage
from bench.access.pool import Pool
from bench.access.runner import Sink, play_scenario, rehearse
from bench.access.scenario import Scenario
from bench.access.share import Share, shares
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.errors import ConfigError, InstrumentFault
from bench.judge.asking import check_oracles
from bench.judge.judge import judge
from bench.judge.repetition import combine
from bench.judge.verdict import Verdict
from bench.network.wiretap import Wiretap
from bench.recording import Recording
from bench.station.ahead import check_file

COLLECT_EVERY = 8  # scenarios; each leaves a world of cycles behind
KEPT = 4  # baselines in a worker's memory; an hour's is some megabytes


def no_capture(_scenario: Scenario) -> AbstractContextManager[None]:
    """Leave the network alone."""
    return nullcontext()


@dataclass(frozen=True)
class Evidence:
    """Where recordings go; made by who wires `evidence` to a run.

    Attributes:
        sink: takes a scenario's entries as they come (see `play_scenario`).
        read: returns a scenario's recording that another process has made.
        path: says where a scenario's recording is, relative to the run.
        finish: closes a scenario's recording with its verdict.
        capture: what listens to a scenario's network while it runs.
    """

    sink: Callable[[Scenario], Sink]
    read: Callable[[Scenario], Recording]
    path: Callable[[Scenario], str]
    finish: Callable[[Scenario, Verdict], None]
    capture: Callable[[Scenario], AbstractContextManager[Wiretap | None]] = no_capture


@dataclass(frozen=True)
class Reached:
    """A verdict that has been reached, and how much simulated time its run took.

    Attributes:
        verdict: on the run; with the last repetition of a scenario, on all of them.
        final: whether this is the scenario's verdict, and no repetition is to come.
    """

    verdict: Verdict
    simulated_s: float
    final: bool = True


def look_ahead(file: StationFile, model: CarModel, selection: Selection) -> None:
    """Find out whether this bench can do what is selected, before anything of it is done.

    It has a contact for every act, that is, and can do every outage. What only a real bench's
    devices and network can say is found as it is opened for the first scenario.

    Raises:
        ConfigError, StationError: the station cannot be opened, or cannot do an outage.
    """
    check_file(file, model, selection.check_at)
    check_oracles()
    for group in selection.groups:
        check_way(file, model, group.baseline)
    if file.content.bench.time == "simulated" and selection.groups:
        # what it loads takes a third of a second, and each worker gets it with the fork
        rehearse(file, model, selection.groups[0].scenarios()[0], selection.outages)


def run_selection(
    file: StationFile, model: CarModel, selection: Selection, evidence: Evidence, jobs: int
) -> Iterator[Reached]:
    """Yield every verdict of a selection that was looked ahead at, as it is reached.

    In real time there is one station, so one scenario at a time in this process.

    Raises:
        ConfigError, StationError: the station cannot be opened.
    """
    for verdict in selection.not_fitted:
        yield Reached(verdict, 0.0)
    if file.content.bench.time == "real":
        if jobs > 1:
            raise ConfigError("--jobs: in real time there is one station, so one job")
        planned = selection.outages  # looked at as the station opens for the first time
        for group in selection.groups:
            yield from run_group(file, model, group, evidence, selection.repeat, planned)
            planned = ()
        return
    if selection.groups:
        yield from _run_beside(file, model, selection, evidence, jobs)


def _run_beside(
    file: StationFile, model: CarModel, selection: Selection, evidence: Evidence, jobs: int
) -> Iterator[Reached]:
    """Yield every verdict of a selection that several processes run."""
    groups, whole = selection.groups, selection.repeat > 1  # rounds are interleaved, in a group
    workers = min(jobs, len(groups) if whole else selection.count)
    _settle()
    if whole or workers == 1:

        def work(group: Group) -> Iterator[Reached]:
            yield from run_group(file, model, group, evidence, selection.repeat)

        yield from Pool(work, workers).run(groups)
        return
    run = Shares(file, model, evidence)
    for reached in Pool(run.work, workers, run.ready).run(shares(groups, workers)):
        run.reached.add(reached.verdict.scenario)
        yield reached


def run_group(
    file: StationFile,
    model: CarModel,
    group: Group,
    evidence: Evidence,
    repeat: int = 1,
    planned: tuple[Outage, ...] = (),
) -> Iterator[Reached]:
    """Yield the verdict on a baseline, then on each outage judged against it, for each round.

    Repetitions are interleaved: the baseline and every outage once, then all of them again, each
    judged against the baseline of its own round. What drifts (a supply, a temperature, a loaded
    machine) so meets both alike. The bench must be able to do what is `planned`, or nothing
    begins.
    """
    so_far: dict[str, list[Verdict]] = defaultdict(list)
    for number in range(1, repeat + 1):
        for reached in _round(file, model, group.scenarios(number), evidence, planned):
            verdicts = so_far[reached.verdict.scenario]
            verdicts.append(reached.verdict)
            if number < repeat:
                yield replace(reached, final=False)
            else:
                yield replace(reached, verdict=combine(verdicts)) if repeat > 1 else reached


class Shares:
    """Runs shares: each in the process that has time for it.

    Attributes:
        reached: the scenarios that have their verdict, in the process that hands shares out.
    """

    def __init__(self, file: StationFile, model: CarModel, evidence: Evidence) -> None:
        self._file, self._model, self._evidence = file, model, evidence
        self._baselines: dict[str, Recording] = {}
        self._ran = 0
        self.reached: set[str] = set()

    def ready(self, share: Share) -> bool:
        """Return whether a share may begin: what it is judged against is there."""
        return share.baseline is None or share.baseline.id in self.reached

    def work(self, share: Share) -> Iterator[Reached]:
        """Yield a share's verdicts (in a worker)."""
        baseline = None if share.baseline is None else self._baseline(share.baseline)
        for scenario in share.scenarios:
            recording, reached, unsafe = _run(
                self._file, self._model, scenario, baseline, self._evidence
            )
            if share.baseline is None:
                self._keep(scenario, recording)
            yield reached
            _go_on(unsafe)
            self._ran += 1
            _collect(self._ran)

    def _baseline(self, scenario: Scenario) -> Recording:
        if scenario.id not in self._baselines:
            self._keep(scenario, self._evidence.read(scenario))
        return self._baselines[scenario.id]

    def _keep(self, scenario: Scenario, recording: Recording) -> None:
        self._baselines[scenario.id] = recording
        while len(self._baselines) > KEPT:
            del self._baselines[next(iter(self._baselines))]


def _round(
    file: StationFile,
    model: CarModel,
    scenarios: list[Scenario],
    evidence: Evidence,
    planned: tuple[Outage, ...],
) -> Iterator[Reached]:
    baseline: Recording | None = None
    for number, scenario in enumerate(scenarios, 1):
        recording, reached, unsafe = _run(file, model, scenario, baseline, evidence, planned)
        planned = ()
        if baseline is None:
            baseline = recording
        yield reached
        _go_on(unsafe)
        _collect(number)


def _run(
    file: StationFile,
    model: CarModel,
    scenario: Scenario,
    baseline: Recording | None,
    evidence: Evidence,
    planned: tuple[Outage, ...] = (),
) -> tuple[Recording, Reached, InstrumentFault | None]:
    with evidence.capture(scenario) as tap:
        recording, unsafe = play_scenario(
            file, model, scenario, evidence.sink(scenario), tap, planned
        )
    verdict = replace(judge(recording, baseline), recording=evidence.path(scenario))
    evidence.finish(scenario, verdict)
    return recording, Reached(verdict, recording.entries[-1].t_ns / 1e9), unsafe


def _go_on(unsafe: InstrumentFault | None) -> None:
    """Begin nothing more on a bench that is not safe; its last scenario has had its verdict."""
    if unsafe is not None:
        raise unsafe


def _settle() -> None:
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through it again costs 50 ms


def _collect(number: int) -> None:
    """Collect what scenarios have left; what the first of a process has loaded stays."""
    if number == 1:
        _settle()
    elif number % COLLECT_EVERY == 0:
        gc.collect()
