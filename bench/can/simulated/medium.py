"""The simulated bus: arbitration, frame times to the bit, and no work for frames nobody reads.

Single frames are events on the loop. Cyclic frames are not: when they go, and whether they have
to wait for the wire, is worked out afterwards, as soon as somebody needs to know (a frame is to
be sent, a payload changes, the recording ends). Only a cyclic frame that somebody waits for, one
with a new payload or with a reader of every frame, is an event. So a restbus costs well under a
microsecond a frame, and every time stamp is what the bus would have given.

While anything is wrong on the bus (an error is injected, a node's error counter is not zero, a
node is off or alone), every frame is an event: errors and counters are then exact, too.
"""

import heapq
import itertools
from collections.abc import Sequence

from bench.can.frame import Frame, Reception
from bench.can.port import OnFrame, Stop
from bench.can.segments import OpenSegment
from bench.can.simulated.confinement import Confinement
from bench.can.simulated.listeners import Listeners
from bench.can.simulated.port import MediumPort
from bench.can.simulated.record import MediumRecord
from bench.can.simulated.traffic import (
    ArbitrationKey,
    Cyclic,
    DueCyclic,
    InFlight,
    Item,
    Single,
    pass_undisturbed,
)
from bench.can.simulated.wire_errors import WireError, WireRule, after_arbitration, error_ns
from bench.can.tampering import Tampering, sent
from bench.can.wire import duration_ns, interframe_ns
from bench.clock.simulated_loop import SimulatedLoop
from bench.injection import Undo, together
from bench.journal import Journal
from bench.units import NS_PER_S


