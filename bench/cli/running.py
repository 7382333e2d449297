"""What `run` and `replay` have in common: choose, run, show, keep, and say how it went."""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.access.budget import within
from bench.access.campaign import Evidence, Reached, look_ahead, no_capture, run_selection
from bench.access.incident import load_incident
from bench.access.pace import pace_of
from bench.access.runner import Sink
from bench.access.scenario import Scenario
from bench.access.selection import Selection, campaign, replay, ways_of
from bench.access.starting_state import check_names
from bench.access.usual_faults import out_of_reach
from bench.car.model import CarModel, load_car
from bench.cli.planning import tell_what_is_left_out
from bench.cli.reporting import report_at_the_end
from bench.cli.requiring import checked_requirements, covering, keep_requirements, naming
from bench.config.bench_file import StationFile, load_bench
from bench.errors import ConfigError, RunFolderError
from bench.evidence.junit import write_junit
from bench.evidence.recording_file import SUFFIX, RecordingWriter, read_recording
from bench.evidence.run_folder import RECORDINGS, RunFolder, default_folder
from bench.judge.kept_working import kept_working
from bench.judge.stranded import Stranded, stranded
from bench.judge.verdict import Verdict, public
from bench.network.wiretap import Wiretap
from bench.recording import Recording
from bench.requirements.requirement import RequirementList
from bench.station.hold import holding
from bench.station.stamp import stamp_of
from bench.station.telematics import telematics_policy
from bench.trace import capture as captures

SCHEMA = 1
FAILED, INCONCLUSIVE = 1, 3
WORDS = ("pass", "fail", "inconclusive", "not_fitted")


@dataclass(frozen=True)
class Job:
    """A run that has been chosen and checked, before anything happens.

    Attributes:
        requirements: ids that the incident names.
        left_out: what a budget had no room for; None without a budget.
        unmet: faults that were left out of all of them, and why.
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
    unmet: dict[str, str] = field(default_factory=dict)
    kept_working: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What a campaign is narrowed down or extended to.

    Attributes:
        faults, phases: by name; empty: the usual choice.
        full: every fault in every phase.
    """

    faults: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    full: bool = False

    def check(self, incident: str | None) -> None:
        """Raise ConfigError for what contradicts an incident."""
        if incident is None:
            return
        for option, given in (
            ("--faults", self.faults), ("--phases", self.phases), ("--full", self.full)
        ):  # fmt: skip
            if given:
                own = "phases" if option == "--phases" else "faults"
                raise ConfigError(f"--incident and {option}: an incident brings its own {own}")


USUAL = Wanted()


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


def chosen_station(
    arguments: argparse.Namespace, *, default_car: str, source: str = ""
) -> tuple[StationFile, CarModel, int]:
    """Return bench file, car and seed: options count before the file, the file before defaults.

    `source` is where the default car was given.
    """
    file = load_bench(arguments.bench)
    bench = file.content.bench
    base = Path.cwd() if arguments.car else file.base
    if arguments.car:
        source = "--car"
    elif bench.car:
        source = f"{file.path}: bench.car"
    model = load_car(arguments.car or bench.car or default_car, base, source)
    return file, model, bench.seed if arguments.seed is None else arguments.seed


def prepare(arguments: argparse.Namespace, *, incident: str | None, wanted: Wanted = USUAL) -> Job:
    """Return what is to be run; raises ConfigError for anything wrong before it begins."""
    wanted.check(incident)
    played = load_incident(incident, Path.cwd()) if incident is not None else None
    default_car = played.file.car if played else "sound"
    named_in = f"{played.path}: car" if played else ""
    file, model, seed = chosen_station(arguments, default_car=default_car, source=named_in)
    check_names(model)
    listed = checked_requirements(file, played)
    telematics = telematics_policy(file, model)
    push, unseen = telematics.push, ("delivered",) if telematics.unit == "real" else ()
    unmet = {} if wanted.faults or played else out_of_reach(file.content, push)
    narrowed: dict[str, Any] = {
        "only_paths": arguments.paths, "only_owners": arguments.owners, "pace": pace_of(file),
    }  # fmt: skip
    if played is not None:
        selection = replay(model, played, seed=seed, **narrowed)
    else:
        selection = campaign(
            model, seed=seed, only_faults=wanted.faults, only_phases=wanted.phases,
            full=wanted.full, push=push, unseen=unseen, without=unmet, **narrowed,
        )  # fmt: skip
    selection = replace(selection, repeat=arguments.repeat)
    left_out = None
    if arguments.budget is not None:
        choice = within(file, model, selection, arguments.budget)
        selection, left_out = choice.selection, choice.left_out
    look_ahead(file, model, selection)
    jobs = 1 if file.content.bench.time == "real" else arguments.jobs
    return Job(
        file, model, selection, seed, played.name if played else "campaign",
        arguments.out or default_folder(), jobs, arguments.json,
        tuple(played.file.requirements) if played else (), left_out, not arguments.no_report,
        listed, wants_capture(file, arguments), unmet,
        tuple(played.file.kept_working) if played else (),
    )  # fmt: skip


