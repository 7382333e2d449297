"""The event loop of simulated time: asyncio's, jumping to the next timer.

Real protocol code (HTTP, WebSocket, TLS) runs on it unchanged. What it does differently from
asyncio's own loops, each for a reason that was measured:

- time is whole nanoseconds: a timer that wakes a rounding error before its own due time re-arms
  itself at the same instant for ever;
- timers of one instant run in the order in which they were set: asyncio's heap is not FIFO;
- a timer fires at its due time and not up to one clock resolution early: that window makes an
  unrelated timer change when others wake;
- tasks hash by their number: sets of tasks are otherwise ordered by address, and so is the
  order in which a task group cancels;
- garbage is collected at fixed counts of iterations, so that finalizers run at the same place
  in every run.
"""

import asyncio
import gc
import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple

from bench.clock.waiters import describe_waiters
from bench.errors import EndlessActivity, ForeignThread, SimulationStalled
from bench.units import NS_PER_S, to_ns

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
MOST_AT_ONE_INSTANT = 200_000
HORIZON_S = 400 * 24 * 3600.0
AFTERMATH_S = 3600.0  # something has failed that somebody may wait for: nobody waits for longer
_YOUNG_EVERY, _FULL_EVERY = 1 << 13, 1 << 17


class NumberedTask(asyncio.Task[Any]):
    """A task that hashes by its number of creation, the same in every run."""

    def __init__(self, coro: Coroutine[Any, Any, Any], *, number: int, **kwargs: Any) -> None:
        self.number = number
        super().__init__(coro, **kwargs)

    def __hash__(self) -> int:
        return self.number


