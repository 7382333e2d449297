"""Writing a file as a whole or not at all: half of one is never taken for one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.errors import RunFolderError

PART = ".part"


@contextmanager
def whole(path: Path, suffix: str = "") -> Iterator[Path]:
    """Let a file be written beside its place, and put it there when it is whole.

    Args:
        path: where it is to be.
        suffix: what the name still ends with beside its place, for writers that look at it.

    Yields:
        Where it is to be written.

    Raises:
        OSError: it cannot be put there; whatever was raised, what stood in its place still does.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        yield path  # /dev/stdout, a pipe: nothing is to be put in its place
        return
    part = path.with_name(path.name.removesuffix(suffix) + PART + suffix)
    try:
        yield part
        os.replace(part, path)  # noqa: PTH105 one step, which Path.replace does not promise
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and put it there when it is whole.

    Raises:
        OSError: it cannot be written; what stood in its place still does.
    """
    with whole(path) as part:
        part.write_bytes(data)


def keep_whole(path: Path, data: bytes) -> None:
    """Write a file of a run as `write_whole` does; raises RunFolderError where it cannot be."""
    try:
        write_whole(path, data)
    except OSError as error:
        raise RunFolderError(f"{path}: cannot be written: {error.strerror}") from None
