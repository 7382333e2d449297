"""The clearing of a fault: what faults that hold or repeat something wait for meanwhile."""

import asyncio


class Clearing:
    """Comes once, when its fault is taken out."""

    def __init__(self) -> None:
        self._come = asyncio.Event()

    def come(self) -> None:
        """Let whoever waits go on."""
        self._come.set()

    async def within(self, wait_s: float) -> bool:
        """Wait so long at most; return whether the fault has been cleared by then."""
        try:
            async with asyncio.timeout(wait_s):
                await self._come.wait()
        except TimeoutError:
            pass
        return self._come.is_set()
