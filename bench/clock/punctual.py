"""Settings of this process while any time base in real time is open.

Python's threads take turns, so a second processor lets none of them go faster; but a thread that is
woken on another one waits for that one to wake up, too. Who is to be woken on the same is there
in half of the time (benchmarks/expectation.py).
"""

import gc
import os
import sys
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

# entries of a recording live until its end: to look through them again and again for garbage would
# cost as much as writing them, milliseconds at a time
THRESHOLDS = (50_000, 20, 100)
# a thread that computes holds another's frame up for so long (Python's own: 5 ms)
SWITCH_S = 0.0005
THREADS = Path("/proc/self/task")


class Punctual:
    """Sets them for the first time base, and sets them back after the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self._remember()

    def begin(self, cpu: int | None) -> None:
        """Begin one more; `cpu` is the processor that all threads keep to (None: any)."""
        with self._lock:
            self._open += 1
            if self._open == 1:
                self._remember()
                gc.set_threshold(*THRESHOLDS)
                sys.setswitchinterval(SWITCH_S)
                if cpu is not None:
                    keep_to({cpu})

    def end(self) -> None:
        """End one."""
        with self._lock:
            self._open -= 1
            if self._open == 0:
                gc.set_threshold(*self._thresholds)
                sys.setswitchinterval(self._switch_s)
                if os.sched_getaffinity(0) != self._cpus:
                    keep_to(self._cpus)

    def _remember(self) -> None:
        self._thresholds, self._switch_s = gc.get_threshold(), sys.getswitchinterval()
        self._cpus = os.sched_getaffinity(0)


def keep_to(cpus: Collection[int]) -> None:
    """Let every thread of this process run on these processors only, and what they start."""
    for thread in THREADS.iterdir():
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.sched_setaffinity(int(thread.name), cpus)


PUNCTUAL = Punctual()