def wants_capture(file: StationFile, arguments: argparse.Namespace) -> bool:
    """Whether the bench file or an option asks for what the network carries."""
    return file.content.bench.capture or arguments.capture


def execute(job: Job) -> int:
    """Run a job while holding its bench; return the exit status. Raises StationBusy."""
    with holding(job.file, job.out):
        return _execute(job)


def _execute(job: Job) -> int:
    if not job.as_json:
        tell_what_is_left_out(job, why=False)
    done = carry_out(job)
    helpless = stranded(done.verdicts, ways_of(job.model, job.selection))
    if job.as_json:
        sys.stdout.write(json.dumps(_document(job, done, helpless)) + "\n")
    else:
        from bench.dashboard.summary import show_summary

        show_summary(
            done.verdicts, helpless, job.out, done.simulated_s, done.wall_s,
            job.file.content.bench.compress, kept_working(job.kept_working, done.verdicts),
        )  # fmt: skip
    return exit_status(done.verdicts)


def carry_out(job: Job) -> Done:
    """Run a job on a bench that is held, and keep its evidence.

    Raises:
        ConfigError, StationError: the station cannot be opened, or the evidence cannot be kept.
    """
    folder = RunFolder(job.out, durable=job.file.content.bench.time == "real")
    folder.write_run(
        job.file, seed=job.seed, car=job.model.name, stamp=stamp_of(job.file.content),
        what=job.what, planned=_planned(job.selection), ways=ways_of(job.model, job.selection),
        kept_working=job.kept_working, car_file=_own_car_file(job.model),
    )  # fmt: skip
    keep_requirements(folder, job.listed)
    began_s = time.monotonic()
    reached: list[Reached] = []
    simulated_s = 0.0
    try:
        with _show(job) as tell:
            for each in _run(job, evidence_in(folder, job.requirements, capture=job.capture)):
                simulated_s += each.simulated_s
                if each.final:
                    folder.add(each.verdict)
                    reached.append(each)
                tell(each)
    except RunFolderError as error:
        with suppress(RunFolderError):  # one error is said: the first
            _close(job, folder, reached)
        raise RunFolderError(f"{error}; {_kept(job, reached)}") from None
    except BaseException:
        _close(job, folder, reached)
        report_at_the_end(folder.path, report=job.report)  # it says what is missing
        raise
    _close(job, folder, reached)
    report_at_the_end(folder.path, report=job.report)
    wall_s = time.monotonic() - began_s
    verdicts = [each.verdict for each in _in_order(job.selection, reached)]
    return Done(verdicts, simulated_s, wall_s)


def _close(job: Job, folder: RunFolder, reached: list[Reached]) -> None:
    """Close a run's folder, whatever came of it; raises RunFolderError."""
    try:
        folder.close()
    finally:
        verdicts = [each.verdict for each in reached]
        write_junit(
            folder.path / "junit.xml", job.what, verdicts, job.requirements,
            covering(verdicts, job.listed),
        )  # fmt: skip


def _kept(job: Job, reached: list[Reached]) -> str:
    """Return what a run has that could not be kept as a whole, and what to do."""
    count = job.selection.count + len(job.selection.not_fitted)
    return (
        f"the run ends here, {len(reached)} of {count} verdicts are kept: "
        f"make room, then bench report {job.out} (or --out on another disk)"
    )


