"""A thread that sends what is due: a frame keeps its period whatever the loop is busy with."""

import ctypes
import heapq
import itertools
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

_LIBC = ctypes.CDLL(None)
PR_SET_TIMERSLACK = 29  # linux/prctl.h: of the calling thread, in ns
IDLE_S = 10.0  # for so long it sleeps with nothing to do; who has something wakes it
# a timer wakes a thread 15 to 50 µs late (and 50 more with the slack that the kernel gives timers),
# so it is set that much earlier, and what is left is spent looking at the clock
AHEAD_S = 50e-6
END_S = 2.0  # for a send that blocks, when all is to end


def _be_punctual() -> None:
    """Have this thread woken when its time has come, before others where that is allowed.

    Beside other processes its frames would else be late by whole turns of the scheduler: what is
    in common use by programs that send in real time, and needs root, CAP_SYS_NICE or a limit
    (RLIMIT_RTPRIO). It only ever works for some microseconds at a time. What it starts has none of
    it.
    """
    _LIBC.prctl(PR_SET_TIMERSLACK, *map(ctypes.c_ulong, (1, 0, 0, 0)))
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


class Due(Protocol):
    """Something to be sent again and again."""

    @property
    def due_s(self) -> float:
        """When it is to be sent next, by the clock of the thread."""
        ...

    def send_due(self) -> None:
        """Send it now, and see to when it is due next (called in the thread)."""
        ...


DueT = TypeVar("DueT", bound=Due)


class SendingThread(Generic[DueT]):
    """Calls what is due, in a thread of its own that begins with the first.

    Whatever it has been given is its own until `end` has returned.

    Args:
        now_s: the clock by which things are due.
        on_failure: called, in the thread, with what `send_due` raised: that ends the thread.
    """

    def __init__(
        self, now_s: Callable[[], float], on_failure: Callable[[Exception], object]
    ) -> None:
        self._now_s, self._on_failure = now_s, on_failure
        self._lock = threading.Lock()
        # taken by who sleeps and given back by who wakes: it costs a third of a condition
        self._alarm = threading.Lock()
        self._alarm.acquire()
        self._numbers = itertools.count()
        self._queue: list[tuple[float, int, DueT]] = []
        self._live: dict[DueT, int] = {}
        self._thread: threading.Thread | None = None
        self._over = False
        self._worst_s = 0.0

    @property
    def live(self) -> tuple[DueT, ...]:
        """What it sends."""
        return tuple(self._live)

    def worst_lateness_s(self) -> float:
        """Return how late it was at worst since the last call."""
        worst_s, self._worst_s = self._worst_s, 0.0
        return worst_s

    def begin(self, due: DueT) -> None:
        """Send something from when it is due on."""
        with self._lock:
            self._live[due] = next(self._numbers)
            heapq.heappush(self._queue, (due.due_s, self._live[due], due))
            first = self._queue[0][2] is due
        if self._thread is None and not self._over:
            self._thread = threading.Thread(target=self._run, name="can-sender", daemon=True)
            self._thread.start()
        elif first:
            self._wake()

    def end(self, due: DueT) -> None:
        """Send it no more; a send that has begun is waited for."""
        with self._lock:
            self._live.pop(due, None)

    def close(self) -> None:
        """End the thread."""
        with self._lock:
            self._over = True
            self._live.clear()
        self._wake()
        if self._thread is not None:
            self._thread.join(timeout=END_S)

    def _wake(self) -> None:
        with suppress(RuntimeError):  # somebody else has just done so
            self._alarm.release()

    def _run(self) -> None:
        _be_punctual()
        try:
            while not self._over:
                self._sleep_and_send()
        except Exception as error:  # else nobody would hear of it
            self._on_failure(error)

    def _sleep_and_send(self) -> None:
        """Sleep until something is due, and send it: what stands in between makes it late."""
        if not self._queue:
            self._alarm.acquire(timeout=IDLE_S)
            return
        sleep_s = self._queue[0][0] - self._now_s() - AHEAD_S
        if sleep_s > 0 and self._alarm.acquire(timeout=min(sleep_s, IDLE_S)):
            return  # something else may be due before
        with self._lock:
            due_s, number, due = self._queue[0]
            if self._live.get(due) != number:  # it was ended meanwhile
                heapq.heappop(self._queue)
            elif due_s <= self._now_s() + AHEAD_S:
                while (now_s := self._now_s()) < due_s:
                    pass
                self._worst_s = max(self._worst_s, now_s - due_s)
                due.send_due()
                heapq.heapreplace(self._queue, (due.due_s, number, due))
