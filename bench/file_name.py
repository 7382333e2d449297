"""A file or folder as a caller may name it, wherever the library takes one."""

import os
from typing import TypeAlias

__all__ = ["FileName"]

FileName: TypeAlias = str | os.PathLike[str]
