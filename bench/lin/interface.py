"""A LIN bus in real time: a python-can interface that carries LIN as sllin does.

Tried on the device: no. The simulated side (`bench.lin.twin`) speaks the same convention over
python-can's virtual interface, so this code is exercised as it would be by the real driver.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

import can

from bench.can.frame import Frame
from bench.can.interface.health import InterfaceHealth
from bench.can.interface.receiver import Receiver
from bench.can.interface.time_stamps import ByArrival
from bench.can.interface.traits import Traits
from bench.can.watches import Watches
from bench.events import BenchFault, FrameSeen
from bench.journal import Journal
from bench.lin import sllin
from bench.lin.errors_seen import ErrorsSeen
from bench.lin.ldf import Description
from bench.lin.port import LinPort, Listeners
from bench.lin.publication import Publication

MOST_ASKED = 64


class LinInterface:
    """The bench's connection to a LIN bus.

    Args:
        bus: its name.
        channel: python-can's bus.
        description: what the bus carries.
        journal: where frames and errors are recorded.
        bitrate: bits per second, as the driver was loaded with.
        traits: what is particular about the interface.
    """

    def __init__(
        self,
        bus: str,
        channel: can.BusABC,
        description: Description,
        journal: Journal,
        *,
        bitrate: int,
        traits: Traits | None = None,
    ) -> None:
        self.bus, self.bitrate = bus, bitrate
        self.frame_count, self.last_activity_ns = 0, -1
        self.listeners = Listeners()
        self._channel, self._journal, self._description = channel, journal, description
        self.errors = ErrorsSeen(bus, journal)
        self._loop = asyncio.get_running_loop()
        self._answers: dict[int, Publication] = {}
        # headers whose responses are awaited: the driver works them off one after the other, and
        # waits longer for a missing response (24 characters) than a slot may last
        self._asked: deque[int] = deque(maxlen=MOST_ASKED)
        self._foreign = False
        self._health = InterfaceHealth(bus, "bench", journal, tells_of_bus=False)
        stamps = traits.stamps if traits is not None else None
        self._stamps = stamps or ByArrival(journal.now_ns)
        self._receiver = Receiver(
            channel, self._loop, bench_ns=self._stamps.bench_ns, on_message=self._receive,
            on_failure=self._health.receiving_failed, watches=Watches(),
        )  # fmt: skip
        for message in description.messages:  # the driver checks lengths and checksums by this
            self._set_up(message.frame_id, bytes(message.length), answers=False)

    def port(self, node: str) -> LinPort:
        """Return a node's connection."""
        return LinPort(self, node)

    # ── to the driver ─────────────────────────────────────────────────────────────────────

    def publish(
        self, node: str, identifier: int, table: Sequence[bytes], cause: int | None, *, once: bool
    ) -> Publication:
        """Have the driver answer headers with this identifier from now on."""
        made = Publication(node, identifier, table, cause, once=once, changed=self._changed)
        self._answers[identifier] = made
        self._changed(made)
        return made

    def _changed(self, publication: Publication) -> None:
        if self._answers.get(publication.identifier) is not publication:
            return
        if publication.stopped:
            del self._answers[publication.identifier]
        self._set_up(
            publication.identifier, publication.data,
            answers=not publication.stopped, once=publication.once,
        )  # fmt: skip

    def _set_up(self, identifier: int, data: bytes, *, answers: bool, once: bool = False) -> None:
        enhanced = identifier not in self._description.classic
        self._send(sllin.setup(identifier, data, answers=answers, enhanced=enhanced, once=once))

    def header(self, identifier: int, node: str = "") -> None:
        """Have the driver send a header (it has to run as the master)."""
        del node
        self._asked.append(identifier)
        self._send(sllin.header(identifier))

    def _send(self, message: can.Message) -> None:
        try:
            self._channel.send(message)
        except (can.CanError, OSError) as error:
            self._health.sending_failed(error)
            return
        self._health.sent()

    # ── from the driver ───────────────────────────────────────────────────────────────────

    def _receive(self, message: can.Message, t_ns: int) -> None:
        kind = sllin.kind_of(message)
        if kind == "frame":
            self._frame(Frame(message.arbitration_id, bytes(message.data)), t_ns)
        elif kind == "header":
            if self._asked:  # as a slave, the driver is silent about that
                self.errors.error(self._asked.popleft(), "", "no_response")
            self._asked.append(message.arbitration_id)
        elif kind == "error":
            asked = self._asked.popleft() if self._asked else -1
            self.last_activity_ns = t_ns
            self.errors.error(asked, "", sllin.error_of(message))
        elif kind == "foreign" and not self._foreign:
            self._foreign = True
            self._journal.write(BenchFault(
                f"lin.{self.bus}",
                f"0x{message.arbitration_id:X} is no LIN identifier (0 to 0x3F): is this channel a "
                "CAN bus?",
            ))  # fmt: skip

    def _frame(self, frame: Frame, t_ns: int) -> None:
        if frame.identifier in self._asked:
            while self._asked.popleft() != frame.identifier:
                pass
        self.errors.answered(frame.identifier)
        self.frame_count += 1
        self.last_activity_ns = t_ns
        answer = self._answers.get(frame.identifier)
        own = answer is not None and answer.data == frame.data
        sender, cause = (answer.node, answer.cause) if answer and own else ("", None)
        seen = FrameSeen(self.bus, frame.identifier, "", frame.data.hex(), sender)
        seq = self._journal.write(seen, cause, t_ns)
        self.listeners.hand_on(frame, t_ns, seq, sender, self._loop.call_soon)
        if answer and own:
            answer.sent()

    def flush(self) -> None:
        """Have the loop take at once what has come."""
        self._receiver.flush()

    def close(self) -> None:
        """Stop answering and receiving, and close the interface."""
        for answer in tuple(self._answers.values()):
            answer.stop()
        self._receiver.close()
        self._health.close(self._stamps)
        self._channel.shutdown()
