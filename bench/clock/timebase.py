"""What everything above asks of time, whether it jumps or passes."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Timebase(Protocol):
    """One clock for a scenario, and the event loop that lives by it.

    Times are whole nanoseconds since the time base began; `wall()` is the calendar time that
    certificates, tokens and command expiry are judged by.
    """

    simulated: bool

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that lives by it."""
        ...

    def now_ns(self) -> int:
        """Return the bench time in nanoseconds."""
        ...

    def wall(self) -> datetime:
        """Return the calendar time (UTC)."""
        ...

    def run(self, coro: Coroutine[Any, Any, T], *, lasts_s: float = 0.0) -> T:
        """Run `coro` to its end from outside the loop and return what it returns.

        Args:
            coro: what to do.
            lasts_s: bench time that it is meant to take: a guard against hangs counts from there.

        Raises whatever a background task has raised since the last call.
        """
        ...

    def spawn(self, coro: Coroutine[Any, Any, Any], name: str) -> "asyncio.Task[Any]":
        """Start `coro` in the background; an exception in it surfaces at the next `run`."""
        ...

    async def drain(self) -> None:
        """Cancel every background task and wait for it to end."""
        ...

    def check(self) -> None:
        """Raise what a background task has raised since the last call.

        Raises:
            ForeignThread: called inside the loop, by who is about to wait for it.
        """
        ...

    def worst_lateness_ns(self) -> int:
        """Return how late a timer has fired at worst (0 where time jumps)."""
        ...

    def watch_calendar(self, on_step: Callable[[int], None]) -> None:
        """Call `on_step` with each step, in nanoseconds, by which somebody sets the calendar."""
        ...

    def close(self) -> None:
        """Cancel what still runs, raise what had failed, and end the loop."""
        ...
