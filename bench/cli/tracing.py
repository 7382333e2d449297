"""Writing traces: which recordings, in which formats, to where."""

from pathlib import Path

from bench.errors import RunFolderError, UnknownName
from bench.evidence.recording_file import OPEN_SUFFIX, SUFFIX, read_recording
from bench.evidence.stored_recordings import recordings
from bench.evidence.stored_run import require_run
from bench.evidence.whole_file import whole
from bench.presentation.lines import write_lines
from bench.recording import Recording
from bench.trace.format import Format, get_format
from bench.trace.frames import channels_of


def write_traces(run: Path, scenarios: list[str], formats: list[str], out: Path | None) -> int:
    """Write traces; return the exit status.

    Args:
        run: a run's folder, or one recording.
        scenarios: which recordings of the run (none: all).
        formats: by name.
        out: the folder for the traces.

    Raises:
        RunFolderError: no run, no such scenario, or nothing can be written there.
        UnknownName: no such format.
        RecordingDamaged: a recording cannot be read.
    """
    chosen = [get_format(name.strip()) for name in formats]
    files = recordings_in(run, scenarios)
    folder = out or (run / "traces" if run.is_dir() else run.parent)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in files.items():
            recording, _ = read_recording(file)
            for each in chosen:
                _write(recording, each, folder / (name + each.suffix))
    except BrokenPipeError:
        raise  # who read the list has gone away: no fault of the folder
    except OSError as error:
        raise RunFolderError(f"{error.filename or folder}: {error.strerror}") from None
    return 0


def _write(recording: Recording, chosen: Format, path: Path) -> None:
    with whole(path, chosen.suffix) as part:
        count = chosen.write(recording, part)
    buses = ", ".join(f"{bus} {number}" for bus, number in channels_of(recording).items())
    write_lines(f"{path}: {count:,} entries (channels: {buses})")


def recording_of(run: Path, scenario: str) -> Path:
    """Return where a scenario's recording is; raises RunFolderError, UnknownName."""
    return recordings_in(run, [scenario])[scenario]


def recordings_in(run: Path, scenarios: list[str]) -> dict[str, Path]:
    """Return per scenario its recording, of those that were asked for."""
    if run.is_file():
        return {_name(run): run}
    require_run(run)
    found = recordings(run)
    for name in scenarios:
        if name not in found:
            raise UnknownName("scenario", name, found)
    return {name: found[name] for name in scenarios or sorted(found)}


def _name(file: Path) -> str:
    return file.name.removesuffix(SUFFIX).removesuffix(OPEN_SUFFIX)
