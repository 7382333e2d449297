"""One run put together from parts that several processes have written at the same time."""

import os
from collections.abc import Sequence
from pathlib import Path

from bench.errors import RunFolderError
from bench.evidence.run_folder import CAPTURES, ENDED, RECORDINGS, RUN, VERDICTS
from bench.evidence.whole_file import write_whole

PARTS = "gw[0-9]*"  # what the folders of pytest-xdist's workers are called


def is_part(run: Path) -> bool:
    """Whether a run folder is a part of one: what was planned is then shared with others."""
    return run.absolute().match(PARTS)


def gather(run: Path, parts: Sequence[Path]) -> None:
    """Move the evidence of run folders into one, and take them away.

    What is said of a run as a whole is the first part's. The run has ended if every part has.

    Args:
        run: the run's folder, which holds none yet.
        parts: run folders of the same thing, with scenarios of different names.

    Raises:
        RunFolderError: two parts have a recording of the same name, or there is no room; the parts
            hold what has not been moved.
    """
    try:
        _refuse_doubles(run, parts)
        ended = all((part / ENDED).exists() for part in parts)
        write_whole(run / VERDICTS, b"".join(_lines(part / VERDICTS) for part in parts))
        for part in parts:
            _move_all(part / RECORDINGS, run / RECORDINGS)
            if (part / CAPTURES).is_dir():  # their names are the recordings'
                _move_all(part / CAPTURES, run / CAPTURES)
            (part / VERDICTS).unlink(missing_ok=True)
        for file in sorted(file for part in parts for file in part.iterdir() if file.is_file()):
            if (file.name == ENDED and not ended) or (run / file.name).exists():
                file.unlink()
            else:
                _move(file, run)
        for part in parts:
            part.rmdir()
    except OSError as error:
        raise RunFolderError(f"{run}: cannot be put together: {error}") from None


def _refuse_doubles(run: Path, parts: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    if (run / RUN).exists():
        raise RunFolderError(f"{run}: already holds a run")
    for part in parts:
        for file in (part / RECORDINGS).iterdir():
            if file.name in seen:
                raise RunFolderError(
                    f"{run}: {seen[file.name].name} and {part.name} both hold {file.name}: "
                    "they stay apart"
                )
            seen[file.name] = part


def _lines(file: Path) -> bytes:
    """Return a list of verdicts up to its last whole line."""
    text = file.read_bytes() if file.exists() else b""
    return text[: text.rfind(b"\n") + 1]


def _move_all(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.iterdir()):
        _move(file, folder)
    source.rmdir()


def _move(file: Path, folder: Path) -> None:
    os.replace(file, folder / file.name)  # noqa: PTH105 one step, which Path.replace does not promise
