"""The simulated bus: arbitration, frame times to the bit, and no work for frames nobody reads.

Single frames are events on the loop. Cyclic frames are not: when they go, and whether they have
to wait for the wire, is worked out afterwards, as soon as somebody needs to know (a frame is to
be sent, a payload changes, the recording ends). Only a cyclic frame that somebody waits for, one
with a new payload or with a reader of every frame, is an event. So a restbus costs well under a
microsecond a frame, and every time stamp is what the bus would have given.
"""

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import replace

from bench.can.frame import Frame, Reception
from bench.can.port import OnFrame, Stop, key
from bench.can.segments import OpenSegment
from bench.can.wire import duration_ns, interframe_ns
from bench.clock.simulated import SimulatedLoop
from bench.events import CyclicSegment, FrameSeen
from bench.journal import Journal
from bench.units import to_ns

_ArbitrationKey = tuple[int, int]


class Cyclic:
    """One cyclic message on the medium; a CyclicHandle."""

    def __init__(
        self,
        medium: "Medium",
        sender: str,
        frame: Frame,
        table: Sequence[bytes],
        period_ns: int,
        due_ns: int,
        cause: int | None,
    ) -> None:
        self._medium = medium
        self.sender = sender
        self.key = frame.arbitration_key
        self.identity = key(frame.identifier, extended=frame.extended)
        self.quiet = False
        self.period_ns = period_ns
        self.due_ns = due_ns
        self.alive = True
        self.place = 0
        self.segment: OpenSegment | None = None
        self.frames: tuple[Frame, ...] = ()
        self.durations: tuple[int, ...] = ()
        self._load(frame, table, cause)

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """Send these payloads from the next frame on."""
        if self.alive:
            self._medium.settle()
            self._medium.close_segment(self)
            self._load(self.frames[0], table, cause)
            self._medium.announce(self)

    def stop(self) -> None:
        """Send it no more."""
        if self.alive:
            self._medium.settle()
            self.alive = self.quiet = False
            self._medium.close_segment(self)

    def _load(self, frame: Frame, table: Sequence[bytes], cause: int | None) -> None:
        self.frames = tuple(replace(frame, data=bytes(data)) for data in table)
        self.durations = tuple(self._medium.duration_of(each) for each in self.frames)
        self.place %= len(self.frames)
        self.cause = cause
        self.fresh = True
        self.quiet = False


class _Single:
    """One frame that waits for the wire; looks like a `Cyclic` to the arbitration."""

    alive = True
    fresh = True

    def __init__(self, sender: str, frame: Frame, cause: int | None) -> None:
        self.sender = sender
        self.frame = frame
        self.cause = cause
        self.key = frame.arbitration_key


