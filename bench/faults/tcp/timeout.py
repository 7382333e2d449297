"""Connections that carry nothing, and end after a while."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.dead_end import DeadEnd
from bench.faults.deadline import Deadline
from bench.faults.on_streams import OnStreams
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import Direction, Stage
from bench.units import Seconds


@dataclass(frozen=True)
class Timeout(OnStreams):
    """Nothing gets through, and after a while the connection is closed in order.

    As a middlebox does that has lost its way and tidies up; until then neither side learns that the
    other has closed. In Toxiproxy's timeout each chunk
    begins the while anew, so that a party that goes on talking is never cut off; here it begins
    with the connection, or with the fault for one that is open. Connections of which something
    was lost are reset with the clearing, so nobody takes it for delivered.

    Attributes:
        after_s: how long a connection lives (0: until the fault is cleared).
    """

    must: ClassVar[str] = "have a deadline of its own, and connect again"
    shown_by: ClassVar[str] = "Toxiproxy's timeout; balancers that close what has no back-end"

    after_s: Seconds = 5.0

    def stage(self, connection: Connection, direction: Direction, injection: Injection) -> Stage:
        """Return what stops a link, and ends its connections."""
        return _Dying(connection, direction, injection, self.after_s)


class _Dying(DeadEnd):
    def __init__(
        self, connection: Connection, direction: Direction, injection: Injection, after_s: float
    ) -> None:
        super().__init__(connection, direction, injection)
        self.lost = self.ended = False
        loop = connection.link.loop
        self.deadline = Deadline(loop, after_s, self._end) if after_s else None

    def chunk(self, data: bytes) -> None:
        self.lost = True
        super().chunk(data)

    def eof(self) -> None:
        self.ended = True  # told when the while is over

    def release(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
        if self.lost:
            super().release()
        elif self.ended:
            self.after.eof()

    def succeed(self, before: Stage) -> None:
        if isinstance(before, _Dying):
            self.lost, self.ended = before.lost, before.ended
            if self.deadline is not None and before.deadline is not None:
                self.deadline.succeed(before.deadline)
            elif before.deadline is not None:
                before.deadline.cancel()
        super().succeed(before)

    def _end(self) -> None:
        if not self._connection.near.is_closing():
            self._injection.met(self._connection.name, f"connection closed {self._direction}")
        self._connection.ends_whole = True
        self.after.eof()
