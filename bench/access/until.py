"""Waiting for what nobody announces: something outside, looked at again and again."""

import asyncio
from collections.abc import Callable

LOOK_S = 0.25


async def until(true: Callable[[], bool], longest_s: float) -> bool:
    """Wait until something is true, for so long at most; return whether it is."""
    loop = asyncio.get_running_loop()
    end_s = loop.time() + longest_s
    while not true():
        left_s = end_s - loop.time()
        if left_s <= 0:
            return False
        await asyncio.sleep(min(LOOK_S, left_s))
    return True
