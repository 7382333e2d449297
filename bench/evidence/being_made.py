"""Whether a run is still being made: who writes its list of verdicts holds a lock on it.

The kernel takes the lock away with the last process that has the list open, however that ended. To
ask takes no lock, so that whoever watches never stands in the way of a run that begins.
"""

import fcntl
import os
import struct
from contextlib import suppress
from pathlib import Path

_LOCK = "hhqqi4x"  # struct flock: type, whence, start, length (0: all of it), and nobody's pid
_ALL = struct.pack(_LOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)


def hold(descriptor: int) -> None:
    """Say that a list of verdicts is being written, for as long as it is open.

    Where a file system has no locks, nothing is said.
    """
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _ALL)


def is_held(verdicts: Path) -> bool:
    """Whether somebody writes a list of verdicts, as far as its file system can tell."""
    return _held(verdicts) is not False  # not known: it may be


def why_not_ended(verdicts: Path) -> str:
    """Return what has become of a run that has not said that it ended, in words."""
    held = _held(verdicts)
    if held is None:
        return "it was killed, or it still goes on"
    if held:
        return "it still goes on"
    return "nobody writes it any more: it was killed, or its disk was full"


def _held(verdicts: Path) -> bool | None:
    """Return whether somebody writes a list of verdicts; None: nobody can tell."""
    try:
        with verdicts.open("rb") as file:
            asked = fcntl.fcntl(file.fileno(), fcntl.F_OFD_GETLK, _ALL)
    except OSError:
        return None
    kind, *_ = struct.unpack(_LOCK, asked)
    return bool(kind != fcntl.F_UNLCK)
