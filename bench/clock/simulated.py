"""Simulated time: a time base on a loop that jumps, and a calendar that goes with it."""

import asyncio
from asyncio import events as asyncio_events
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bench.clock.background import Background
from bench.clock.simulated_loop import SimulatedLoop
from bench.errors import ForeignThread, SimulationStalled

T = TypeVar("T")
EPOCH = datetime(2025, 3, 21, 1, 0, tzinfo=UTC)


class SimulatedTime:
    """The time base that jumps.

    Args:
        epoch: the calendar time at bench time 0.
    """

    simulated = True

    def __init__(self, epoch: datetime = EPOCH) -> None:
        self.epoch = epoch.astimezone(UTC)
        self.loop: SimulatedLoop = SimulatedLoop()
        self._background = Background(self.loop, on_error=self.loop.end_soon)

    def now_ns(self) -> int:
        """Return the simulated time in nanoseconds."""
        return self.loop.now_ns

    def wall(self) -> datetime:
        """Return the simulated calendar time."""
        return self.epoch + timedelta(microseconds=self.loop.now_ns // 1000)

    def run(self, coro: Coroutine[Any, Any, T], *, lasts_s: float = 0.0) -> T:
        """Run `coro` inline; what else is due in the meantime happens too."""
        del lasts_s  # time that stands still is noticed, however long a wait is
        if asyncio_events._get_running_loop() is not None:  # noqa: SLF001 the public one raises
            coro.close()
            raise ForeignThread(
                "this call waits for the bench and was made from inside a loop, where nobody may "
                "wait: write a test as `def`, not as `async def`; in a coroutine for bench.run, "
                "await the coroutine instead"
            )
        self.loop.live_on()
        try:
            result = self.loop.run_until_complete(coro)
        except SimulationStalled:
            self._background.check()  # what had gone wrong before is why somebody waits for ever
            raise
        except Exception as error:
            self._background.note(error)
            raise
        self._background.check()
        return result

    def spawn(self, coro: Coroutine[Any, Any, Any], name: str) -> "asyncio.Task[Any]":
        """Start `coro` in the background."""
        return self._background.spawn(coro, name)

    async def drain(self) -> None:
        """Cancel every background task and wait for it to end."""
        await self._background.cancel_all()

    def check(self) -> None:
        """Raise what a background task has raised since the last call."""
        self._background.check()

    def worst_lateness_ns(self) -> int:
        """Return 0: a timer fires at its due time, exactly."""
        return 0

    def watch_calendar(self, on_step: Callable[[int], None]) -> None:
        """Nothing to do: nobody sets a simulated calendar."""

    def close(self) -> None:
        """Cancel what still runs and end the loop; raises what had failed."""
        if self.loop.is_closed():
            return
        try:
            self.loop.run_until_complete(self._background.cancel_all())
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        finally:
            self.loop.close()
        self._background.check()
