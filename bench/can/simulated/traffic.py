"""What waits for the wire of a simulated bus: single frames, and cyclic messages."""

import heapq
from asyncio import TimerHandle
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bench.can.frame import Frame
from bench.can.segments import OpenSegment
from bench.can.tampering import Tamper, Tampering
from bench.can.wire import duration_ns

ArbitrationKey = tuple[int, int]


class Cyclic:
    """One cyclic message on the medium: what goes next, and how far it has come.

    Attributes:
        place: the place in the table of the next frame.
        fresh: whether the next frame carries another payload than the one before.
        quiet: whether its frames need not happen on the loop.
        queued: whether a frame of it waits for the wire, due at `queued_ns`.
    """

    def __init__(
        self,
        sender: str,
        frame: Frame,
        table: Sequence[bytes],
        period_ns: int,
        due_ns: int,
        cause: int | None,
    ) -> None:
        self.sender = sender
        self.key = frame.arbitration_key
        self.identity = frame.identity
        self.quiet = False
        self._meant = (frame, tuple(table), period_ns)
        self._meant_place = 0
        self.due_ns = due_ns
        self.period_ns = period_ns
        self.alive = True
        self.queued, self.queued_ns = False, 0
        self.place = 0
        self.segment: OpenSegment | None = None
        self.tampers: tuple[Tamper, ...] = ()
        self.frames: tuple[Frame, ...] = ()
        self.durations: tuple[int, ...] = ()
        self.cause = cause

    def mean(self, table: Sequence[bytes], cause: int | None) -> None:
        """Take other payloads; they go once they are loaded."""
        frame, _, period_ns = self._meant
        self._meant = (frame, tuple(table), period_ns)
        self.cause = cause

    def load(self, tampering: Tampering, bit_rates: tuple[int, int]) -> None:
        """Lay out what goes from the next frame on: what is meant, as faults change it."""
        frame, table, self.period_ns = self._meant
        if len(self.frames) == len(table):
            self._meant_place = self.place
        self.tampers = tampering.of(self.sender, self.identity)
        changed = tampering.table(self.tampers, self.identity, table) if self.tampers else table
        for tamper in self.tampers:
            self.period_ns = tamper.period_ns(self.period_ns)
        self.frames, self.durations = _laid_out(frame, tuple(map(bytes, changed)), *bit_rates)
        # a table that a fault has cut short has no place for the counter: it goes on afterwards
        same = len(changed) == len(table)
        self.place = self._meant_place % len(table) if same else 0
        self.fresh = True
        self.quiet = False

    def step(self) -> None:
        """Go on to the next place in the table."""
        self.place = (self.place + 1) % len(self.frames)


@lru_cache(maxsize=4096)
def _laid_out(
    frame: Frame, table: tuple[bytes, ...], bitrate: int, data_bitrate: int
) -> tuple[tuple[Frame, ...], tuple[int, ...]]:
    """Return a table's frames and how long each takes; scenario after scenario has the same."""
    frames = tuple(replace(frame, data=data) for data in table)
    return frames, tuple(duration_ns(each, bitrate, data_bitrate) for each in frames)


class Single:
    """One frame that waits for the wire; looks like a `Cyclic` to the arbitration."""

    fresh = True
    tampers: tuple[Tamper, ...] = ()

    def __init__(self, sender: str, frame: Frame, cause: int | None) -> None:
        self.alive = True
        self.sender = sender
        self.frame = frame
        self.cause = cause
        self.key = frame.arbitration_key


Item = Cyclic | Single
DueCyclic = tuple[int, ArbitrationKey, int, Cyclic]  # when, how urgent, its number, and what


def pass_undisturbed(
    due: list[DueCyclic], free_ns: int, limit_ns: int, interframe_ns: int
) -> tuple[int, int, int]:
    """Pass over cyclic frames so long as none is an event and none meets another.

    This is the inner loop of every long run: two frames in three take only this path.

    Args:
        due: a heap of the cyclic messages, by when their next frame is due.
        free_ns: from when on the wire is free.
        limit_ns: frames that are due then, or later, are not passed over.
        interframe_ns: the space after each frame.

    Returns:
        from when on the wire is free then, how many frames have passed, how long they took.
    """
    count, busy, many = 0, 0, len(due) > 2
    while True:
        due_ns, arbitration, order, cyclic = due[0]
        if due_ns < free_ns or due_ns >= limit_ns or not cyclic.quiet or not many:
            break
        place, segment = cyclic.place, cyclic.segment
        took = cyclic.durations[place] + interframe_ns
        free_after = due_ns + took
        if due[1][0] < free_after or due[2][0] < free_after or segment is None:
            break  # its neighbours in time will meet it: arbitration decides
        free_ns = free_after
        segment.count += 1
        place += 1
        cyclic.place = place if place < len(cyclic.durations) else 0
        cyclic.due_ns = due_ns + cyclic.period_ns
        heapq.heapreplace(due, (cyclic.due_ns, arbitration, order, cyclic))
        count += 1
        busy += took
    return free_ns, count, busy


@dataclass
class InFlight:
    """A frame that is on the wire, and what has been counted of it already.

    Attributes:
        end_ns: when its last bit will have passed.
        order, due_ns: its place in the queue, if it has to go again.
        handles: what is to happen at its end.
        in_segment: it was counted in its message's segment.
        was_fresh: it was the first with its payload.
    """

    item: Item
    frame: Frame
    start_ns: int
    end_ns: int
    order: int
    due_ns: int
    handles: list[TimerHandle] = field(default_factory=list)
    in_segment: bool = False
    was_fresh: bool = False

    def roll_back(self) -> None:
        """Forget that the frame was sent: it has been destroyed under way."""
        item = self.item
        if isinstance(item, Single):
            return
        item.place = (item.place - 1) % len(item.frames)
        item.queued = True
        item.fresh = item.fresh or self.was_fresh
        segment = item.segment
        if self.in_segment and segment is not None:
            segment.count -= 1
            if segment.late and segment.late[-1][0] == segment.count:
                segment.late.pop()
            if not segment.count:
                item.segment = None
