"""A journal for what has no end: it tells of every event, and keeps none."""

from collections.abc import Callable

from bench.events import Event
from bench.journal import Entry, Journal


class PassingJournal(Journal):
    """Numbers events and hands them to watchers.

    Args:
        now_ns: the clock.
    """

    def __init__(self, now_ns: Callable[[], int]) -> None:
        super().__init__(now_ns)
        self._next = 0

    def write(self, event: Event, cause: int | None = None, t_ns: int | None = None) -> int:
        """Tell watchers of `event`, and return its number."""
        seq, self._next = self._next, self._next + 1
        entry = Entry(self.now_ns() if t_ns is None else t_ns, seq, cause, event)
        for watcher in self._watchers:
            watcher(entry)
        return seq
