"""The simulated bus as a python-can bus: its tools (Notifier, loggers, ISO-TP) work on it."""

import asyncio
import itertools
from collections import deque
from collections.abc import Sequence
from typing import Any

import can
from can.broadcastmanager import LimitedDurationCyclicSendTaskABC, ModifiableCyclicTaskABC

from bench.can.error_frames import encode, python_can_state
from bench.can.frame import Reception, from_message
from bench.can.simulated.cyclic import MediumCyclic
from bench.can.simulated.medium import Medium
from bench.can.simulated.port import MediumPort
from bench.clock.simulated_loop import SimulatedLoop
from bench.events import ErrorSeen
from bench.units import NS_PER_S

MOST, MOST_FD = 8, 64  # bytes in a frame
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
        self._node = medium.free_name(node)
        self._medium, self._port = medium, medium.port(self._node)
        self._received: deque[can.Message] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._descriptor = next(_DESCRIPTORS)
        self.channel_info = f"simulated bus {medium.bus}"
        self._can_protocol = can.CanProtocol.CAN_FD
        self._stop = self._port.listen(None, self._on_frame, every=True)
        self._stop_errors = medium.nodes.watch(self._on_error)
        super().__init__(channel=medium.bus, **kwargs)

    def fileno(self) -> int:
        """Return a made-up descriptor that the simulated loop knows."""
        return self._descriptor

    @property
    def state(self) -> can.BusState:
        """The state of this node's controller: ACTIVE, PASSIVE, or ERROR when it is bus-off."""
        return python_can_state(self._port.controller.state)

    @state.setter
    def state(self, new_state: can.BusState) -> None:
        """Refuse: a controller's state is what its error counters make it."""
        raise NotImplementedError(f"{new_state}: the error counters decide the state")

    def send(self, msg: can.Message, timeout: float | None = None) -> None:
        """Queue a message; its frame goes when it wins the wire.

        An error frame is not queued: it destroys what is on the wire now, or else the next frame.

        Raises:
            can.CanOperationError: this node is bus-off, or no frame is as long as the message.
        """
        del timeout
        if len(msg.data) > (MOST_FD if msg.is_fd else MOST):
            raise can.CanOperationError(
                f"{self.channel_info}: no frame carries {len(msg.data)} bytes"
                + ("" if msg.is_fd else f" without FD: {MOST} at most")
            )
        if self._port.controller.off:
            raise can.CanOperationError(f"{self.channel_info}: {self._node} is bus-off")
        if msg.is_error_frame:
            self._medium.inject_error(self._node)
        else:
            self._port.send(from_message(msg), None)

    def _on_frame(self, reception: Reception) -> None:
        if reception.sender == self._node:  # a controller does not receive its own frames
            return
        t_s = reception.t_ns / NS_PER_S
        self._arrived(reception.frame.message(t_s, self._medium.bus))

    def _on_error(self, seen: ErrorSeen, t_ns: int) -> None:
        own = self._port.controller
        if own.cut is None:
            self._arrived(encode(seen.what, own.state, own.tec, own.rec, t_ns / NS_PER_S))

    def _arrived(self, message: can.Message) -> None:
        self._received.append(message)
        self._medium.loop.readable(self._descriptor)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

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
        self._waiter = loop.create_future()
        handle = None if timeout is None else loop.call_later(timeout, _finish, self._waiter)
        loop.run_until_complete(self._waiter)
        self._waiter = None
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
        task = SimulatedCyclicTask(self._port, self._medium.loop, msgs, period, duration)
        if autostart:
            task.start()
        return task

    def shutdown(self) -> None:
        """Leave the bus."""
        super().shutdown()
        self._stop()
        self._stop_errors()


class SimulatedCyclicTask(LimitedDurationCyclicSendTaskABC, ModifiableCyclicTaskABC):
    """A message that is sent periodically on simulated time."""

    def __init__(
        self,
        port: MediumPort,
        loop: SimulatedLoop,
        messages: Any,
        period: float,
        duration: float | None,
    ) -> None:
        super().__init__(messages, period, duration)
        self._port, self._loop = port, loop
        self._cyclic: MediumCyclic | None = None

    def start(self) -> None:
        """Begin to send."""
        frames = [from_message(message) for message in self.messages]
        table = [frame.data for frame in frames]
        self._cyclic = self._port.cyclic(frames[0], table, period_s=self.period, cause=None)
        if self.duration is not None:
            self._loop.call_later(self.duration, self.stop)

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
