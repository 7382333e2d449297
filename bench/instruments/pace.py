"""How drivers and twins wait: in real time, or by jumping where nothing real is waited for.

A driver and the twin that it speaks to share one pace, so a twin that drops commands which come
too fast, as real boards do, does so by the same clock by which the driver keeps its distance.
"""

import threading
import time
from typing import Protocol


class Pace(Protocol):
    """A clock that can be waited on."""

    def now_s(self) -> float:
        """Return the time, in seconds from any beginning."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class RealPace:
    """Time that passes: real devices need it."""

    def now_s(self) -> float:
        """Return the monotonic clock's time."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, in real time."""
        time.sleep(seconds)


class JumpingPace:
    """Time that moves only when somebody waits: a twin in memory needs no real time."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._lock = threading.Lock()  # a twin behind a wire lives on a thread of its own

    def now_s(self) -> float:
        """Return the sum of all waits so far."""
        return self._now_s

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        with self._lock:
            self._now_s += seconds
