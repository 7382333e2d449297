"""Calls of a test that act inside a `with` block: entered, and left at its end at the latest."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
P = ParamSpec("P")


class Blocks:
    """The blocks of one test.

    Attributes:
        unentered: those that were called, and that nobody has entered (yet).
        inside: those that were entered and not left, the innermost last.
    """

    def __init__(self) -> None:
        self.unentered: list[Block[Any]] = []
        self.inside: list[Block[Any]] = []

    def leave(self) -> None:
        """Leave all that are still entered: those of fixtures, which end later than the test."""
        with ExitStack() as stack:
            for each in list(self.inside):
                stack.callback(each.__exit__, None, None, None)


class HasBlocks(Protocol):
    """In what blocks are entered."""

    blocks: Blocks


class Held(Protocol):
    """What a test holds in its hands."""

    @property
    def _bench(self) -> HasBlocks: ...


S = TypeVar("S", bound=Held)


class Block(AbstractContextManager[T_co]):
    """A call that waits to be entered.

    Args:
        does: what it does.
        call: how it was called.
        blocks: those of the test.
    """

    def __init__(self, does: AbstractContextManager[T_co], call: str, blocks: Blocks) -> None:
        self._does, self.call, self._blocks = does, call, blocks
        blocks.unentered.append(self)

    def __enter__(self) -> T_co:
        self._blocks.unentered.remove(self)
        given = self._does.__enter__()
        self._blocks.inside.append(self)
        return given

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        if self not in self._blocks.inside:
            return None  # it was left as the test ended
        self._blocks.inside.remove(self)
        return self._does.__exit__(kind, error, trace)


def block(
    method: Callable[Concatenate[S, P], Iterator[T_co]],
) -> Callable[Concatenate[S, P], Block[T_co]]:
    """Make a handle's method a context manager that says if nobody enters it."""
    made = contextmanager(method)

    @wraps(method)
    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> Block[T_co]:
        words = _in_words(method.__name__, args, kwargs)
        return Block(made(self, *args, **kwargs), words, self._bench.blocks)

    return call


def _in_words(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return a call as one writes it.

    >>> _in_words("failing", ("refuse",), {"when": None})
    "failing('refuse', when=None)"
    """
    given = [*map(repr, args), *(f"{key}={value!r}" for key, value in kwargs.items())]
    return f"{name}({', '.join(given)})"
