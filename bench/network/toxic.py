"""What a link can do to the bytes that pass: the seam at which link and TCP faults act.

A toxic is put on links; for each connection and direction it may add a stage to the pipe that
the bytes go through. A stage that is taken out hands on what it holds: clearing a fault never
drops data.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from bench.units import NS_PER_S, to_ns

if TYPE_CHECKING:
    from bench.network.connection import Connection
    from bench.network.link import Link

Direction = Literal["up", "down"]
MOST_HELD = 4 << 20  # bytes; the largest receive window that Linux gives by itself is about 6 MB


class Stage:
    """One step in one direction of one connection; this one changes nothing.

    Attributes:
        after: where this stage hands on to; set by the pipe.
    """

    after: "Stage"

    def chunk(self, data: bytes) -> None:
        """Take bytes that have come this far."""
        self.after.chunk(data)

    def eof(self) -> None:
        """Take the end of this direction."""
        self.after.eof()

    def release(self) -> None:
        """Hand on whatever is held: this stage is being taken out."""

    def succeed(self, before: "Stage") -> None:
        """Take over from the stage in whose place this one has been put.

        By default that one hands on whatever it holds.
        """
        before.release()


class Toxic:
    """An effect on a link; this one has none.

    Subclasses override what they need. All of it is called on the loop.
    """

    def on_added(self, link: "Link") -> None:
        """Act on a link as the toxic is put on it."""

    def on_removed(self, link: "Link") -> None:
        """Act on a link as the toxic is taken off."""

    def on_accepted(self, connection: "Connection") -> None:
        """Act on a connection that has just been accepted."""

    def concerns(self, connection: "Connection") -> bool:
        """Whether this toxic acts on a connection at all: it may be chosen then."""
        del connection
        return True

    def stage(self, connection: "Connection", direction: Direction) -> Stage | None:
        """Return this toxic's step for one direction of a connection, or None."""
        del connection, direction
        return None


class Staging(Toxic):
    """A toxic that is nothing but its stages.

    Args:
        make: returns the step for one direction of a connection, or None.
        only: the direction that has one ("both": each).
    """

    def __init__(
        self,
        make: "Callable[[Connection, Direction], Stage | None]",
        only: "Direction | Literal['both']" = "both",
    ) -> None:
        self._make, self._only = make, only

    def stage(self, connection: "Connection", direction: Direction) -> Stage | None:
        """Return what was given for this direction."""
        return self._make(connection, direction) if self._only in {direction, "both"} else None


class DelayStage(Stage):
    """Delays every chunk, and the end, by what `draw_s` says; the order is kept.

    Where more than `MOST_HELD` bytes wait, the sender has to wait too, as behind a full buffer.

    Attributes:
        held: what waits, with the time at which it is due (None: the end).
    """

    def __init__(
        self, connection: "Connection", direction: Direction, draw_s: Callable[[], float]
    ) -> None:
        self._from, self._towards = connection, direction
        self._waiting = 0  # bytes
        self._full = False
        self._loop = connection.link.loop
        self._now_ns = connection.link.journal.now_ns
        self._draw_s = draw_s
        self.held: deque[tuple[int, bytes | None]] = deque()

    def chunk(self, data: bytes) -> None:
        """Hold bytes for a while."""
        self._hold(data)

    def eof(self) -> None:
        """Hold the end for a while, behind the bytes before it."""
        self._hold(None)

    def release(self) -> None:
        """Hand everything on at once."""
        for _, item in self.give_up():
            self._pass_on(item)
        self._level()

    def give_up(self) -> deque[tuple[int, bytes | None]]:
        """Return what is held, and hold it no more."""
        held, self.held, self._waiting = self.held, deque(), 0
        return held

    def succeed(self, before: Stage) -> None:
        """Take over what is held, and when it is due."""
        if not isinstance(before, DelayStage):
            super().succeed(before)
            return
        self.held = before.give_up()
        self._waiting = sum(len(item) for _, item in self.held if item is not None)
        self._level()
        before.release()
        if self.held:
            self._arm()

    def _level(self) -> None:
        """Hold the sender back, or let it on."""
        if not self._full and self._waiting > MOST_HELD:
            self._full = True
            self._from.hold_back(self._towards, self)
        elif self._full and self._waiting <= MOST_HELD // 2:
            self._full = False
            self._from.let_on(self._towards, self)

    def _hold(self, item: bytes | None) -> None:
        due_ns = self._now_ns() + to_ns(self._draw_s())
        if self.held:
            due_ns = max(due_ns, self.held[-1][0])
        self.held.append((due_ns, item))
        if item is not None:
            self._waiting += len(item)
            self._level()
        if len(self.held) == 1:
            self._arm()

    def _arm(self) -> None:
        wait_ns = max(0, self.held[0][0] - self._now_ns())
        self._loop.call_later(wait_ns / NS_PER_S, self._on_due)

    def _on_due(self) -> None:
        now_ns = self._now_ns()
        while self.held and self.held[0][0] <= now_ns:
            item = self.held.popleft()[1]
            self._waiting -= len(item or b"")
            self._pass_on(item)
        self._level()
        if self.held:
            self._arm()

    def _pass_on(self, item: bytes | None) -> None:
        if item is None:
            self.after.eof()
        else:
            self.after.chunk(item)


class HoldStage(Stage):
    """Holds everything, in order, until it is taken out: a stall loses no bytes."""

    def __init__(self, on_held: Callable[[], object]) -> None:
        self._on_held = on_held
        self._held: list[bytes | None] = []

    def chunk(self, data: bytes) -> None:
        """Keep bytes."""
        self._on_held()
        self._held.append(data)

    def eof(self) -> None:
        """Keep the end."""
        self._held.append(None)

    def release(self) -> None:
        """Hand everything on."""
        held, self._held = self._held, []
        for item in held:
            if item is None:
                self.after.eof()
            else:
                self.after.chunk(item)
