"""A folder of this computer that all its users share."""

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.errors import StationError

FOLDER = "access-bench"
USUAL = Path("/tmp")  # noqa: S108 everybody's on purpose


def temporary() -> Path:
    """Return the folder for temporary files, though nothing may be written there at present."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:  # it tries to write: the disk is full
        return USUAL


def shared_folder(roots: Iterable[Path], what: str) -> Path:
    """Return the folder below the first of these roots that can be written.

    Args:
        roots: where it may be, the best place first.
        what: what it is for, in the words of an error.

    Raises:
        StationError: none of them can be.
    """
    tried = [root / FOLDER for root in roots]
    for folder in tried:
        with contextlib.suppress(OSError):
            if not folder.is_dir():
                folder.mkdir()
                folder.chmod(0o1777)  # everybody's, as the folder for temporary files
            if os.access(folder, os.W_OK):
                return folder
    listed = ", ".join(map(str, tried))
    raise StationError(f"no folder for {what} can be written: {listed}")
