"""A run as it lies on disk, also one that was killed or damaged, and what of it is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bench.errors import RunFolderError
from bench.evidence.being_made import why_not_ended
from bench.evidence.recording_file import OPEN_SUFFIX, SUFFIX
from bench.evidence.recording_lines import parse
from bench.evidence.run_folder import CAPTURE_SUFFIX, CAPTURES, ENDED, RECORDINGS, RUN, VERDICTS
from bench.evidence.stored_recordings import recovered, unfinished
from bench.evidence.stored_verdict import sound_verdict
from bench.file_name import FileName
from bench.judge.stranded import Ways
from bench.judge.verdict import Verdict
from bench.units import counted, some

MOST_NAMED = 8


@dataclass(frozen=True)
class StoredRun:
    """A run that is over, however it ended.

    Attributes:
        path: its folder.
        info: what `run.json` holds; empty where that is missing.
        verdicts: in the order in which they were planned.
        missing: what is not there or cannot be read, a sentence each.
        left: the planned scenarios that have no verdict.
        ended: whether it has said that it ended.
    """

    path: Path
    info: dict[str, Any]
    verdicts: tuple[Verdict, ...]
    missing: tuple[str, ...]
    left: tuple[str, ...] = ()
    ended: bool = True

    @property
    def ways(self) -> Ways | None:
        """What helps each owner, per intent; None where `run.json` does not say so."""
        said = self.info.get("ways")
        if not isinstance(said, dict):
            return None
        return {
            owner: {intent: _names(paths) for intent, paths in intents.items()}
            for owner, intents in said.items()
            if isinstance(intents, dict)
        }

    @property
    def kept_working(self) -> list[str]:
        """The paths that went on working in the incident, by its sources."""
        return _names(self.info.get("kept_working"))

    def recording(self, verdict: Verdict) -> Path | None:
        """Return where a verdict's recording should be; None where it never had one."""
        if not verdict.recording:
            return None
        # by name only: a verdict's line may not lead out of the run's folder
        file = self.path / RECORDINGS / PurePosixPath(verdict.recording).name
        left_open = file.with_name(file.name.removesuffix(SUFFIX) + OPEN_SUFFIX)
        return left_open if left_open.exists() and not file.exists() else file

    def capture(self, verdict: Verdict) -> str:
        """Return the capture of a verdict's network, a path in the folder ("": none was kept)."""
        if not verdict.recording:
            return ""
        name = PurePosixPath(verdict.recording).name.removesuffix(SUFFIX) + CAPTURE_SUFFIX
        return f"{CAPTURES}/{name}" if (self.path / CAPTURES / name).is_file() else ""


def read_stored_run(path: FileName) -> StoredRun:
    """Return a stored run.

    Raises:
        RunFolderError: there is no run here.
    """
    path = Path(path)
    require_run(path)
    missing: list[str] = []
    info = read_run(path, missing)
    verdicts = {v.scenario: v for v in _listed(path / VERDICTS, missing)}
    more = {v.scenario: v for v in recovered(path, set(verdicts), repeat_of(info))}
    if more:
        missing.append(
            f"{counted(len(more), 'verdict')} in no list, recovered from recordings: "
            f"{some(sorted(more), MOST_NAMED)}"
        )
    verdicts |= more
    planned = _names(info.get("planned"))
    ended = (path / ENDED).exists()
    if not ended:
        why = why_not_ended(path / VERDICTS)
        missing.append(f"the run has not said that it ended: {why}")
    left = tuple(name for name in planned if name not in verdicts)
    missing.extend(_never_reached(path, planned, left))
    place = {name: number for number, name in enumerate(planned)}
    ordered = sorted(verdicts.values(), key=lambda v: place.get(v.scenario, len(place)))
    return StoredRun(path, info, tuple(ordered), tuple(missing), left, ended)


def require_run(path: Path) -> None:
    """Raise RunFolderError where there is no run, or none that may be read."""
    if is_run(path):
        return
    what = "holds no run" if path.is_dir() else "is no folder"
    inside = sorted(each.name for each in path.glob("*") if each.is_dir() and is_run(each))
    if inside:  # those of pytest's workers, which nobody has put together
        raise RunFolderError(
            f"{path}: {what} itself: name one of its folders {some(inside, MOST_NAMED)}"
        )
    if is_run(path.parent):
        raise RunFolderError(f"{path}: {what}: the run is {path.parent}")
    raise RunFolderError(f"{path}: {what}: name the folder that `bench run` has written")


def is_run(path: FileName) -> bool:
    """Whether a folder holds anything of a run; raises RunFolderError if it may not be read."""
    path = Path(path)
    try:
        return any(_is_there(path / name) for name in (RUN, VERDICTS, RECORDINGS))
    except PermissionError as error:
        raise RunFolderError(f"{path}: cannot be read: {error.strerror}") from None


def _is_there(path: Path) -> bool:
    """Whether something is there; raises PermissionError, which `exists` keeps to itself."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def read_run(path: FileName, missing: list[str] | None = None) -> dict[str, Any]:
    """Return what is written about a run as a whole; empty where that was not reached.

    Args:
        path: the run's folder.
        missing: is told, in a sentence, what is not there or cannot be read.
    """
    path = Path(path)
    missing = [] if missing is None else missing
    try:
        info = parse((path / RUN).read_text(encoding="utf-8"))
    except OSError:
        missing.append(f"{RUN} is not there: nothing is known of versions, seed and configuration")
        return {}
    except ValueError:
        info = None
    if not isinstance(info, dict):
        missing.append(f"{RUN} cannot be read: nothing is known of versions and configuration")
        return {}
    return info


def repeat_of(info: dict[str, Any]) -> int:
    """Return how often each scenario was to be run, as far as `run.json` says so."""
    said = info.get("repeat")
    return said if isinstance(said, int) and said > 0 else 1


def _listed(path: Path, missing: list[str]) -> Iterator[Verdict]:
    """Yield the verdicts of the list; say which of its lines cannot be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        missing.append(f"{VERDICTS} is not there")
        return
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        verdict = _verdict(line)
        if verdict is not None:
            yield verdict
        elif number == len(lines):
            missing.append(f"{VERDICTS} is cut off in its last line, {number}")
        else:
            missing.append(f"{VERDICTS}: line {number} cannot be read")


def _verdict(line: str) -> Verdict | None:
    try:
        return sound_verdict(parse(line))
    except ValueError:
        return None


def _never_reached(path: Path, planned: Sequence[str], left: Sequence[str]) -> Iterator[str]:
    """Yield what a run that was cut short did not come to."""
    if left:
        yield (
            f"the run was cut short: {len(left)} of {len(planned)} planned scenarios have no "
            f"verdict: {some(left, MOST_NAMED)}"
        )
    begun = unfinished(path)
    if begun:
        yield f"begun and not finished ({OPEN_SUFFIX} in {RECORDINGS}): {some(begun, MOST_NAMED)}"


def _names(value: object) -> list[str]:
    """Return the names in a list; a damaged file may hold anything."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
