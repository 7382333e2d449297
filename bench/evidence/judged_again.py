"""Stored recordings, judged again by today's oracles.

Oracles are pure functions of a recording and its baseline's, so nothing has to be run. The run
folder is left as it is: what was said then stays on record.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.errors import RecordingDamaged
from bench.evidence.recording_file import SUFFIX, read_recording
from bench.evidence.run_folder import RECORDINGS
from bench.evidence.stored_recordings import scenario_and_repetition
from bench.evidence.stored_run import StoredRun, repeat_of
from bench.judge import own_test
from bench.judge.judge import judge
from bench.judge.repetition import cut_short
from bench.judge.verdict import TEST, Verdict
from bench.recording import Recording


@dataclass(frozen=True)
class Again:
    """A verdict then and now.

    Attributes:
        scenario: its id.
        before: as the run says; None where it says nothing.
        now: by today's oracles; None where that cannot be said.
        why: what keeps it from being judged ("": nothing).
    """

    scenario: str
    before: Verdict | None
    now: Verdict | None
    why: str = ""

    @property
    def differs(self) -> bool:
        """Whether today's oracles say something else."""
        if self.before is None or self.now is None:
            return True
        return (self.before.verdict, self.before.oracle) != (self.now.verdict, self.now.oracle)


@dataclass
class _Baselines:
    """The baselines' recordings of a run; the last one stays in memory, many outages share it."""

    folder: Path
    _kept: dict[str, Recording | None] = field(default_factory=dict)

    def of(self, scenario: str, number: int) -> Recording | None:
        """Return the recording of the same without the outage; None where there is none."""
        way, _, outage = scenario.rpartition(".")  # ids have no dots in their parts
        what, _, phase = outage.partition("@")
        if what == "baseline":
            return None
        # a phase of hours has a baseline of its own
        own = self.folder / f"{way}.baseline@{phase}{SUFFIX}"
        usual = f"{way}.baseline@{phase}" if phase and own.is_file() else f"{way}.baseline"
        name = f"{usual}.r{number}" if number > 1 else usual
        if name not in self._kept:
            self._kept.clear()
            self._kept[name] = _read(self.folder / f"{name}{SUFFIX}")
        return self._kept[name]


def judge_again(run: StoredRun) -> Iterator[Again]:
    """Yield every verdict of a run, then and now, in the run's order."""
    before = {v.scenario: v for v in run.verdicts}
    files = _files(run.path / RECORDINGS)
    baselines = _Baselines(run.path / RECORDINGS)
    for scenario in dict.fromkeys([*before, *files]):
        yield _again(
            scenario, before.get(scenario), files.get(scenario, []), baselines, repeat_of(run.info)
        )


def _files(folder: Path) -> dict[str, list[tuple[int, Path]]]:
    """Return per scenario its recordings, by number of repetition."""
    found: dict[str, list[tuple[int, Path]]] = defaultdict(list)
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        scenario, number = scenario_and_repetition(file.name.removesuffix(SUFFIX))
        found[scenario].append((number, file))
    return {name: sorted(numbered) for name, numbered in found.items()}


def _again(
    scenario: str,
    before: Verdict | None,
    files: list[tuple[int, Path]],
    baselines: _Baselines,
    repeat: int,
) -> Again:
    if before is not None and _is_without_recording(before):
        return Again(scenario, before, before)
    if not files:
        return Again(scenario, before, None, "its recording is not there")
    verdicts = []
    for number, file in files:
        recording = _read(file)
        if recording is None:
            return Again(scenario, before, None, f"its recording {file.name} cannot be read")
        if recording.header.scenario.get("path") == TEST:
            return _test_again(scenario, before, recording)
        verdict = judge(recording, baselines.of(scenario, number))
        verdicts.append(replace(verdict, recording=f"{RECORDINGS}/{file.name}"))
    now = cut_short(verdicts, repeat)
    named = before.requirements if before is not None else ()
    return Again(scenario, before, replace(now, requirements=named))


def _is_without_recording(verdict: Verdict) -> bool:
    """Whether nothing was recorded: the car has no such path, or a test never began."""
    never_began = verdict.is_test and not verdict.recording
    return verdict.verdict == "not_fitted" or never_began


def _test_again(scenario: str, before: Verdict | None, recording: Recording) -> Again:
    if before is None:
        why = "what a test asserts its recording does not say: pytest runs it again"
        return Again(scenario, None, None, why)
    return Again(scenario, before, own_test.judge_again(recording, before))


def _read(file: Path) -> Recording | None:
    """Return a recording as far as it goes; None where there is not even a header."""
    try:
        return read_recording(file)[0]
    except (RecordingDamaged, OSError, KeyError, TypeError):
        return None
