"""Things in a test's hands by their names, as attributes."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Generic, TypeVar

from bench.errors import NotOnBench, nearest

HandleT = TypeVar("HandleT")


class ByName(Generic[HandleT]):
    """All of one kind.

    Attributes:
        kind: what they are called together.
        none: what is said of a name that there is not.
    """

    __slots__ = ("_handles",)
    kind: ClassVar[str]
    none: ClassVar[str]

    def __init__(self, handles: Mapping[str, HandleT]) -> None:
        self._handles = handles

    def __getattr__(self, name: str) -> HandleT:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._handles:
            raise self._absent(name)
        return self._handles[name]

    def _absent(self, name: str) -> Exception:
        """Return what is raised for a name that there is not."""
        return NotOnBench(f'{self.none} "{name}": {nearest(name, self._handles)}')

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._handles]

    def __iter__(self) -> Iterator[HandleT]:
        return iter(self._handles.values())

    def __repr__(self) -> str:
        return f"<{self.kind} {', '.join(self._handles)}>"
