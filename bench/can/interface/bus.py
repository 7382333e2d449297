"""A bus in real time: any python-can interface, or none for a bus inside the simulated car.

Receiving is event-driven (see `receiver`). A receiver that dies, a channel that goes down, frames
that are lost or cannot be sent: each is an event (see `health`).
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import can

from bench.can.controller import OnMissed
from bench.can.frame import EXTENDED, Frame, Reception, from_message
from bench.can.interface import kernel_socket
from bench.can.interface.acted_on import ActedOn
from bench.can.interface.causes import Causes, Echoes, Run
from bench.can.interface.health import InterfaceHealth
from bench.can.interface.hearers import Hearers
from bench.can.interface.outgoing import Outgoing
from bench.can.interface.port import InterfacePort
from bench.can.interface.receiver import Receiver, descriptor_of
from bench.can.interface.sent_frames import Sent
from bench.can.interface.time_stamps import ByArrival, TimeStamps
from bench.can.interface.traits import Traits
from bench.can.port import OnFrame, Stop
from bench.can.tampering import Tampering, sent
from bench.can.watches import Watch, Watches
from bench.events import FrameSeen
from bench.injection import Undo
from bench.journal import Journal

if TYPE_CHECKING:
    from bench.can.interface.kernel_cyclic import KernelCyclic


class InterfaceBus:
    """One connection to a bus, shared by the nodes of one side.

    Args:
        bus: its name.
        channel: python-can's bus; None for a bus that has no outside.
        now_ns: the bench clock.
        journal: where frames are recorded (None: the other side does that).
        causes: shared with the other side.
        tampering: where faults change what nodes send; shared with the other side.
        acted_on: writes down why simulated units do what they do (None: nothing does; with a
            journal each frame stands there anyway).
        health: told of what goes wrong (None: it goes to the journal, if there is one).
        traits: what is particular about the interface.

    Attributes:
        nodes: who has a connection here.
        out: its way out; None without an outside.
    """

    def __init__(
        self,
        bus: str,
        channel: can.BusABC | None,
        *,
        now_ns: Callable[[], int],
        journal: Journal | None,
        causes: Causes,
        tampering: Tampering | None = None,
        acted_on: ActedOn | None = None,
        health: InterfaceHealth | None = None,
        traits: Traits | None = None,
    ) -> None:
        self.bus = bus
        self._traits = traits or Traits()
        self._stamps: TimeStamps = self._traits.stamps or ByArrival(now_ns)
        self._echoes = Echoes() if self._traits.echoes else None
        self._health = health or InterfaceHealth(
            bus,
            "bench",
            Journal(now_ns) if journal is None else journal,
            tells_of_bus=journal is not None,
        )
        self.tampering = tampering or Tampering()
        self.nodes: set[str] = set()
        self._acted_on = acted_on
        # a message stays here when the kernel sends it no more: its last frames may still come
        self._in_kernel: dict[int, KernelCyclic] = {}
        self.frame_count = 0
        self.last_activity_ns = -1
        self._channel, self._now_ns = channel, now_ns
        self._journal, self._causes = journal, causes
        self._loop = asyncio.get_running_loop()
        self._hearers = Hearers(self._loop)
        self._closed = False
        self._watches = Watches()
        self._descriptor = -1 if channel is None else descriptor_of(channel)
        self._receiver = None if channel is None else self._receive_from(channel)
        self.out = None if channel is None else self._send_over(channel)

    def _receive_from(self, channel: can.BusABC) -> Receiver:
        kernel_socket.widen(self._descriptor)
        return Receiver(
            channel, self._loop, bench_ns=self._stamps.bench_ns, on_message=self.receive,
            on_failure=self._health.receiving_failed, watches=self._watches,
            on_drained=self._look_for_drops if self._descriptor >= 0 else None,
        )  # fmt: skip

    def _send_over(self, channel: can.BusABC) -> Outgoing:
        return Outgoing(
            channel, self._loop, now_ns=self._now_ns, causes=self._causes, echoes=self._echoes,
            health=self._health, watches=self._watches, on_sent=self._went,
        )  # fmt: skip

    def _look_for_drops(self) -> None:
        self._health.dropped(kernel_socket.dropped(self._descriptor))

    def port(self, node: str) -> InterfacePort:
        """Return a node's connection."""
        self.nodes.add(node)
        return InterfacePort(self, node)

    def cut(self, node: str, on_missed: OnMissed) -> Undo:
        """Let a node of this side neither send nor hear; it is told of what it misses."""
        self._hearers.cut[node] = on_missed
        self._refresh_cyclic()

        def undo() -> None:
            self._hearers.cut.pop(node, None)
            self._refresh_cyclic()

        return undo

    def is_cut(self, node: str) -> bool:
        """Whether a node can neither send nor hear."""
        return node in self._hearers.cut

    def claim(self, identifier: int) -> None:
        """Take a message for one that this process sends: another's is a rival's."""
        self._causes.ours.add(identifier)

    def send(self, node: str, frame: Frame, cause: int | None) -> None:
        """Send a frame to the outside and to the other nodes of this side."""
        frame, tampers = self.tampering.frame(node, frame)
        self.emit(node, frame, sent(tampers, node, frame, cause))

    def emit(
        self, node: str, frame: Frame, cause: int | None, message: can.Message | None = None
    ) -> None:
        """Send a frame as it is; `message` is the same frame, where it was prepared."""
        if self._closed:
            return
        if node in self._hearers.cut:
            self._hearers.cut[node]("frame not sent", cause)
            return
        if self.out is not None:
            self.out.send(node, frame, cause, frame.message() if message is None else message)
        else:
            self.passed(node, frame, cause, self._now_ns())

    def receive(self, message: can.Message, t_ns: int) -> None:
        """Take a frame from the outside: at full load of several buses each microsecond counts."""
        if message.is_error_frame or message.is_remote_frame:
            if message.is_error_frame and self._channel is not None:
                self._health.error_frame(message, t_ns, self._channel.state)
            return
        if self._echoes is not None and self._echoes.is_one(message):
            return
        self.frame_count += 1
        self.last_activity_ns = t_ns
        identifier, data, extended = message.arbitration_id, message.data, message.is_extended_id
        identity = identifier | EXTENDED if extended else identifier
        if self._in_kernel and identity in self._in_kernel:
            if not message.is_rx:
                self.frame_count -= 1  # counted as one that was sent
                self._in_kernel[identity].heard(from_message(message), t_ns)
                return
            self._health.rival(identity)  # whatever stands in it: this side's do not come so
        ours = identity in self._causes.ours  # what nobody sends here has no cause, and no rival
        sent_here = self._sent_here(identity, bytes(data)) if ours else None
        sender, cause = ("", None) if sent_here is None else (sent_here.sender, sent_here.cause)
        seq = cause
        if self._journal is not None:
            flags = "x" if extended else ""
            if message.is_fd:
                flags += "fb" if message.bitrate_switch else "f"
            seen = FrameSeen(self.bus, identifier, flags, data.hex(), sender)
            seq = self._journal.write(seen, cause, t_ns)
        if self._hearers.need(identity):
            if self._journal is None:
                seq = self._because(identity, sender, cause)
            self._hearers.hand_on(Reception(from_message(message), t_ns, seq), identity)

    def _sent_here(self, identity: int, data: bytes) -> Run | None:
        """Return who sent a frame, and why, of a message that this process sends."""
        found = self._causes.find(identity, data)
        if found is None and self._journal is not None:  # else the other side tells
            self._health.rival(identity)
        return found

    # ── what others than the loop send ────────────────────────────────────────────────────

    def way_out(self, node: str) -> Outgoing | None:
        """Return what sends for a node aside from the loop; None: only the loop may."""
        return None if self._closed or node in self._hearers.cut else self.out

    def _went(self, each: Sent) -> None:
        """Take a frame that was sent here, by the loop or by the thread."""
        self._dispatch(each.frame, each.node, each.cause, each.t_ns)

    @property
    def kernel_cyclic(self) -> bool:
        """Whether the kernel sends cyclic messages here."""
        return self._traits.kernel_cyclic

    def begin_in_kernel(
        self, cyclic: "KernelCyclic", identity: int, messages: list[can.Message], period_s: float
    ) -> can.ModifiableCyclicTaskABC | None:
        """Let the kernel send messages in turn; return what changes and stops that."""
        if self._channel is None or self._closed:
            return None
        self._in_kernel[identity] = cyclic
        try:
            task = self._channel.send_periodic(messages, period_s, store_task=False)
        except (can.CanError, OSError) as error:
            self._health.sending_failed(error)
            return None
        return task if isinstance(task, can.ModifiableCyclicTaskABC) else None

    def take_in(self) -> None:
        """Take what has come by now, as before counting what the kernel has sent."""
        if self._receiver is not None:
            self._receiver.take_in()

    def stand(self, node: str, frame: Frame, cause: int | None) -> None:
        """Let the other side know for whom the kernel sends a message from now on, and why."""
        self._causes.stand(node, frame, cause)

    def passed(self, node: str, frame: Frame, cause: int | None, t_ns: int) -> None:
        """Take a frame that did not go out here: the kernel has sent it, or there is no outside."""
        self._watches.offer(frame.identity, frame.data, t_ns)
        self._dispatch(frame, node, cause, t_ns)

    def _refresh_cyclic(self) -> None:
        """Have what others than the loop send asked again who may send it."""
        aside = self.out.cyclic if self.out is not None else ()
        for cyclic in (*self._in_kernel.values(), *aside):
            cyclic.refresh()

    # ── on this side ──────────────────────────────────────────────────────────────────────

    def _dispatch(self, frame: Frame, sender: str, cause: int | None, t_ns: int) -> None:
        """Take a frame that a node of this side has sent."""
        self.frame_count += 1
        self.last_activity_ns = t_ns
        identity = frame.identity
        if self._journal is not None:
            seen = FrameSeen(self.bus, frame.identifier, frame.flags, frame.data.hex(), sender)
            seq: int | None = self._journal.write(seen, cause, t_ns)
        else:
            seq = self._because(identity, sender, cause)
        self._hearers.hand_on(Reception(frame, t_ns, seq, sender), identity)

    def _because(self, identity: int, sender: str, cause: int | None) -> int | None:
        """Return the entry to name as the cause of what units here do on hearing a frame."""
        if self._acted_on is None or not self._hearers.want(identity):
            return cause
        return self._acted_on.because(identity, sender, cause)

    def listen(self, node: str, identifiers: Sequence[int] | None, on_frame: OnFrame) -> Stop:
        """Call `on_frame` for frames with these identifiers (None: all)."""
        return self._hearers.add(node, identifiers, on_frame)

    def watch(self, identity: int) -> Watch:
        """Return what comes of a message from now on, for another thread than the loop's.

        What is on its way to the journal is in `pending`: look there, and then in the journal.
        """
        queue, close = self._watches.add(identity)
        ways = [way for way in (self._receiver, self.out) if way is not None]
        pending = sorted(itertools.chain.from_iterable(way.pending(identity) for way in ways))
        return Watch(queue, pending, close)

    def worst_lateness_ns(self) -> int:
        """Return how late a cyclic frame was sent at worst since the last call."""
        return 0 if self.out is None else self.out.worst_lateness_ns()

    def flush(self) -> None:
        """Have the loop take at once what has come, before who calls asks it anything."""
        if self._receiver is not None:
            self._receiver.flush()

    def close(self) -> None:
        """Stop receiving, write down how it went, and close the interface."""
        if self._closed:
            return
        if self.out is not None:
            self.out.close()
        if self._receiver is not None:
            self._receiver.close()
        self._closed = True
        if self._channel is not None:
            self._look_for_drops()
            self._health.close(self._stamps)
            self._channel.shutdown()
