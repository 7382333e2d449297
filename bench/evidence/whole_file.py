"""Writing a file as a whole or not at all: half of one is never taken for one."""

import os
from contextlib import suppress
from pathlib import Path

PART = ".part"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and put it there when it is whole.

    Raises:
        OSError: it cannot be written; what stood in its place still does.
    """
    part = path.with_name(path.name + PART)
    try:
        part.write_bytes(data)
        os.replace(part, path)  # noqa: PTH105 one step, which Path.replace does not promise
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
