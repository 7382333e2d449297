"""Where a run's recordings go, and what its network carries."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from bench.access.campaign import Evidence, no_capture
from bench.access.runner import Sink
from bench.access.scenario import Scenario
from bench.cli.requiring import naming
from bench.evidence.recording_file import SUFFIX, RecordingWriter, read_recording
from bench.evidence.run_folder import RECORDINGS, RunFolder
from bench.judge.verdict import Verdict
from bench.network.wiretap import Wiretap
from bench.recording import Recording
from bench.trace.capture import capturing


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
        return capturing(folder.capture(scenario.recording_name), scenario.epoch)

    return Evidence(sink, read, path, finish, tap if capture else no_capture)