class Medium:
    """One simulated bus.

    Args:
        bus: its name.
        loop: the simulated loop whose time it lives by.
        journal: where frames are recorded (None: a bus that no bench is wired to).
        bitrate: nominal bit/s.
        data_bitrate: bit/s of the data phase of FD frames with bit-rate switch.
        listen_only: the bench's own controller acknowledges nothing.

    Attributes:
        tampering: where faults change what nodes send.
        nodes: the controllers, and their error counters.
        record: what is written down of it.
        bit_rates: nominal and of the data phase, in bit/s.
    """

    def __init__(
        self,
        bus: str,
        loop: SimulatedLoop,
        journal: Journal | None,
        *,
        bitrate: int = 500_000,
        data_bitrate: int = 2_000_000,
        listen_only: bool = False,
    ) -> None:
        self.bus = bus
        self.loop = loop
        self.frame_count = 0
        self.busy_ns = 0
        self.tampering = Tampering()
        self.bit_rates = bitrate, data_bitrate
        self._bit_ns = NS_PER_S // bitrate
        self._interframe_ns = interframe_ns(bitrate)
        self._order = itertools.count()
        self._due: list[DueCyclic] = []
        self._waiting: list[tuple[ArbitrationKey, int, Item, int]] = []
        self._free_ns = 0
        self._wakes: set[int] = set()
        self._in_flight: InFlight | None = None
        self._listeners = Listeners()
        self.record = MediumRecord(bus, journal)
        self.nodes = Confinement(
            bus, loop, journal, bit_ns=self._bit_ns, on_change=self._look_after,
            on_back=self._tell_all, deaf=("bench",) if listen_only else (),
        )  # fmt: skip
        if journal is not None:
            self.nodes.controller("bench")  # the bench is a node, too: it acknowledges
        self._look_after()

    def port(self, node: str) -> MediumPort:
        """Return a node's connection to this bus."""
        return MediumPort(self, node)

    def free_name(self, node: str) -> str:
        """Return a name that no node has yet: this one, or with a number behind it."""
        names = self.nodes.names()
        numbered = (f"{node}-{number}" for number in itertools.count(2))
        return node if node not in names else next(n for n in numbered if n not in names)

    def duration_of(self, frame: Frame) -> int:
        """Return how long a frame takes here, in nanoseconds."""
        return duration_ns(frame, *self.bit_rates)

    # ── sending ───────────────────────────────────────────────────────────────────────────

    def send(self, sender: str, frame: Frame, cause: int | None) -> None:
        """Queue one frame; it goes when it wins the wire."""
        now = self.loop.now_ns
        self._catch_up(now)
        frame, tampers = self.tampering.frame(sender, frame)
        single = Single(sender, frame, sent(tampers, sender, frame, cause))
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
        if self._happens(cyclic):
            self._wake_at(max(cyclic.due_ns, self.loop.now_ns))

    def settle(self) -> None:
        """Work out every cyclic frame that has begun before now."""
        self._catch_up(self.loop.now_ns)

    def write_down(self, identity: int) -> None:
        """Close the open segments of a message, so that the journal holds all its frames so far."""
        self.settle()
        for *_, cyclic in sorted(self._due):
            if cyclic.identity == identity:
                self.record.close_segment(cyclic)

    def last_end_ns(self) -> int:
        """Return when the last frame ended (-1: there was none)."""
        self.settle()
        return self._free_ns - self._interframe_ns if self.frame_count else -1

    def finish(self) -> None:
        """Settle, and write down every segment that is still open."""
        self.settle()
        for *_, cyclic in sorted(self._due):
            self.record.close_segment(cyclic)

    # ── the wire ──────────────────────────────────────────────────────────────────────────

    def _catch_up(self, limit_ns: int) -> None:
        """Transmit everything that begins before `limit_ns`."""
        due, waiting = self._due, self._waiting
        while True:
            if waiting:
                start = self._next_start_ns()
            elif due:
                self._free_ns, count, busy_ns = pass_undisturbed(
                    due, self._free_ns, limit_ns, self._interframe_ns
                )
                self.frame_count += count
                self.busy_ns += busy_ns
                start = max(due[0][0], self._free_ns)
            else:
                return
            if start >= limit_ns:
                return
            self._transmit(start)

    def _next_start_ns(self) -> int:
        """Return when the next of what waits may begin."""
        if not self._troubled:
            return self._free_ns
        ready = min(self.nodes.ready_ns(item.sender) for _, _, item, _ in self._waiting)
        if self._due and self._due[0][0] < ready:
            ready = self._due[0][0]
        return max(self._free_ns, ready)

    def _transmit(self, start_ns: int) -> None:
        """Give the free wire at `start_ns` to the highest priority that is there."""
        due, waiting = self._due, self._waiting
        while due and due[0][0] <= start_ns:
            due_ns, arbitration, order, cyclic = heapq.heappop(due)
            if cyclic.alive:
                self._queue(cyclic, due_ns, order)
                cyclic.due_ns = due_ns + cyclic.period_ns
                heapq.heappush(due, (cyclic.due_ns, arbitration, next(self._order), cyclic))
        suspended = []
        while waiting:
            entry = heapq.heappop(waiting)
            item = entry[2]
            if not item.alive:
                continue
            if self._troubled and not self.nodes.controller(item.sender).on_bus:
                self._lose(item)
            elif self._troubled and self.nodes.ready_ns(item.sender) > start_ns:
                suspended.append(entry)
            else:
                self._occupy(item, start_ns, entry)
                break
        for entry in suspended:
            heapq.heappush(waiting, entry)
        if waiting and (
            self._troubled or any(self._listeners.wait_for(each[2]) for each in waiting)
        ):
            self._wake_at(self._next_start_ns())

    def _queue(self, cyclic: Cyclic, due_ns: int, order: int) -> None:
        """Let a cyclic frame wait for the wire; one that still waits is overwritten by it.

        A message has one transmit buffer: the newest content counts.
        """
        if cyclic.queued:
            self._skip(cyclic)
        else:
            heapq.heappush(self._waiting, (cyclic.key, order, cyclic, due_ns))
        cyclic.queued, cyclic.queued_ns = True, due_ns

    def _skip(self, cyclic: Cyclic) -> None:
        """Pass over a frame that never goes: the segment's rule ends with it."""
        self.record.close_segment(cyclic)
        cyclic.step()

    def _lose(self, item: Item) -> None:
        """Give a frame up."""
        if isinstance(item, Cyclic):
            item.queued = False
            self._skip(item)
            self._wake_at(max(item.due_ns, self.loop.now_ns))
        self.nodes.lost(item.sender, item.cause)

    def _occupy(
        self, item: Item, start_ns: int, entry: tuple[ArbitrationKey, int, Item, int]
    ) -> None:
        """Send one frame, from its start to the end of the interframe space."""
        if isinstance(item, Cyclic):
            frame, took = item.frames[item.place], item.durations[item.place]
        else:
            frame, took = item.frame, self.duration_of(item.frame)
        error = self.nodes.error_in(frame, item.sender) if self._troubled else None
        flight = InFlight(item, frame, start_ns, start_ns + took, entry[1], entry[3])
        if error is not None:
            self._break_off(flight, error)
            return
        end = flight.end_ns
        self._free_ns = end + self._interframe_ns
        self.frame_count += 1
        self.busy_ns += took + self._interframe_ns
        self._in_flight = flight
        if isinstance(item, Cyclic):
            item.queued = False
        if self._troubled:
            flight.handles.append(self.loop.call_at_ns(end, self.nodes.passed, flight))
        if self._listeners.wait_for(item):
            # a frame with a new payload is written down by itself; a segment follows it
            flight.handles.append(
                self.loop.call_at_ns(end, self._deliver, frame, item, end, item.fresh)
            )
        if isinstance(item, Cyclic):
            self._advance(item, start_ns, flight)

    def _advance(self, cyclic: Cyclic, start_ns: int, flight: InFlight) -> None:
        """Count a cyclic frame: alone if it is an event with a new payload, else in a segment."""
        place = cyclic.place
        flight.was_fresh = cyclic.fresh
        cyclic.step()
        if cyclic.fresh and self._listeners.wait_for(cyclic):
            cyclic.fresh = bool(cyclic.tampers)  # each frame that a fault has changed counts
        else:
            cyclic.fresh = False
            due_ns = cyclic.queued_ns
            segment = cyclic.segment
            if segment is None:
                segment = cyclic.segment = OpenSegment(due_ns, place)
            if start_ns != due_ns:
                segment.late.append((segment.count, start_ns - due_ns))
            segment.count += 1
            flight.in_segment = True
        happens = self._happens(cyclic)
        cyclic.quiet = not happens
        if happens:
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
        if due_now or any(self._happens(each[2]) for each in self._waiting):
            self._wake_at(self._free_ns)

    # ── errors ────────────────────────────────────────────────────────────────────────────

    def disturb(self, rule: WireRule) -> Undo:
        """Let `rule` decide of each frame, as it begins, whether it meets an error."""
        self.settle()
        remove = self.nodes.rules.add(rule)
        self._look_after()
        return together([self.settle, remove, self._look_after])

    def inject_error(self, flagged_by: str) -> None:
        """Destroy the frame that is on the wire now, else the next one that begins."""
        self.settle()
        flight, now = self._in_flight, self.loop.now_ns
        if flight is None or not flight.start_ns < now < flight.end_ns:
            self._destroy_next(flagged_by)
            return
        for handle in flight.handles:
            handle.cancel()
        flight.roll_back()
        self.frame_count -= 1
        self.busy_ns -= flight.end_ns - flight.start_ns + self._interframe_ns
        bit = (now - flight.start_ns) // self._bit_ns + 1
        self._break_off(flight, WireError(bit, flagged_by))

    def _destroy_next(self, flagged_by: str) -> None:
        def rule(frame: Frame, sender: str) -> WireError | None:
            if sender == flagged_by:
                return None
            self.loop.call_soon(undo)
            return WireError(after_arbitration(frame), flagged_by)

        undo = self.disturb(rule)

    def _break_off(self, flight: InFlight, error: WireError) -> None:
        """End a frame with an error frame; what becomes of it is decided when that has passed."""
        passive = self.nodes.controller(flight.item.sender).state == "error_passive"
        frame_ns = flight.end_ns - flight.start_ns
        took = error_ns(error, frame_ns, self._bit_ns, transmitter_passive=passive)
        end = flight.start_ns + took
        self._free_ns = end + self._interframe_ns
        self.busy_ns += took + self._interframe_ns
        self._in_flight = None
        self.loop.call_at_ns(end, self._after_error, flight, error, end)

    def _after_error(self, flight: InFlight, error: WireError, end_ns: int) -> None:
        """Count the error, and send the frame again unless its node gives it up."""
        item = flight.item
        self.nodes.failed(flight, error, end_ns)
        controller = self.nodes.controller(item.sender)
        if not item.alive:
            return
        if controller.one_shot or not controller.on_bus:
            self._lose(item)
        else:
            heapq.heappush(self._waiting, (item.key, flight.order, item, flight.due_ns))
            self._wake_at(self._next_start_ns())

    def _look_after(self) -> None:
        """Notice whether anything is wrong: then every frame has to happen on the loop."""
        self._troubled = self.nodes.troubled
        self._wake_for_readers()
        if self._waiting:
            self._wake_at(max(self.loop.now_ns, self._next_start_ns()))

    def _tell_all(self) -> None:
        """Hand the next frame of every cyclic message on: a node is back and has missed some."""
        self.settle()
        for *_, cyclic in sorted(self._due):
            if cyclic.alive:
                self.record.close_segment(cyclic)
                cyclic.fresh = True
        self._wake_for_readers()

    # ── receiving ─────────────────────────────────────────────────────────────────────────

    def listen(
        self, node: str, identifiers: Sequence[int] | None, on_frame: OnFrame, *, every: bool
    ) -> Stop:
        """See `Port.listen`."""
        self.settle()
        remove = self._listeners.add(
            identifiers, on_frame, self.nodes.controller(node), every=every
        )
        self._wake_for_readers()
        return together([self.settle, remove, self._wake_for_readers])

    def _wake_for_readers(self) -> None:
        """Wake for every message whose next frame somebody reads."""
        for due_ns, _, _, cyclic in list(self._due):
            cyclic.quiet = not (cyclic.fresh or self._happens(cyclic)) and cyclic.alive
            if cyclic.alive and not cyclic.quiet:
                self._wake_at(max(due_ns, self.loop.now_ns))

    def _happens(self, item: Item) -> bool:
        """Whether an item's next frame has to happen on the loop."""
        return self._troubled or self._listeners.wait_for(item)

    def _deliver(self, frame: Frame, item: Item, end_ns: int, fresh: bool) -> None:
        """Hand a frame to who listens; `fresh` says that it is not a mere repetition."""
        cause = item.cause
        if isinstance(item, Cyclic):
            cause = sent(item.tampers, item.sender, frame, cause)
        seq, sender, identity = cause, item.sender, frame.identity
        if fresh:
            seq = self.record.seen(frame, sender, cause, end_ns)
        before = self.record.before
        reception = Reception(frame, end_ns, seq, sender, before.get(identity))
        before[identity] = frame.data
        if fresh and self._troubled:
            self.nodes.unheard(sender, seq)
        self._listeners.tell(identity, reception, fresh=fresh)
