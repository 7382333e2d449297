"""Names to modules: what the file is called is what users write.

A registry lists the files of a room without importing them. The class in `http_status.py` is
`HttpStatus`; it is imported when somebody asks for it. Other distributions add their own by an
entry point in the group `access_bench.<kind>`; two things of one name are an error.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from bench.errors import ConfigError, UnknownName

ROOT = Path(__file__).parent


def camel(name: str) -> str:
    """Return the class name that belongs to a file name.

    >>> camel("http_status"), camel("html_200")
    ('HttpStatus', 'Html200')
    """
    return "".join(part.capitalize() for part in name.split("_"))


@dataclass(frozen=True)
class Registry:
    """The modules of one room, by file name.

    Args:
        kind: what they are, in the singular and in users' words.
        room: the folder below `bench/`; "faults/*" means every folder in `faults/`.
    """

    kind: str
    room: str

    @cached_property
    def _modules(self) -> dict[str, str]:
        """Per name, "module:Class"."""
        found: dict[str, str] = {}
        for name, target in (*self._own(), *self._foreign()):
            if name in found:
                raise ConfigError(
                    f'two {self.kind}s are named "{name}": {found[name]} and {target}; '
                    "rename one of them"
                )
            found[name] = target
        return found

    def _own(self) -> Iterator[tuple[str, str]]:
        for file in sorted(ROOT.glob(f"{self.room}/*.py")):
            if not file.name.startswith("_"):
                parts = file.relative_to(ROOT.parent).with_suffix("").parts
                yield file.stem, f"{'.'.join(parts)}:{camel(file.stem)}"

    def _foreign(self) -> Iterator[tuple[str, str]]:
        group = f"access_bench.{self.kind.replace(' ', '_')}"
        for point in entry_points(group=group):
            yield point.name, point.value

    def names(self) -> list[str]:
        """Return every name, sorted."""
        return sorted(self._modules)

    def get(self, name: str, *, source: str = "") -> Any:
        """Import and return the class behind `name`; raises UnknownName, which names `source`."""
        if name not in self._modules:
            raise UnknownName(self.kind, name, self._modules, source)
        module, _, attribute = self._modules[name].partition(":")
        return getattr(importlib.import_module(module), attribute)

    def folder_of(self, name: str) -> str:
        """Return the name of the sub-folder that holds `name` ("" for a foreign one)."""
        module = self._modules[name].partition(":")[0]
        own = module.startswith("bench.")
        return module.split(".")[-2] if own else ""


@cache
def registry(kind: str, room: str) -> Registry:
    """Return the registry of a room (one per process)."""
    return Registry(kind, room)


def summary(thing: Any) -> str:
    """Return the first line of a thing's docstring: its purpose in a sentence."""
    return (thing.__doc__ or "").strip().partition("\n")[0]