class SimulatedLoop(asyncio.BaseEventLoop):
    """An event loop whose time jumps; see the module's docstring.

    In-memory networking is provided by whoever sets `internet` (see `bench.network.memory`);
    file descriptors that `add_reader` takes are made up, and `readable` announces data on them.
    """

    # BaseEventLoop's own, which typeshed does not know
    _ready: deque[asyncio.Handle]
    _stopping: bool
    _thread_id: int | None

    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 0
        self.internet: Any = None
        self._timers: list[tuple[int, int, asyncio.TimerHandle]] = []
        self._order = itertools.count()
        self._task_numbers = itertools.count(1)
        self._readers: dict[int, Callable[[], object]] = {}
        self._at_instant = 0
        self._iterations = 0
        self._horizon_ns = to_ns(HORIZON_S)
        self.set_task_factory(self._make_task)

    def end_soon(self) -> None:
        """Let nobody wait for long any more."""
        self._horizon_ns = min(self._horizon_ns, self.now_ns + to_ns(AFTERMATH_S))

    def live_on(self) -> None:
        """Let time go as far as it likes again."""
        self._horizon_ns = to_ns(HORIZON_S)

    # ── time ──────────────────────────────────────────────────────────────────────────────

    def time(self) -> float:
        """Return the simulated time in seconds."""
        return self.now_ns / NS_PER_S

    def call_at_ns(
        self,
        when_ns: int,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call `callback` at `when_ns`; in the past means now, after what is ready."""
        when_ns = max(when_ns, self.now_ns)
        handle = asyncio.TimerHandle(when_ns / NS_PER_S, callback, args, self, context)
        heapq.heappush(self._timers, (when_ns, next(self._order), handle))
        handle._scheduled = True  # type: ignore[attr-defined]  # noqa: SLF001 as BaseEventLoop does
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call `callback` at `when` seconds, never a rounding error before it.

        Code that re-arms itself while `loop.time() < when` would otherwise do so for ever.
        """
        when_ns = to_ns(when)
        if when_ns / NS_PER_S < when:
            when_ns += 1
        return self.call_at_ns(when_ns, callback, *args, context=context)

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call `callback` after `delay` seconds."""
        return self.call_at_ns(self.now_ns + to_ns(delay), callback, *args, context=context)

    def _run_once(self) -> None:
        ready = self._ready
        if not ready and not self._stopping:
            self._jump()
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:  # noqa: SLF001 as BaseEventLoop does
                self._at_instant += 1
                handle._run()  # noqa: SLF001 as BaseEventLoop does
        if self._at_instant > MOST_AT_ONE_INSTANT:
            self._at_instant = 0  # what is left can still be taken down
            raise EndlessActivity(self._endless())
        self._collect_garbage()

    def _jump(self) -> None:
        """Move time to the next timer and make every timer of that instant ready."""
        timers = self._timers
        while timers and timers[0][2]._cancelled:  # noqa: SLF001 no public word for it
            heapq.heappop(timers)
        if not timers:
            raise SimulationStalled(
                "nothing can happen any more: no timer is set and nothing is ready. "
                f"Waiting: {describe_waiters(self)}"
            )
        when_ns = timers[0][0]
        if when_ns > self._horizon_ns:
            raise SimulationStalled(
                f"still waiting at simulated {when_ns / NS_PER_S:.0f} s, beyond the horizon. "
                f"Waiting: {describe_waiters(self)}"
            )
        if when_ns > self.now_ns:
            self.now_ns, self._at_instant = when_ns, 0
        while timers and timers[0][0] == when_ns:
            handle = heapq.heappop(timers)[2]
            handle._scheduled = False  # type: ignore[attr-defined]  # noqa: SLF001 as there
            self._ready.append(handle)

    def _endless(self) -> str:
        ready = list(self._ready)[:3]
        return (
            f"more than {MOST_AT_ONE_INSTANT} callbacks at simulated {self.time():.9f} s: "
            f"time cannot move. Ready: {'; '.join(map(repr, ready)) or 'nothing'}"
        )

    def _collect_garbage(self) -> None:
        self._iterations += 1
        if self._iterations % _YOUNG_EVERY == 0:
            gc.collect(2 if self._iterations % _FULL_EVERY == 0 else 1)

    def run_forever(self) -> None:
        """Run until stopped, with the garbage collector at fixed points only."""
        collecting = gc.isenabled()
        gc.disable()
        try:
            super().run_forever()
        finally:
            if collecting:
                gc.enable()

    # ── tasks, threads, descriptors ───────────────────────────────────────────────────────

    def _make_task(
        self, _loop: asyncio.AbstractEventLoop, coro: Any, **kwargs: Any
    ) -> "asyncio.Task[Any]":
        number = next(self._task_numbers)
        name = kwargs.pop("name", None) or f"task-{number}"
        return NumberedTask(coro, number=number, loop=self, name=name, **kwargs)

    def call_soon_threadsafe(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Call `callback` soon; from another thread this raises, because it would be a race."""
        owner = self._thread_id
        if owner is not None and owner != threading.get_ident():
            raise ForeignThread(
                f"{callback!r} comes from thread {threading.current_thread().name}: "
                "in simulated time everything happens on the loop's own thread"
            )
        return self.call_soon(callback, *args, context=context)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> "asyncio.Future[T]":
        """Run `func` at once: simulated time does not pass while a blocking call runs."""
        del executor
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def add_reader(self, fd: Any, callback: Callable[[*Ts], Any], *args: *Ts) -> None:
        """Call `callback` whenever `readable(fd)` announces data."""
        self._readers[int(fd)] = lambda: callback(*args)

    def remove_reader(self, fd: Any) -> bool:
        """Forget the reader of `fd`; return whether there was one."""
        return self._readers.pop(int(fd), None) is not None

    def readable(self, fd: int) -> None:
        """Announce one readable item on a made-up descriptor."""
        if fd in self._readers:
            self.call_soon(self._read, fd)

    def _read(self, fd: int) -> None:
        reader = self._readers.get(fd)
        if reader is not None:
            reader()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing to count: cancelled timers leave the heap when they come up."""

    def _process_events(self, event_list: Any) -> None:
        """No selector, no events."""

    def _write_to_self(self) -> None:
        """No selector to wake."""

    # ── network, by way of `internet` ─────────────────────────────────────────────────────

    async def create_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Connect through the in-memory network (see `MemoryInternet.create_connection`)."""
        return await self.internet.create_connection(*args, **kwargs)

    async def create_server(self, *args: Any, **kwargs: Any) -> Any:
        """Listen on the in-memory network (see `MemoryInternet.create_server`)."""
        return await self.internet.create_server(*args, **kwargs)

    async def sock_connect(self, sock: Any, address: Any) -> None:
        """Connect an in-memory socket."""
        await self.internet.sock_connect(sock, address)

    async def getaddrinfo(self, host: Any, port: Any, **_kwargs: Any) -> Any:
        """Return `host` as it is: names are resolved by the bench before they come here."""
        return self.internet.addresses(host, port)
