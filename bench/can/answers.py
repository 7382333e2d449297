"""Answers of the car to what a unit commands on a bus, each told from the others by a token."""

import asyncio
import itertools
from collections.abc import Callable

from bench.can.role_bus import RoleValue


class Answers:
    """The commands of one unit that wait for their answers.

    Args:
        first: its first token; two units on one car do not share theirs.
    """

    def __init__(self, first: int) -> None:
        self._tokens = itertools.count(first)
        self._waiting: dict[int, asyncio.Future[RoleValue]] = {}

    async def to(self, command: Callable[[int], object], within_s: float) -> RoleValue | None:
        """Give a command with a token; return how it was settled, or None: not in time."""
        token = next(self._tokens) & 0xFFFF
        answer: asyncio.Future[RoleValue] = asyncio.get_running_loop().create_future()
        self._waiting[token] = answer
        command(token)
        try:
            async with asyncio.timeout(within_s):
                return await answer
        except TimeoutError:
            return None
        finally:
            del self._waiting[token]

    def take(self, value: RoleValue) -> None:
        """Take what the car says: one answer settles one command, unless it is not yet settled."""
        latest = next(reversed(self._waiting), 0)  # where the database has no room for a token
        answer = self._waiting.get(int(value.fields.get("token", latest)))
        settled = not (value.means("pending") or value.means("none"))
        if answer is not None and not answer.done() and settled:
            answer.set_result(value)
