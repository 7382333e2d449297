"""What is due when: a model of servers and crowds, at a fraction of what tasks and timers cost.

The same model runs by itself, as fast as it can, or on the bench's clock beside real exchanges.
"""

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable
from typing import Any

Action = Callable[[Any], None]


class Agenda:
    """Actions in the order of their times; those of one time in the order in which they were set.

    Attributes:
        now_s: the time of the action that runs.
    """

    def __init__(self, now_s: float = 0.0) -> None:
        self.now_s = now_s
        self._due: list[tuple[float, int, Action, Any]] = []
        self._numbers = itertools.count()

    def at(self, when_s: float, action: Action, what: Any) -> None:
        """Call `action(what)` at a time."""
        heapq.heappush(self._due, (when_s, next(self._numbers), action, what))

    def run_until(self, until_s: float) -> None:
        """Do everything that is due until then."""
        due = self._due
        while due and due[0][0] <= until_s:
            self.now_s, _, action, what = heapq.heappop(due)
            action(what)
        self.now_s = max(self.now_s, until_s)


class LoopAgenda(Agenda):
    """An agenda on an event loop, simulated or real: one timer, for what is due first.

    What a loop does late is worked through by the times at which it was due, so a busy computer
    does not change what the crowd does.

    Args:
        loop: whose time it is.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop.time())
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._armed_s = math.inf
        self._running = False

    def at(self, when_s: float, action: Action, what: Any) -> None:
        """Call `action(what)` at a time of the loop."""
        super().at(when_s, action, what)
        if when_s < self._armed_s and not self._running:
            self._arm(when_s)

    def catch_up(self) -> None:
        """Do what is due by now, before somebody from outside acts."""
        self._running = True
        try:
            self.run_until(self._loop.time())
        finally:
            self._running = False
        if self._due:
            self._arm(self._due[0][0])

    def close(self) -> None:
        """Forget everything."""
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._armed_s = None, math.inf

    def _arm(self, when_s: float) -> None:
        if when_s == self._armed_s:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._armed_s = when_s
        self._timer = self._loop.call_at(when_s, self._fire)

    def _fire(self) -> None:
        self._timer, self._armed_s = None, math.inf
        self.catch_up()
