"""The simulated bus as a python-can bus: its tools (Notifier, loggers, ISO-TP) work on it."""

import itertools
from collections import deque
from collections.abc import Sequence
from typing import Any

import can
from can.broadcastmanager import LimitedDurationCyclicSendTaskABC, ModifiableCyclicTaskABC

from bench.can.frame import Reception, from_message
from bench.can.medium import Cyclic, Medium
from bench.units import NS_PER_S

_DESCRIPTORS = itertools.count(1 << 20)  # far above real ones


class SimulatedBus(can.BusABC):
    """One more node on a simulated bus, spoken to through python-can's interface.

    Outside the loop, `recv` lets simulated time pass until a message comes or the time-out is
    over. Inside, it returns what has come (a `can.Notifier` on the loop does that).

    Args:
        medium: the simulated bus.
        node: this node's name in recordings.
    """

    def __init__(self, medium: Medium, node: str = "python-can", **kwargs: Any) -> None:
        self._medium, self._port = medium, medium.port(node)
        self._node = node
        self._received: deque[can.Message] = deque()
        self._descriptor = next(_DESCRIPTORS)
        self._sent: list[tuple[int, bytes]] = []
        self.channel_info = f"simulated bus {medium.bus}"
        self._can_protocol = can.CanProtocol.CAN_FD
        self._stop = self._port.listen(None, self._on_frame, every=True)
        super().__init__(channel=medium.bus, **kwargs)

    def fileno(self) -> int:
        """Return a made-up descriptor that the simulated loop knows."""
        return self._descriptor

    def send(self, msg: can.Message, timeout: float | None = None) -> None:
        """Queue a message; its frame goes when it wins the wire."""
        del timeout
        frame = from_message(msg)
        self._sent.append((frame.identifier, frame.data))
        self._port.send(frame, None)

    def _on_frame(self, reception: Reception) -> None:
        frame = reception.frame
        own = (frame.identifier, frame.data)
        if own in self._sent:  # a controller does not receive its own frames
            self._sent.remove(own)
            return
        message = frame.message(reception.t_ns / NS_PER_S, self._medium.bus)
        self._received.append(message)
        self._medium.loop.readable(self._descriptor)

    def recv(self, timeout: float | None = None) -> can.Message | None:
        """Return the next message that passes the filters; None when `timeout` is over.

        python-can's own `recv` counts the computer's time; here it is the simulated one.
        """
        loop = self._medium.loop
        deadline_s = None if timeout is None else loop.time() + timeout
        while True:
            while self._received:
                message = self._received.popleft()
                if self._matches_filters(message):
                    return message
            left_s = None if deadline_s is None else deadline_s - loop.time()
            if loop.is_running() or (left_s is not None and left_s <= 0):
                return None
            self._let_time_pass(left_s)

    def _let_time_pass(self, timeout: float | None) -> None:
        loop = self._medium.loop
        arrived = loop.create_future()

        def on_frame(_reception: Reception) -> None:
            if not arrived.done() and self._received:
                arrived.set_result(None)

        stop = self._port.listen(None, on_frame, every=True)
        handle = None if timeout is None else loop.call_later(timeout, _finish, arrived)
        loop.run_until_complete(arrived)
        stop()
        if handle is not None:
            handle.cancel()

    def _send_periodic_internal(
        self,
        msgs: "Sequence[can.Message] | can.Message",
        period: float,
        duration: float | None = None,
        autostart: bool = True,
        modifier_callback: Any = None,
    ) -> "SimulatedCyclicTask":
        """Send periodically on simulated time, without a thread."""
        if modifier_callback is not None:
            raise NotImplementedError("modifier_callback: give all messages of a period instead")
        task = SimulatedCyclicTask(self, msgs, period, duration)
        if autostart:
            task.start()
        return task

    def shutdown(self) -> None:
        """Leave the bus."""
        super().shutdown()
        self._stop()


class SimulatedCyclicTask(LimitedDurationCyclicSendTaskABC, ModifiableCyclicTaskABC):
    """A message that is sent periodically on simulated time."""

    def __init__(
        self, bus: SimulatedBus, messages: Any, period: float, duration: float | None
    ) -> None:
        super().__init__(messages, period, duration)
        self._bus = bus
        self._cyclic: Cyclic | None = None

    def start(self) -> None:
        """Begin to send."""
        frames = [from_message(message) for message in self.messages]
        table = [frame.data for frame in frames]
        port = self._bus._port  # noqa: SLF001 the task is the bus's own
        self._cyclic = port.cyclic(frames[0], table, period_s=self.period, cause=None)
        if self.duration is not None:
            self._bus._medium.loop.call_later(self.duration, self.stop)  # noqa: SLF001

    def stop(self) -> None:
        """Send no more."""
        if self._cyclic is not None:
            self._cyclic.stop()
            self._cyclic = None

    def modify_data(self, messages: Any) -> None:
        """Change the data of what is being sent."""
        self.messages = self._check_and_convert_messages(messages)
        if self._cyclic is not None:
            self._cyclic.update([bytes(m.data) for m in self.messages], None)


def _finish(future: Any) -> None:
    if not future.done():
        future.set_result(None)
