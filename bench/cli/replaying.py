"""Running a recorded scenario again, and saying whether the same came of it."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.access.campaign import look_ahead
from bench.access.choosing.selection import Group, Selection
from bench.access.incident import incident_names
from bench.access.recorded import scenario_of
from bench.access.scenario import Scenario
from bench.car.model import load_car
from bench.cli.choosing import wants_capture
from bench.cli.job import Job
from bench.cli.running import carry_out
from bench.cli.status import INCONCLUSIVE
from bench.cli.tracing import recording_of
from bench.config.bench_file import load_bench
from bench.errors import ConfigError, nearest
from bench.evidence.difference import Difference, first_difference
from bench.evidence.origin import Origin, origin_of
from bench.evidence.recording_file import OPEN_SUFFIX, SUFFIX, read_ends
from bench.evidence.run_folder import DEFAULT_ROOT, RECORDINGS, default_folder
from bench.file_name import beside
from bench.judge.verdict import Verdict, public
from bench.presentation.lines import write_json, write_lines
from bench.station.hold import holding

SCHEMA = 1
SAME, DIFFERS = 0, 1


@dataclass(frozen=True)
class Recorded:
    """A stored recording that is to be run again.

    Attributes:
        run: the run's folder.
        name: the recording's, without its suffix.
        file: where it is.
    """

    run: Path
    name: str
    file: Path


@dataclass(frozen=True)
class Again:
    """What came of running it again.

    Attributes:
        by_bytes: whether recordings are compared; else verdicts are, and `why` says why.
        difference: between the recordings; None: they are the same, or were not compared.
        before: the recorded verdict; None where the recording was cut off.
        now: today's.
    """

    by_bytes: bool
    why: str
    difference: Difference | None
    before: Verdict | None
    now: Verdict

    @property
    def same(self) -> bool:
        """Whether the same came of it."""
        if self.by_bytes:
            return self.difference is None
        return self.before is not None and _essence(self.before) == _essence(self.now)


def find_recorded(text: str) -> Recorded | None:
    """Return the recording that RUN/SCENARIO names; None where an incident is named.

    Raises:
        ConfigError: neither an incident nor a recorded scenario has this name.
    """
    if text in incident_names() or text.endswith(".toml"):
        return None
    path = Path(text)
    if path.is_file() and path.name.endswith((SUFFIX, OPEN_SUFFIX)):
        name = path.name.removesuffix(SUFFIX).removesuffix(OPEN_SUFFIX)
        return Recorded(path.absolute().parent.parent, name, path)
    if (path / RECORDINGS).is_dir():
        raise ConfigError(f"{text}: is a whole run: name one of its scenarios, {text}/SCENARIO")
    if (path.parent / RECORDINGS).is_dir() and path.name != text:
        return Recorded(path.parent, path.name, recording_of(path.parent, path.name))
    raise _nothing_there(text, path)


def _nothing_there(text: str, path: Path) -> ConfigError:
    if "/" in text:
        hint = nearest(str(path.parent), _runs(path.parent.parent))
        return ConfigError(f'no run at "{path.parent}" for its scenario "{path.name}": {hint}')
    known = [*incident_names(), *beside(text, Path.cwd()), *_runs(Path(DEFAULT_ROOT))]
    return ConfigError(
        f'no incident named "{text}": {nearest(text, known)} (a recorded scenario is RUN/SCENARIO)'
    )


def _runs(folder: Path) -> Iterator[str]:
    """Yield the run folders that stand in a folder, and in the one where runs go."""
    for where in dict.fromkeys((folder, Path(DEFAULT_ROOT))):
        yield from (str(found.parent) for found in where.glob(f"*/{RECORDINGS}"))


def run_again(recorded: Recorded, arguments: argparse.Namespace) -> int:
    """Run a recorded scenario again, say whether it is the same, and return the exit status.

    Raises:
        ConfigError: its configuration is gone, other versions are here, or an option does not fit.
        StationError: the station cannot be opened.
    """
    _refuse(arguments, ("car", "seed", "paths", "owners", "repeat", "budget", "plan"))
    origin = origin_of(recorded.run)
    job = _job(recorded, origin, arguments)
    why = _not_by_bytes(recorded, origin, arguments)
    look_ahead(job.file, job.model, job.selection)
    with holding(job.file, job.out):
        done = carry_out(job)
    again = _compare(recorded, job, done.verdicts[-1], why)
    if arguments.json:
        write_json(_document(recorded, job, again))
    else:
        write_lines(*_told(again))
        write_lines(f"evidence: {job.out}")
    return _status(again)


def _refuse(arguments: argparse.Namespace, names: Sequence[str]) -> None:
    """Raise ConfigError for an option whose answer the recording has."""
    for name in names:
        if getattr(arguments, name) not in (None, [], False, 1):
            raise ConfigError(
                f"--{name}: a recorded scenario brings its own; this is for incidents"
            )


def _job(recorded: Recorded, origin: Origin, arguments: argparse.Namespace) -> Job:
    header, before = read_ends(recorded.file)
    model = load_car(origin.car, origin.station.base)
    file = load_bench(arguments.bench) if arguments.bench else origin.station
    scenario = scenario_of(header, model, str(recorded.file))
    return Job(
        file, model, _with_baseline(scenario), header.seed, f"replay of {recorded.name}",
        arguments.out or default_folder(), 1, arguments.json,
        requirements=() if before is None else before.requirements, report=not arguments.no_report,
        capture=wants_capture(file, arguments),
    )  # fmt: skip


def _with_baseline(scenario: Scenario) -> Selection:
    """Return the scenario with its baseline, without which an outage cannot be judged."""
    outages = () if scenario.outage is None else (scenario.outage,)
    return Selection((Group(scenario.baseline(), outages),))


def _not_by_bytes(recorded: Recorded, origin: Origin, arguments: argparse.Namespace) -> str:
    """Return why recordings cannot be compared byte for byte ("": they can).

    Raises ConfigError for other versions, unless these are meant.
    """
    if arguments.bench:
        return f"on the bench of {arguments.bench}"
    if origin.station.content.bench.time == "real":
        return "in real time"
    if not origin.differing:
        return ""
    said = ", ".join(f"{n} {then}, here {now}" for n, (then, now) in origin.differing.items())
    if not arguments.any_version:
        raise ConfigError(
            f"{recorded.run}: recorded with other versions: {said}: install those for the same "
            "bytes, or compare verdicts with --any-version"
        )
    return f"with other versions ({said})"


def _compare(recorded: Recorded, job: Job, now: Verdict, why: str) -> Again:
    _, before = read_ends(recorded.file)
    difference = None
    if not why:
        difference = first_difference(recorded.file, job.out / now.recording)
    return Again(not why, why, difference, before, now)


def _essence(verdict: Verdict) -> tuple[str, str, str]:
    return verdict.verdict, verdict.oracle, verdict.outcome


def _told(again: Again) -> Iterator[str]:
    cut = " as far as it goes: it was cut off" if again.before is None else ""
    if again.by_bytes and again.difference is None:
        yield f"the recording is byte for byte the same{cut}"
    elif again.by_bytes:
        yield f"the recording differs, first {again.difference}"
    else:
        yield f"compared by verdict, {again.why}"
    if again.before is not None:
        what = "the same verdict" if _essence(again.before) == _essence(again.now) else "differs"
        yield f"recorded: {_verdict(again.before)}; now: {_verdict(again.now)}: {what}"
    elif not again.by_bytes:
        yield f"recorded: no verdict, it was cut off; now: {_verdict(again.now)}"


def _verdict(verdict: Verdict) -> str:
    return f"{verdict.verdict} ({verdict.oracle}: {verdict.reason})"


def _status(again: Again) -> int:
    if again.same:
        return SAME
    lacking = again.before is None or again.now.verdict == "inconclusive"
    return INCONCLUSIVE if lacking and not again.by_bytes else DIFFERS


def _document(recorded: Recorded, job: Job, again: Again) -> dict[str, Any]:
    first = again.difference
    return {
        "schema": SCHEMA,
        "scenario": recorded.name,
        "recorded": str(recorded.run),
        "run": str(job.out),
        "compared": "bytes" if again.by_bytes else "verdicts",
        "why": again.why,
        "same": again.same,
        "first_difference": None if first is None else vars(first),
        "verdict_recorded": None if again.before is None else public(again.before),
        "verdict": public(again.now),
    }