def _own_car_file(model: CarModel) -> Path | None:
    """Return a car's file, if it is not one of those that are shipped."""
    return None if model.shipped else model.path


def _run(job: Job, evidence: Evidence) -> Iterator[Reached]:
    """Yield each verdict as it is reached; it names the requirements of its outage."""
    for each in run_selection(job.file, job.model, job.selection, evidence, job.jobs):
        yield replace(each, verdict=naming(each.verdict, job.requirements))


def _planned(selection: Selection) -> list[str]:
    """Return the scenarios of a selection, in its order."""
    ids = [s.id for group in selection.groups for s in group.scenarios()]
    return [*ids, *(verdict.scenario for verdict in selection.not_fitted)]


def _in_order(selection: Selection, reached: list[Reached]) -> list[Reached]:
    """Return verdicts in the order of the selection: workers reach them in any."""
    ids = _planned(selection)
    place = {scenario: number for number, scenario in enumerate(ids)}
    return sorted(reached, key=lambda each: place.get(each.verdict.scenario, len(ids)))


def exit_status(verdicts: list[Verdict]) -> int:
    """Return 1 for a fail, else 3 for something inconclusive, else 0."""
    words = {verdict.verdict for verdict in verdicts}
    return FAILED if "fail" in words else INCONCLUSIVE if "inconclusive" in words else 0


def evidence_in(
    folder: RunFolder, requirements: Sequence[str] = (), *, capture: bool = False
) -> Evidence:
    """Return where recordings go; used inside the worker processes."""
    writers: dict[str, RecordingWriter] = {}

    def sink(scenario: Scenario) -> Sink:
        name = scenario.recording_name
        writers[name] = folder.writer(name)
        return writers[name].sink

    def finish(scenario: Scenario, verdict: Verdict) -> None:
        writers.pop(scenario.recording_name).finish(naming(verdict, requirements))

    def path(scenario: Scenario) -> str:
        return f"{RECORDINGS}/{scenario.recording_name}{SUFFIX}"

    def read(scenario: Scenario) -> Recording:
        return read_recording(folder.path / path(scenario))[0]

    def tap(scenario: Scenario) -> AbstractContextManager[Wiretap | None]:
        file = folder.path / captures.FOLDER / (scenario.recording_name + captures.SUFFIX)
        return captures.capturing(file, scenario.epoch)

    return Evidence(sink, read, path, finish, tap if capture else no_capture)


def _show(job: Job) -> AbstractContextManager[Any]:
    """Return what shows each verdict as it comes: a live view, plain lines, or nothing.

    In real time that is the dashboard, drawn by a process of its own: drawing must not make the
    bench's timers late.
    """
    if job.as_json:
        return nullcontext(lambda _reached: None)
    if sys.stdout.isatty() and job.file.content.bench.time == "real":
        from bench.cli.watching import beside

        return beside(job.out)
    from bench.dashboard.progress import live, plain

    shown = live if sys.stdout.isatty() else plain
    return shown(job.model.name, job.what, job.selection.count, job.selection.repeat)


def _document(job: Job, done: Done, helpless: list[Stranded]) -> dict[str, Any]:
    """Return the object that `--json` prints."""
    counts: Counter[str] = Counter(verdict.verdict for verdict in done.verdicts)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "stamp": stamp_of(job.file.content),
        "seed": job.seed,
        "car": job.model.name,
        "compress": job.file.content.bench.compress,
        "simulated_s": round(done.simulated_s, 3),
        "wall_s": round(done.wall_s, 3),
        "counts": {word: counts.get(word, 0) for word in WORDS},
        "verdicts": [public(verdict) for verdict in done.verdicts],
        "stranded_minutes": {each.owner: each.minutes for each in helpless},
        "stranded_known": {
            each.owner: {word: minutes.known for word, minutes in each.of.items()}
            for each in helpless
        },
        "run": str(job.out),
    }
    if job.left_out is not None:
        document["left_out"] = list(job.left_out)
    if job.unmet:
        document["faults_left_out"] = job.unmet
    if job.kept_working:
        kept = kept_working(job.kept_working, done.verdicts)
        document["kept_working"] = {each.path: each.here for each in kept}
    return document
