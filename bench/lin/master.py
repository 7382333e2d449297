"""The master's task: it runs a schedule table, wakes the bus and sends it to sleep."""

import asyncio
from collections.abc import Sequence

from bench.can.frame import Frame
from bench.lin.checksum import MASTER_REQUEST, longest_frame_ns
from bench.lin.ldf import Slot
from bench.lin.port import Line, LinPort
from bench.units import NS_PER_S

GO_TO_SLEEP = b"\x00" + b"\xff" * 7  # LIN 2.2A, 2.6.3


class Master:
    """Runs a schedule table on a line.

    Args:
        line: the bus.
        node: the master's name.
        slots: the table (see `Description.schedule`).
    """

    def __init__(self, line: Line, node: str, slots: Sequence[Slot]) -> None:
        self._line, self._node, self._slots = line, node, tuple(slots)
        self._place = 0
        self._next: asyncio.TimerHandle | None = None
        self._ending = False
        self._loop = asyncio.get_running_loop()

    @property
    def running(self) -> bool:
        """Whether headers are being sent."""
        return self._next is not None

    def start(self, after_s: float = 0.0) -> None:
        """Begin at the table's first slot, also where the bus is being sent to sleep just now."""
        if self._ending:
            self.stop()
        if self._next is None:
            self._place = 0
            self._next = self._loop.call_later(after_s, self._slot)

    def stop(self) -> None:
        """Send no more headers."""
        self._ending = False
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def sleep(self) -> None:
        """Send the command to go to sleep in the next slot, and no more headers."""
        if self._next is None or self._ending:
            return
        self._ending = True
        due_s = self._next.when()
        self._next.cancel()
        self._next = self._loop.call_at(due_s, self._say_sleep)

    def _say_sleep(self) -> None:
        LinPort(self._line, self._node).send(Frame(MASTER_REQUEST, GO_TO_SLEEP), None)
        self._line.header(MASTER_REQUEST, self._node)
        over_s = longest_frame_ns(len(GO_TO_SLEEP), self._line.bitrate) / NS_PER_S
        self._next = self._loop.call_later(over_s, self.stop)

    def _slot(self) -> None:
        slot = self._slots[self._place % len(self._slots)]
        self._place += 1
        self._next = self._loop.call_later(slot.delay_s, self._slot)
        if slot.identifier is not None:
            self._line.header(slot.identifier, self._node)
