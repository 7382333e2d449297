"""A head start for who waits for a frame in a thread: the loop follows a moment later.

Woken together, both would want the interpreter, and whoever waits would often get it second. A
timer of the kernel's wakes the loop: a thread that sleeps for a moment wants the interpreter, too.
"""

import asyncio
import ctypes
import os
import time
from collections.abc import Callable

from bench.units import to_ns

HEAD_START_S = 0.0005

# os has timers from Python 3.13 on only; a call through PyDLL keeps the interpreter, as it should
# here: it takes less time than to give it away
_LIBC = ctypes.PyDLL(None, use_errno=True)


class _TimerSpec(ctypes.Structure):
    """`struct itimerspec`: each of the two in seconds and nanoseconds (timerfd_settime(2))."""

    _fields_ = (("interval", ctypes.c_long * 2), ("value", ctypes.c_long * 2))


_ONCE = _TimerSpec((0, 0), (0, to_ns(HEAD_START_S)))


class HeadStart:
    """Calls `then` on the loop, a moment after it was asked to.

    Args:
        loop: the running loop.
        then: called once for all that asked meanwhile.

    Raises:
        OSError: the process may open no more files.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, then: Callable[[], None]) -> None:
        self._loop, self._then = loop, then
        self._asked = False
        self._timer = _LIBC.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
        if self._timer < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        loop.add_reader(self._timer, self._due)

    def ask(self) -> None:
        """Have it called in a moment (from any thread; takes about a microsecond)."""
        if not self._asked:
            self._asked = True
            _LIBC.timerfd_settime(self._timer, 0, ctypes.byref(_ONCE), None)

    def _due(self) -> None:
        os.read(self._timer, 8)  # how often it ran out; else the loop would be told again
        self._asked = False  # before the call: who asks from now on may have come too late for it
        self._then()

    def close(self) -> None:
        """Call no more; called on the loop."""
        timer, self._timer = self._timer, -1
        if timer >= 0:
            self._loop.remove_reader(timer)
            os.close(timer)
