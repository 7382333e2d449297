"""Who acts in the background with the bench's instruments, and has to let go before they close."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bench.clock.timebase import Timebase

PATIENCE_S = 1.0  # making the bench safe must not wait for the deaf


class Hands:
    """Everybody who acts: owners, outages.

    Args:
        time: the bench's clock.
    """

    def __init__(self, time: Timebase) -> None:
        self._time = time
        # a dict keeps them in the order of their birth, as in `Background`
        self._acting: dict[asyncio.Task[Any], None] = {}

    def act(self, coro: Coroutine[Any, Any, Any], name: str) -> "asyncio.Task[Any]":
        """Let somebody act in the background."""
        task = self._time.spawn(coro, name)
        self._acting[task] = None
        task.add_done_callback(lambda done: self._acting.pop(done, None))
        return task

    async def off(self) -> None:
        """End whoever still acts, in the middle of a press too: what is held, `safe` releases."""
        acting = tuple(self._acting)
        for task in acting:
            task.cancel()
        if acting:
            await asyncio.wait(acting, timeout=PATIENCE_S)
