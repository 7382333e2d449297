"""A time at which a connection's end comes: what faults that wait for it have in common."""

import asyncio
from collections.abc import Callable


class Deadline:
    """Acts once, so long after it began, unless it is cancelled before.

    Args:
        loop: by whose time.
        after_s: how long (0 or less: at once).
        act: what is done then.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, after_s: float, act: Callable[[], None]
    ) -> None:
        self._loop, self._after_s, self._act = loop, after_s, act
        self.began_s = loop.time()
        self._timer = loop.call_later(after_s, act)

    def cancel(self) -> None:
        """Let it pass."""
        self._timer.cancel()

    def succeed(self, before: "Deadline") -> None:
        """Count from where another one, which is cancelled, has begun to."""
        before.cancel()
        self.cancel()
        self.began_s = before.began_s
        self._timer = self._loop.call_at(self.began_s + self._after_s, self._act)
