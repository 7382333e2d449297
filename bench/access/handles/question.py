"""A method that has to be called to be answered."""

from collections.abc import Callable
from functools import partial
from typing import Concatenate, Generic, ParamSpec, TypeVar

from bench.errors import ConfigError

HandleT = TypeVar("HandleT")
P = ParamSpec("P")
AnswerT = TypeVar("AnswerT")


class Question(Generic[HandleT, P, AnswerT]):
    """A method that answers yes or no: `assert unlock.opened_within` asks nothing, and is refused.

    A method is true, as everything is that is something: such a test would stay green.
    """

    def __init__(self, ask: Callable[Concatenate[HandleT, P], AnswerT]) -> None:
        self._ask = self.__wrapped__ = ask
        self.__doc__ = ask.__doc__

    def __get__(self, of: HandleT, _class: type | None = None) -> Callable[P, AnswerT]:
        """Return what is called."""
        unasked = Unasked(self._ask, of)
        unasked.__doc__ = self._ask.__doc__
        return unasked


class Unasked(partial[AnswerT]):
    """A question to one handle, so long as nobody has called it."""

    def __bool__(self) -> bool:
        """Refuse: neither true nor false."""
        raise ConfigError(f"{self.func.__name__} was not called: write {self.func.__name__}(…)")

    def __repr__(self) -> str:
        return f"<{self.func.__name__} of {self.args[0]!r}, not called>"
