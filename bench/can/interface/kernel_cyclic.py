"""A cyclic message that the kernel sends: SocketCAN's broadcast manager.

It keeps its period whatever this process is busy with. What it has sent comes back through the
kernel's local loopback with its time stamp, so the recording holds when each frame really went.
"""

from collections.abc import Sequence
from dataclasses import replace

import can

from bench.can.frame import Frame
from bench.can.interface.timed_cyclic import TimedCyclic

MOST_PAYLOADS = 256  # linux/can/bcm.h: MAX_NFRAMES


class KernelCyclic(TimedCyclic):
    """Sent by the kernel, unless a fault changes it: then frame by frame, as elsewhere.

    The payloads go to the kernel together, which sends them in turn: so counters and CRCs change
    from frame to frame there, too.
    """

    _task: "can.ModifiableCyclicTaskABC | None" = None
    _count = 0  # how many payloads the kernel has
    _first = 0  # the place of the payload with which the kernel began

    def heard(self, frame: Frame, t_ns: int) -> None:
        """Take note of a frame that the kernel has sent."""
        self.place += 1
        self._bus.tampering.note(self._identity, frame.data)
        self._bus.passed(self._node, frame, self._cause, t_ns)

    def refresh(self) -> None:
        """Ask again what faults make of it: the kernel sends only what nobody changes."""
        super().refresh()
        self._hand_over()

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """Send these payloads from the next frame on."""
        super().update(table, cause)
        self._hand_over()

    def stop(self) -> None:
        """Send it no more."""
        self._take_back()
        super().stop()

    def _send(self) -> None:
        if self._kernel_may():
            self._begin()
        else:
            super()._send()

    def _kernel_may(self) -> bool:
        untouched = not self._tampers and not self._bus.is_cut(self._node)
        return untouched and len(self._table) <= MOST_PAYLOADS

    def _messages(self) -> list[can.Message]:
        """Return the payloads as the kernel is to send them, beginning where it began."""
        begin = self._first % len(self._table)
        payloads = self._table[begin:] + self._table[:begin]
        return [replace(self._frame, data=data).message() for data in payloads]

    def _begin(self) -> None:
        self._first = self.place
        messages = self._messages()
        self._task = self._bus.begin_in_kernel(self, self._identity, messages, self._period_s)
        self._count = len(messages)
        self._bus.stand(self._node, self._frame, self._cause)

    def _hand_over(self) -> None:
        """Let what is being sent follow what has changed."""
        if self._task is None:
            return
        if self._kernel_may() and len(self._table) == self._count:
            self._task.modify_data(self._messages())
            self._bus.stand(self._node, self._frame, self._cause)
        else:
            self._take_back()
            self._due_s = self._loop.time() + self._period_s
            self._schedule()

    def _take_back(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.stop()
            self._bus.take_in()  # so that the next one goes on with the right counter
