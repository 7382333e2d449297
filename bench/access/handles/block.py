"""Calls of a test that act inside a `with` block: without one they would do nothing, unseen."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bench.access.handles.world import World

T_co = TypeVar("T_co", covariant=True)
P = ParamSpec("P")


class Held(Protocol):
    """What a test holds in its hands."""

    _bench: World


S = TypeVar("S", bound=Held)


class Block(AbstractContextManager[T_co]):
    """A call that waits to be entered.

    Args:
        inside: what it does.
        call: how it was called.
        unentered: of the world, all calls that nobody has entered yet.
    """

    def __init__(
        self, inside: AbstractContextManager[T_co], call: str, unentered: list[str]
    ) -> None:
        self._inside, self._call, self._unentered = inside, call, unentered
        unentered.append(call)

    def __enter__(self) -> T_co:
        self._unentered.remove(self._call)
        return self._inside.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return self._inside.__exit__(kind, error, trace)


def block(
    method: Callable[Concatenate[S, P], Iterator[T_co]],
) -> Callable[Concatenate[S, P], Block[T_co]]:
    """Make a handle's method a context manager that says if nobody enters it."""
    made = contextmanager(method)

    @wraps(method)
    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> Block[T_co]:
        words = _in_words(method.__name__, args, kwargs)
        return Block(made(self, *args, **kwargs), words, self._bench.unentered)

    return call


def _in_words(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return a call as one writes it.

    >>> _in_words("failing", ("refuse",), {"when": None})
    "failing('refuse', when=None)"
    """
    given = [*map(repr, args), *(f"{key}={value!r}" for key, value in kwargs.items())]
    return f"{name}({', '.join(given)})"
