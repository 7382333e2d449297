"""What `run` and `replay` have in common: run what was chosen, show it, keep it, tell it."""

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any

from bench.access.campaign import Evidence, Reached, run_selection
from bench.access.choosing.selection import Selection
from bench.access.choosing.ways import ways_of
from bench.cli.ending import say
from bench.cli.job import Done, Job
from bench.cli.keeping import evidence_in
from bench.cli.outcome import document_of
from bench.cli.planning import tell_what_is_left_out
from bench.cli.reporting import report_at_the_end
from bench.cli.requiring import covering, keep_requirements, naming
from bench.cli.status import status_of
from bench.cli.unreached import all_planned
from bench.errors import RunFolderError
from bench.evidence.junit import write_junit
from bench.evidence.run_facts import RunFacts
from bench.evidence.run_folder import RunFolder
from bench.judge.kept_working import kept_working
from bench.judge.stranded import stranded
from bench.presentation.lines import write_json
from bench.station.forewarning import forewarnings
from bench.station.hold import holding
from bench.station.stamp import stamp_of


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
        write_json(document_of(job, done, helpless))
    else:
        from bench.dashboard.summary import show_summary

        show_summary(
            done.verdicts, helpless, job.out, done.simulated_s, done.wall_s,
            job.file.content.bench.compress, kept_working(job.kept_working, done.verdicts),
        )  # fmt: skip
    return status_of({verdict.verdict for verdict in done.verdicts})


def carry_out(job: Job) -> Done:
    """Run a job on a bench that is held, and keep its evidence.

    Raises:
        ConfigError, StationError: the station cannot be opened, or the evidence cannot be kept.
    """
    for told in forewarnings(job.file):
        say(told)
    folder = _folder(job)
    began_s = time.monotonic()
    reached: list[Reached] = []
    try:
        simulated_s = _reach(job, folder, reached)
    except RunFolderError as error:
        with suppress(RunFolderError):  # one error is said: the first
            _close(job, folder, reached)
        raise RunFolderError(f"{error}; {_kept(job, folder, reached)}") from None
    except BaseException as error:
        if folder.taken_away(error):
            raise
        error.add_note(f"what was reached is kept in {job.out}")
        _close(job, folder, reached)
        report_at_the_end(folder.path, report=job.report)  # it says what is missing
        raise
    try:
        _close(job, folder, reached)
        report_at_the_end(folder.path, report=job.report)
    except RunFolderError as error:
        raise RunFolderError(f"{error}; {_kept(job, folder, reached)}") from None
    except KeyboardInterrupt as error:
        error.add_note(f"the run was over, and is kept: bench report {job.out} makes its report")
        raise
    wall_s = time.monotonic() - began_s
    verdicts = [each.verdict for each in _in_order(job.selection, reached)]
    return Done(verdicts, simulated_s, wall_s)


def _folder(job: Job) -> RunFolder:
    """Return the folder of a job's run, in which stands what is to be run."""
    folder = RunFolder(job.out, durable=job.file.content.bench.time == "real")
    folder.write_run(job.file, _facts(job))
    keep_requirements(folder, job.listed)
    return folder


def _facts(job: Job) -> RunFacts:
    return RunFacts(
        what=job.what,
        car=job.model.name,
        car_file=job.model.own_file,
        seed=job.seed,
        stamp=stamp_of(job.file.content),
        planned=job.selection.planned,
        repeat=job.selection.repeat,
        ways=ways_of(job.model, job.selection),
        kept_working=job.kept_working,
        left_out=job.beyond_the_bench,
    )


def _reach(job: Job, folder: RunFolder, reached: list[Reached]) -> float:
    """Run, keep and show each verdict; return how long it took on the bench's clock."""
    simulated_s = 0.0
    with _show(job) as tell:
        for each in _run(job, evidence_in(folder, job.requirements, capture=job.capture)):
            simulated_s += each.simulated_s
            if each.final:
                _keep(folder, reached, each)
            tell(each)
    return simulated_s


def _keep(folder: RunFolder, reached: list[Reached], each: Reached) -> None:
    """Write a verdict down and count it, though a signal comes between the two."""
    reached.append(each)
    try:
        folder.add(each.verdict)
    except RunFolderError:
        reached.pop()
        raise


def _close(job: Job, folder: RunFolder, reached: list[Reached]) -> None:
    """Close a run's folder, whatever came of it; raises RunFolderError."""
    try:
        folder.close()
    finally:
        verdicts = [each.verdict for each in reached]
        if len(verdicts) < len(job.selection.planned):
            verdicts = all_planned(folder.path, job.selection)
        write_junit(
            folder.path / "junit.xml", job.what, verdicts, job.requirements,
            covering(verdicts, job.listed),
        )  # fmt: skip


def _kept(job: Job, folder: RunFolder, reached: list[Reached]) -> str:
    """Return what a run has that could not be kept as a whole, and what to do."""
    if folder.gone:
        return f"{job.out} was taken away, and all that was kept in it: the run ends here"
    count = job.selection.count + len(job.selection.not_fitted)
    return (
        f"the run ends here, {len(reached)} of {count} verdicts are kept: "
        f"make room, or have it writable again, then bench report {job.out} (or --out elsewhere)"
    )


def _run(job: Job, evidence: Evidence) -> Iterator[Reached]:
    """Yield each verdict as it is reached; it names the requirements of its outage."""
    for each in run_selection(job.file, job.model, job.selection, evidence, job.jobs):
        yield replace(each, verdict=naming(each.verdict, job.requirements))


def _in_order(selection: Selection, reached: list[Reached]) -> list[Reached]:
    """Return verdicts in the order of the selection: workers reach them in any."""
    place = {scenario: number for number, scenario in enumerate(selection.planned)}
    return sorted(reached, key=lambda each: place.get(each.verdict.scenario, len(place)))


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