class Medium:
    """One simulated bus.

    Args:
        bus: its name.
        loop: the simulated loop whose time it lives by.
        journal: where frames are recorded (None: a bus that no bench is wired to).
        bitrate: nominal bit/s.
        data_bitrate: bit/s of the data phase of FD frames with bit-rate switch.
    """

    def __init__(
        self,
        bus: str,
        loop: SimulatedLoop,
        journal: Journal | None,
        *,
        bitrate: int = 500_000,
        data_bitrate: int = 2_000_000,
    ) -> None:
        self.bus = bus
        self.loop = loop
        self.frame_count = 0
        self.busy_ns = 0
        self._journal = journal
        self._bitrate, self._data_bitrate = bitrate, data_bitrate
        self._interframe_ns = interframe_ns(bitrate)
        self._order = itertools.count()
        self._due: list[tuple[int, _ArbitrationKey, int, Cyclic]] = []
        self._waiting: list[tuple[_ArbitrationKey, int, Cyclic | _Single, int]] = []
        self._free_ns = 0
        self._wakes: set[int] = set()
        self._listeners: dict[int | None, list[tuple[OnFrame, bool]]] = {}
        self._every: set[int | None] = set()

    def port(self, node: str) -> "MediumPort":
        """Return a node's connection to this bus."""
        return MediumPort(self, node)

    def duration_of(self, frame: Frame) -> int:
        """Return how long a frame takes here, in nanoseconds."""
        return duration_ns(frame, self._bitrate, self._data_bitrate)

    # ── sending ───────────────────────────────────────────────────────────────────────────

    def send(self, sender: str, frame: Frame, cause: int | None) -> None:
        """Queue one frame; it goes when it wins the wire."""
        now = self.loop.now_ns
        self._catch_up(now)
        single = _Single(sender, frame, cause)
        heapq.heappush(self._waiting, (single.key, next(self._order), single, now))
        if self._free_ns <= now:
            self._transmit(now)
        else:
            self._wake_at(self._free_ns)

    def add(self, cyclic: Cyclic) -> None:
        """Begin to send a cyclic message."""
        self.settle()
        heapq.heappush(self._due, (cyclic.due_ns, cyclic.key, next(self._order), cyclic))
        self.announce(cyclic)

    def announce(self, cyclic: Cyclic) -> None:
        """See to it that the next frame of `cyclic` is an event, if anybody listens to it."""
        if self._is_event(cyclic):
            self._wake_at(max(cyclic.due_ns, self.loop.now_ns))

    def settle(self) -> None:
        """Work out every cyclic frame that has begun before now."""
        self._catch_up(self.loop.now_ns)

    def write_down(self, identity: int) -> None:
        """Close the open segments of a message, so that the journal holds all its frames so far."""
        self.settle()
        for *_, cyclic in sorted(self._due):
            if cyclic.identity == identity:
                self.close_segment(cyclic)

    def last_end_ns(self) -> int:
        """Return when the last frame ended (-1: there was none)."""
        self.settle()
        return self._free_ns - self._interframe_ns if self.frame_count else -1

    def finish(self) -> None:
        """Settle, and write down every segment that is still open."""
        self.settle()
        for *_, cyclic in sorted(self._due):
            self.close_segment(cyclic)

    # ── the wire ──────────────────────────────────────────────────────────────────────────

    def _catch_up(self, limit_ns: int) -> None:
        """Transmit everything that begins before `limit_ns`."""
        due, waiting = self._due, self._waiting
        while True:
            if waiting:
                start = self._free_ns
            elif due:
                self._send_undisturbed(limit_ns)
                start = max(due[0][0], self._free_ns)
            else:
                return
            if start >= limit_ns:
                return
            self._transmit(start)

    def _send_undisturbed(self, limit_ns: int) -> None:
        """Transmit cyclic frames so long as none is an event and none meets another.

        This is the inner loop of every long run: two frames in three take only this path.
        """
        due, free, sent, busy = self._due, self._free_ns, 0, 0
        interframe, many = self._interframe_ns, len(self._due) > 2
        while True:
            due_ns, arbitration, order, cyclic = due[0]
            if due_ns < free or due_ns >= limit_ns or not cyclic.quiet or not many:
                break
            place, segment = cyclic.place, cyclic.segment
            took = cyclic.durations[place] + interframe
            free_after = due_ns + took
            if due[1][0] < free_after or due[2][0] < free_after or segment is None:
                break  # its neighbours in time will meet it: arbitration decides
            free = free_after
            segment.count += 1
            place += 1
            cyclic.place = place if place < len(cyclic.durations) else 0
            cyclic.due_ns = due_ns + cyclic.period_ns
            heapq.heapreplace(due, (cyclic.due_ns, arbitration, order, cyclic))
            sent += 1
            busy += took
        self._free_ns = free
        self.frame_count += sent
        self.busy_ns += busy

    def _transmit(self, start_ns: int) -> None:
        """Give the free wire at `start_ns` to the highest priority that is there."""
        due, waiting = self._due, self._waiting
        while due and due[0][0] <= start_ns:
            due_ns, arbitration, order, cyclic = heapq.heappop(due)
            if cyclic.alive:
                heapq.heappush(waiting, (arbitration, order, cyclic, due_ns))
                cyclic.due_ns = due_ns + cyclic.period_ns
                heapq.heappush(due, (cyclic.due_ns, arbitration, next(self._order), cyclic))
        while waiting:
            _, _, item, due_ns = heapq.heappop(waiting)
            if item.alive:
                self._occupy(item, start_ns, due_ns)
                break
        if waiting and any(self._is_event(each[2]) for each in waiting):
            self._wake_at(self._free_ns)

    def _occupy(self, item: "Cyclic | _Single", start_ns: int, due_ns: int) -> None:
        """Send one frame, from its start to the end of the interframe space."""
        if isinstance(item, _Single):
            frame, took = item.frame, self.duration_of(item.frame)
        else:
            place = item.place
            frame, took = item.frames[place], item.durations[place]
        end = start_ns + took
        self._free_ns = end + self._interframe_ns
        self.frame_count += 1
        self.busy_ns += took + self._interframe_ns
        if self._is_event(item):
            # a frame with a new payload is written down by itself; a segment follows it
            self.loop.call_at_ns(
                end, self._deliver, frame, item.sender, item.cause, end, item.fresh
            )
        if isinstance(item, Cyclic):
            self._advance(item, start_ns, due_ns)

    def _advance(self, cyclic: Cyclic, start_ns: int, due_ns: int) -> None:
        """Count a cyclic frame: alone if it is an event with a new payload, else in a segment."""
        place = cyclic.place
        cyclic.place = (place + 1) % len(cyclic.frames)
        if cyclic.fresh and self._is_event(cyclic):
            cyclic.fresh = False
        else:
            cyclic.fresh = False
            segment = cyclic.segment
            if segment is None:
                segment = cyclic.segment = OpenSegment(due_ns, place)
            if start_ns != due_ns:
                segment.late.append((segment.count, start_ns - due_ns))
            segment.count += 1
        reading = self._read_by_everyone(cyclic)
        cyclic.quiet = not reading
        if reading:
            self._wake_at(cyclic.due_ns)

    def _wake_at(self, when_ns: int) -> None:
        if when_ns not in self._wakes:
            self._wakes.add(when_ns)
            self.loop.call_at_ns(when_ns, self._on_wake, when_ns)

    def _on_wake(self, when_ns: int) -> None:
        self._wakes.discard(when_ns)
        now = self.loop.now_ns
        self._catch_up(now)
        if self._free_ns <= now:
            if self._waiting or (self._due and self._due[0][0] <= now):
                self._transmit(now)
            return
        due_now = bool(self._due) and self._due[0][0] <= now
        if due_now or any(self._is_event(each[2]) for each in self._waiting):
            self._wake_at(self._free_ns)

    # ── receiving ─────────────────────────────────────────────────────────────────────────

    def listen(self, identifiers: Sequence[int] | None, on_frame: OnFrame, *, every: bool) -> Stop:
        """See `Port.listen`."""
        self.settle()
        wanted: list[int | None] = [None] if identifiers is None else list(identifiers)
        listener = (on_frame, every)
        for each in wanted:
            self._listeners.setdefault(each, []).append(listener)
        self._note_every()

        def stop() -> None:
            self.settle()
            for each in wanted:
                if listener in self._listeners.get(each, ()):
                    self._listeners[each].remove(listener)
            self._note_every()

        return stop

    def _note_every(self) -> None:
        """Remember which identifiers have a reader of every frame, and wake for them."""
        self._every = {k for k, them in self._listeners.items() if any(e for _, e in them)}
        for due_ns, _, _, cyclic in list(self._due):
            cyclic.quiet = not (cyclic.fresh or self._read_by_everyone(cyclic)) and cyclic.alive
            if cyclic.alive and not cyclic.quiet:
                self._wake_at(max(due_ns, self.loop.now_ns))

    def _is_event(self, item: "Cyclic | _Single") -> bool:
        """Whether an item's next frame has to happen on the loop."""
        if isinstance(item, _Single):
            return True
        if item.fresh and (self._hears(item) or self._hears_all()):
            return True
        return self._read_by_everyone(item)

    def _hears(self, cyclic: Cyclic) -> bool:
        return bool(self._listeners.get(cyclic.identity))

    def _hears_all(self) -> bool:
        return bool(self._listeners.get(None))

    def _read_by_everyone(self, cyclic: Cyclic) -> bool:
        return bool(self._every) and (None in self._every or cyclic.identity in self._every)

    def _deliver(
        self,
        frame: Frame,
        sender: str,
        cause: int | None,
        end_ns: int,
        fresh: bool,
    ) -> None:
        """Hand a frame to who listens; `fresh` says that it is not a mere repetition."""
        seq = cause
        if fresh and self._journal is not None:
            seen = FrameSeen(self.bus, frame.identifier, frame.flags, frame.data.hex(), sender)
            seq = self._journal.write(seen, cause, end_ns)
        reception = Reception(frame, end_ns, seq)
        for wanted in (_key_of(frame), None):
            for on_frame, every in tuple(self._listeners.get(wanted, ())):
                if fresh or every:
                    on_frame(reception)

    def close_segment(self, cyclic: Cyclic) -> None:
        """Write down what a cyclic message has sent since its last new payload."""
        segment, cyclic.segment = cyclic.segment, None
        if segment is None or self._journal is None:
            return
        head = cyclic.frames[0]
        self._journal.write(
            CyclicSegment(
                self.bus,
                head.identifier,
                head.flags,
                cyclic.sender,
                cyclic.period_ns,
                segment.first_ns,
                segment.count,
                segment.start,
                tuple(frame.data.hex() for frame in cyclic.frames),
                cyclic.durations,
                tuple(segment.late),
            ),
            cyclic.cause,
        )


