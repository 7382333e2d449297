"""A plain call, made where the station lives: on the bench's loop."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def on_loop(call: Callable[[], T]) -> T:
    """Make a call and return what it returns: for `Bench.run`, which takes coroutines."""
    return call()
