"""Real time: the same loop interface on a thread of its own, and calls that wait for it."""

import asyncio
import select
import selectors
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from bench.clock.background import Background
from bench.clock.calendar_watch import CalendarWatch
from bench.clock.punctual import PUNCTUAL
from bench.errors import ForeignThread, StationError
from bench.units import NS_PER_S

T = TypeVar("T")
# what a station may take to open, to wake and to be made safe, beside what is asked of a call
GUARD_S = 600.0
HEARTBEAT_S = 0.05
FD_SETSIZE = 1024  # what select can take
OWN_THREAD = (
    "this call waits for the bench and was made from its own thread: it would wait for itself. "
    "Await the coroutine instead"
)
CLEAN_UP_S = 10.0  # for a call that was interrupted to close what it had opened


class PreciseSelector(selectors.EpollSelector):
    """Waits to the microsecond.

    `epoll_wait` counts milliseconds and rounds up, so each timer would be up to one late; `select`
    on the epoll descriptor itself does not.
    """

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """See `selectors.BaseSelector.select`."""
        if timeout is not None and timeout > 0 and self.fileno() < FD_SETSIZE:
            if not select.select([self.fileno()], [], [], timeout)[0]:
                return []  # a timer: to ask again would give the interpreter away once more
            timeout = 0
        return super().select(timeout)


class RealTime:
    """The time base that passes; the loop lives on a thread.

    Args:
        guard_s: how much longer than it is meant to last one call may take before it is taken for a
            hang.
        cpu: the one that this process keeps to meanwhile (None: any).

    Attributes:
        on_beat: called on the loop twenty times a second, while the loop is alive.
    """

    simulated = False

    def __init__(self, guard_s: float = GUARD_S, cpu: int | None = None) -> None:
        self._guard_s = guard_s
        self._zero_ns = time.monotonic_ns()
        self._worst_ns = 0
        self._calendar = CalendarWatch(self.now_ns)
        self._on_step: Callable[[int], None] = lambda _step_ns: None
        self.on_beat: Callable[[], None] | None = None
        self._call: asyncio.Task[Any] | None = None
        self._idle = threading.Event()
        self._idle.set()
        self._abort: BaseException | None = None
        self.loop: asyncio.AbstractEventLoop = asyncio.SelectorEventLoop(PreciseSelector())
        self._background = Background(self.loop)
        PUNCTUAL.begin(cpu)
        self._thread = threading.Thread(target=self._live, name="bench-loop", daemon=True)
        self._thread.start()

    def now_ns(self) -> int:
        """Return nanoseconds since this time base began."""
        return time.monotonic_ns() - self._zero_ns

    def wall(self) -> datetime:
        """Return the computer's calendar time."""
        return datetime.now(UTC)

    def run(self, coro: Coroutine[Any, Any, T], *, lasts_s: float = 0.0) -> T:
        """Run `coro` on the loop's thread and wait for it, `guard_s` longer than it lasts."""
        if threading.current_thread() is self._thread:
            coro.close()
            raise ForeignThread(OWN_THREAD)
        future = asyncio.run_coroutine_threadsafe(self._tracked(coro), self.loop)
        limit_s = lasts_s + self._guard_s
        try:
            result = future.result(limit_s)
        except BaseException as error:
            hangs = isinstance(error, TimeoutError) and not future.done()  # else it is its own
            future.cancel()
            self._idle.wait(CLEAN_UP_S)  # else the loop would be closed under what it still closes
            self._raise_abort()
            if hangs:
                message = f"a call has not returned within {limit_s:g} s"
                raise StationError(message) from None
            self._background.note(error)
            raise
        self._raise_abort()
        self._background.check()
        return result

    async def _tracked(self, coro: Coroutine[Any, Any, T]) -> T:
        self._call = asyncio.current_task()
        self._idle.clear()
        try:
            return await coro
        finally:
            self._call = None
            self._idle.set()

    def abort(self, error: BaseException) -> None:
        """End the call that is being waited for; it, or else the next one, raises `error`.

        Called on the loop's thread. The call's own cleaning up is done before.
        """
        self._abort = error
        if self._call is not None:
            self._call.cancel()

    def _raise_abort(self) -> None:
        error, self._abort = self._abort, None
        if error is not None:
            raise error from None

    def spawn(self, coro: Coroutine[Any, Any, Any], name: str) -> "asyncio.Task[Any]":
        """Start `coro` in the background; called on the loop's thread."""
        return self._background.spawn(coro, name)

    async def drain(self) -> None:
        """Cancel every background task and wait for it to end."""
        await self._background.cancel_all()

    def check(self) -> None:
        """Raise what a background task has raised since the last call."""
        if threading.current_thread() is self._thread:
            raise ForeignThread(OWN_THREAD)
        self._background.check()

    def worst_lateness_ns(self) -> int:
        """Return how late the loop's heartbeat was at worst since the last call."""
        worst, self._worst_ns = self._worst_ns, 0
        return worst

    def watch_calendar(self, on_step: Callable[[int], None]) -> None:
        """Call `on_step`, on the loop, with each step of the calendar clock in nanoseconds."""
        self._on_step = on_step

    def close(self) -> None:
        """Cancel what still runs, end the thread; raises what had failed."""
        if self.loop.is_closed():
            return
        PUNCTUAL.end()
        try:
            self.run(self._background.cancel_all())
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(timeout=10)
            self.loop.close()

    def _live(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.call_soon(self._beat, self.now_ns())
        self.loop.run_forever()

    def _beat(self, due_ns: int) -> None:
        """Look at the clocks twenty times a second: how late this timer fires, and who set them."""
        now = self.now_ns()
        self._worst_ns = max(self._worst_ns, now - due_ns)
        step_ns = self._calendar.step_ns()
        if step_ns:
            self._on_step(step_ns)
        if self.on_beat is not None:
            self.on_beat()
        self.loop.call_later(HEARTBEAT_S, self._beat, now + int(HEARTBEAT_S * NS_PER_S))