def _key_of(frame: Frame) -> int:
    return key(frame.identifier, extended=frame.extended)


class MediumPort:
    """A node's connection to a simulated bus."""

    def __init__(self, medium: Medium, node: str) -> None:
        self._medium = medium
        self._node = node
        self.bus = medium.bus

    def send(self, frame: Frame, cause: int | None) -> None:
        """Queue one frame for sending."""
        self._medium.send(self._node, frame, cause)

    def cyclic(
        self,
        frame: Frame,
        table: Sequence[bytes],
        *,
        period_s: float,
        offset_s: float = 0.0,
        cause: int | None,
    ) -> Cyclic:
        """Send `frame` with the payloads of `table` in turn, first after `offset_s`."""
        medium = self._medium
        due_ns = medium.loop.now_ns + to_ns(offset_s)
        cyclic = Cyclic(medium, self._node, frame, table, to_ns(period_s), due_ns, cause)
        medium.add(cyclic)
        return cyclic

    def listen(
        self, identifiers: Sequence[int] | None, on_frame: OnFrame, *, every: bool = False
    ) -> Stop:
        """Call `on_frame` for frames with these identifiers (None: all)."""
        return self._medium.listen(identifiers, on_frame, every=every)

    def write_down(self, identifier: int) -> None:
        """See to it that the journal holds every frame of a message so far."""
        self._medium.write_down(identifier)

    def last_activity_ns(self) -> int:
        """Return when the last frame on this bus ended (-1: there was none)."""
        return self._medium.last_end_ns()
