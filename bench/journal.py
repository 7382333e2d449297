"""The one place where events get their time, their number and their cause.

A journal belongs to one scenario. Whoever does something writes an event and hands the number
that it gets to whoever acts because of it: so "which request led to this lock pulse" is a walk
along causes, not a guess.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bench.events import Event


class Entry(NamedTuple):
    """An event with its time on the bench clock, its number, and the number that caused it."""

    t_ns: int
    seq: int
    cause: int | None
    event: Event


class Journal:
    """Collects the entries of one scenario and tells watchers of each.

    Args:
        now_ns: the bench clock.
    """

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self.now_ns = now_ns
        self.entries: list[Entry] = []
        self._watchers: list[Callable[[Entry], None]] = []
        self._sealed = False

    def seal(self) -> None:
        """Take no more entries: the scenario is over and its world is being taken down."""
        self._sealed = True

    def write(self, event: Event, cause: int | None = None, t_ns: int | None = None) -> int:
        """Record `event` and return its number.

        Args:
            event: what happened.
            cause: the number of the entry that led to it.
            t_ns: when, if a device has stamped it itself; otherwise now.
        """
        seq = len(self.entries)
        if self._sealed:
            return seq - 1
        entry = Entry(self.now_ns() if t_ns is None else t_ns, seq, cause, event)
        self.entries.append(entry)
        for watcher in self._watchers:
            watcher(entry)
        return seq

    def known(self, cause: int | None) -> int | None:
        """Return a cause that somebody outside has named, if there is such an entry, else None."""
        return cause if cause is not None and 0 <= cause < len(self.entries) else None

    def watch(self, watcher: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `watcher` with every entry from now on; return what stops that."""
        # rebound, not mutated: a watcher may stop itself while the list is walked
        self._watchers = [*self._watchers, watcher]

        def stop() -> None:
            self._watchers = [w for w in self._watchers if w is not watcher]

        return stop

    def causes(self, seq: int | None) -> Iterator[Entry]:
        """Walk from entry `seq` back along its causes, itself first."""
        return walk(self.entries, seq)


def walk(entries: list[Entry], seq: int | None) -> Iterator[Entry]:
    """Walk from entry `seq` back along its causes, itself first."""
    while seq is not None:
        entry = entries[seq]
        yield entry
        seq = entry.cause
