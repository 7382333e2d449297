"""A file or folder as a caller may name it, wherever the library takes one."""

import os
from pathlib import Path
from typing import TypeAlias

from bench.errors import nearest

__all__ = ["FileName", "beside", "meant"]

FileName: TypeAlias = str | os.PathLike[str]


def meant(path: Path) -> str:
    """Return what may have been meant by a file that is not there ("": nobody knows)."""
    if not path.parent.is_dir():
        return f": there is no folder {path.parent}"
    beside = [each.name for each in path.parent.iterdir() if each.suffix == path.suffix]
    hint = nearest(path.name, beside)
    return f": {hint}" if hint.startswith("did you mean") else ""


def beside(name: str, base: Path) -> list[str]:
    """Return the TOML file that a name without its ending may mean, if there is one in a folder."""
    return [f"{name}.toml"] if (base / f"{name}.toml").is_file() else []
