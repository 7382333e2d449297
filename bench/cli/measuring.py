"""`bench discipline`: run long outages, and tell what the telematics unit cost."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.access.campaign import Evidence, look_ahead, run_group
from bench.access.choosing.plan import plan
from bench.access.choosing.selection import Selection
from bench.access.discipline import discipline, named
from bench.access.scenario import Scenario
from bench.car.model import CarModel
from bench.cli.choosing import chosen_station
from bench.cli.keeping import evidence_in
from bench.cli.reporting import report_at_the_end
from bench.cli.status import status_of
from bench.config.bench_file import StationFile
from bench.errors import ConfigError, RunFolderError, UnknownName
from bench.evidence.run_facts import RunFacts
from bench.evidence.run_folder import RunFolder
from bench.judge.verdict import Measurement, Verdict
from bench.presentation.lines import write_json, write_lines
from bench.presentation.printable import printable
from bench.recording import Recording
from bench.station.defects import defects, part_of
from bench.station.hold import holding
from bench.station.stamp import stamp_of
from bench.station.telematics import telematics_policy
from bench.units import counted, duration

SCHEMA = 1
WHAT = ORACLE = "telematics_discipline"
PIPE_WIDTH = 240
WITH_SOURCES = 140  # columns from which a table has room for the sources of its limits


def _unread(scenario: Scenario) -> Recording:
    """Refuse: one process runs all of it, and has its baselines in memory."""
    raise RunFolderError(f"{scenario.id}: was not kept")


UNKEPT = Evidence(
    sink=lambda _scenario: lambda _header, _journal: lambda: None,
    read=_unread,
    path=lambda _scenario: "",
    finish=lambda _scenario, _verdict: None,
)


def tell_discipline(arguments: argparse.Namespace) -> int:
    """Measure and print; return the exit status."""
    file, model, seed = chosen_station(arguments, default_car="sound")
    switched_on = _defects(arguments.defects)
    policy = telematics_policy(file, model)
    if switched_on and policy.unit == "real":
        raise ConfigError(f"{file.path}: --defects: a real telematics unit has its own")
    selection = discipline(model, named(arguments.outages, policy.push), seed, switched_on)
    look_ahead(file, model, selection)
    if file.content.bench.time == "real" and not arguments.json:
        takes = duration(plan(file, model, selection).duration_s)
        write_lines(f"{counted(selection.count, 'scenario')}, {takes} of real time")
    verdicts = []
    for verdict in _run(file, model, selection, seed, arguments.out):
        verdicts.append(verdict)
        if not arguments.json:
            _show(verdict)
    if not arguments.json:
        _show_sources(verdicts)
    if arguments.out is not None:
        report_at_the_end(arguments.out, report=True)
    if arguments.json:
        document = {
            "schema": SCHEMA, "seed": seed, "car": model.name,
            "outages": [_document(verdict) for verdict in verdicts],
        }  # fmt: skip
        write_json(document)
    return status_of({verdict.verdict for verdict in verdicts})


def _defects(names: list[str]) -> tuple[str, ...]:
    if not names:
        return ()
    known = [name for name in defects().names() if part_of(name) == "telematics"]
    for name in names:
        if name not in known:
            raise UnknownName("defect of the telematics unit", name, known)
    return tuple(names)


def _run(
    file: StationFile, model: CarModel, selection: Selection, seed: int, out: Path | None
) -> Iterator[Verdict]:
    """Yield the verdict on every outage; a folder that is named keeps recordings and verdicts."""
    with ExitStack() as stack:
        stack.enter_context(holding(file, out or Path.cwd()))
        evidence, folder = UNKEPT, None
        if out is not None:
            folder = RunFolder(out, durable=file.content.bench.time == "real")
            stack.push(_closing(folder))
            facts = RunFacts(
                what=WHAT, car=model.name, car_file=model.own_file, seed=seed,
                stamp=stamp_of(file.content), planned=selection.planned,
            )  # fmt: skip
            folder.write_run(file, facts)
            evidence = evidence_in(folder)
        to_come = selection.outages
        for group in selection.groups:
            for reached in run_group(file, model, group, evidence, planned=to_come):
                if folder is not None:
                    folder.add(reached.verdict)
                if reached.verdict.outage is not None:
                    yield reached.verdict
            to_come = ()


def _closing(folder: RunFolder) -> Callable[..., None]:
    """Return what closes a run's folder, or takes it away where nothing of the run has begun.

    Hours of a real bench may have been reached when somebody ends it: it says where they are.
    """

    def close(_kind: object, error: BaseException | None, _trace: object) -> None:
        if folder.taken_away(error):
            return
        folder.close()
        if error is not None:
            error.add_note(f"what was reached is kept in {folder.path}")
            report_at_the_end(folder.path, report=True)  # it says what is missing

    return close


def _measured(verdict: Verdict) -> tuple[Measurement, ...]:
    return next(j for j in verdict.judgements if j.oracle == ORACLE).measurements


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH  # a row stays a row
    return console


def _show(verdict: Verdict) -> None:
    """Print a table: measure, value, limit, what came of it, from what, who says so."""
    console = _console()
    console.print(Text(printable(f"{verdict.outage}: {verdict.verdict}")))
    if not _measured(verdict):
        console.print(Text(f"  {printable(verdict.reason)}\n"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 1))
    for name in ("measure", "value", "limit", "unit", "", "from"):
        whole = name not in {"limit", "from"}
        table.add_column(name, justify="right" if name == "value" else "left", no_wrap=whole)
    if console.width >= WITH_SOURCES:
        table.add_column("source")
    for each in _measured(verdict):
        value = "?" if each.value is None else f"{each.value:.4g}"
        cells = (each.name, value, f"{each.bound} {each.limit:g}", each.unit, each.verdict,
                 each.note, each.source)  # fmt: skip
        table.add_row(*map(Text, map(printable, cells[: len(table.columns)])))
    console.print(table)
    console.print()


def _show_sources(verdicts: list[Verdict]) -> None:
    """Print once who says so, where the tables have no room for it."""
    console = _console()
    if console.width >= WITH_SOURCES:
        return
    for name, source in {m.name: m.source for v in verdicts for m in _measured(v)}.items():
        console.print(Text(printable(f"limit of {name}: {source}")))


def _document(verdict: Verdict) -> dict[str, Any]:
    return {
        "outage": verdict.outage,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "measurements": [asdict(each) for each in _measured(verdict)],
    }
