"""Names to modules: what the file is called is what users write.

A registry lists the files of a room without importing them. The class in `http_status.py` is
`HttpStatus`; it is imported when somebody asks for it. Other distributions add their own by an
entry point in the group `access_bench.<kind>`; two things of one name are an error.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from bench.errors import ConfigError, UnknownName, described, nearest

ROOT = Path(__file__).parent
OURS = "bench."


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
        for point in entry_points(group=self._group):
            yield point.name, point.value

    @property
    def _group(self) -> str:
        return f"access_bench.{self.kind.replace(' ', '_')}"

    def names(self) -> list[str]:
        """Return every name, sorted."""
        return sorted(self._modules)

    @cached_property
    def _given(self) -> dict[Any, dict[str, None]]:
        """Per class that was asked for, the names under which it was."""
        return {}

    def get(self, name: str, *, source: str = "") -> Any:
        """Import and return the class behind `name`.

        Raises:
            UnknownName: there is none, in `source`; ConfigError: another distribution's is broken.
        """
        if name not in self._modules:
            raise UnknownName(self.kind, name, self._modules, source)
        module, _, attribute = self._modules[name].partition(":")
        if module.startswith(OURS):
            found = getattr(importlib.import_module(module), attribute)
        else:
            found = self._imported(name, module, attribute)
        self._given.setdefault(found, {})[name] = None
        return found

    def sentence_of(self, name: str) -> str:
        """Return the first line of the docstring behind `name`, read and not imported.

        "" for what there is not, and for what another distribution adds.
        """
        module, _, attribute = self._modules.get(name, "").partition(":")
        if not module.startswith(OURS):
            return ""
        tree = ast.parse((ROOT.parent / (module.replace(".", "/") + ".py")).read_bytes())
        found = next((n for n in tree.body if getattr(n, "name", "") == attribute), None)
        told = ast.get_docstring(found) if isinstance(found, ast.ClassDef) else None
        return (told or "").partition("\n")[0]

    def _imported(self, name: str, module: str, attribute: str) -> Any:
        """Return what another distribution adds; raises ConfigError for what cannot be used."""
        points = entry_points(group=self._group, name=name)
        whose = next((f" of {point.dist.name}" for point in points if point.dist), "")
        what = f'{self.kind} "{name}"{whose} ({module}:{attribute})'
        try:
            room = importlib.import_module(module)
        except Exception as error:
            raise ConfigError(f"{what}: cannot be imported: {described(error)}") from error
        if not hasattr(room, attribute):
            raise ConfigError(
                f"{what}: {module} has no {attribute}: {nearest(attribute, vars(room))}"
            )
        found = getattr(room, attribute)
        if not isinstance(found, type):
            raise ConfigError(f"{what}: is no class")
        if lacking := _lacking(found):
            raise ConfigError(
                f"{what}: lacks {', '.join(lacking)}; see {found.__mro__[1].__name__}"
            )
        return found

    def name_of(self, thing: object) -> str:
        """Return the name under which a thing's class was asked for here.

        One that nobody asked for by name is called what its file is called.

        Raises:
            ConfigError: its class has several names, so that nobody could tell which is meant.
        """
        made = type(thing)
        names = tuple(self._given.get(made, ())) or (made.__module__.rpartition(".")[2],)
        if len(names) > 1:
            raise ConfigError(
                f"the {self.kind} {made.__module__}:{made.__qualname__} has the names "
                f"{' and '.join(names)}; give each name a class of its own"
            )
        return names[0]

    def folder_of(self, name: str) -> str:
        """Return the name of the sub-folder that holds `name` ("" for a foreign one)."""
        return self._folder(name, -2)

    def room_of(self, name: str) -> str:
        """Return the name of the folder around that one ("" for a foreign one)."""
        return self._folder(name, -3)

    def _folder(self, name: str, place: int) -> str:
        module = self._modules[name].partition(":")[0]
        return module.split(".")[place] if module.startswith(OURS) else ""


def _lacking(found: type) -> list[str]:
    """Return what a foreign class must say or do, by its bases here, and does not."""
    declared = {
        name
        for base in found.__mro__[1:]
        if base.__module__.startswith(OURS)
        for name, hint in inspect.get_annotations(base).items()
        if "ClassVar" in str(hint)
    }
    unsaid = {name for name in declared if not hasattr(found, name)}
    return sorted(unsaid | getattr(found, "__abstractmethods__", frozenset()))


@cache
def registry(kind: str, room: str) -> Registry:
    """Return the registry of a room (one per process)."""
    return Registry(kind, room)


def summary(thing: Any) -> str:
    """Return the first line of a thing's docstring: its purpose in a sentence."""
    return (thing.__doc__ or "").strip().partition("\n")[0]
