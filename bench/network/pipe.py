"""What the bytes of one direction of a connection pass through: stages, then a socket."""

import asyncio
import contextlib
import itertools
from typing import TYPE_CHECKING

from bench.network.toxic import DelayStage, Direction, Stage, Toxic

if TYPE_CHECKING:
    from bench.network.connection import Connection


class Pipe:
    """One direction of one connection: the stages, then the far side's transport."""

    def __init__(self, connection: "Connection", direction: Direction) -> None:
        self._connection = connection
        self._sink = _Sink(connection, direction)
        delay_s = connection.link.delay_s
        own = DelayStage(connection, direction, lambda: delay_s)
        self._own: list[Stage] = [own] if delay_s else []
        self._stages: dict[Toxic, Stage] = {}
        self._direction = direction
        self._first: Stage = self._sink
        self._join()
        for toxic in connection.link.toxics:
            self.add(toxic)

    def feed(self, data: bytes) -> None:
        """Take bytes from the near side of this direction."""
        link = self._connection.link
        self._connection.fed_s = link.loop.time()
        if self._direction == "up":
            link.taken_up_bytes += len(data)
        else:
            link.taken_down_bytes += len(data)
        self._first.chunk(data)

    def feed_eof(self) -> None:
        """Take the end of this direction."""
        self._first.eof()

    def add(self, toxic: Toxic) -> None:
        """Let a toxic add its stage behind those that are there."""
        stage = toxic.stage(self._connection, self._direction)
        if stage is not None:
            self._stages[toxic] = stage
            self._join()

    def remove(self, toxic: Toxic) -> None:
        """Take a toxic's stage out; it hands on what it holds to those behind it."""
        stage = self._stages.pop(toxic, None)
        if stage is not None:
            self._join()
            stage.release()

    def replace(self, old: Toxic, new: Toxic) -> None:
        """Put a toxic's stage in the place of another's, to which it succeeds."""
        before = self._stages.pop(old, None)
        stage = new.stage(self._connection, self._direction)
        found = self._stages if stage is None else {**self._stages, new: stage}
        toxics = self._connection.link.toxics
        self._stages = {toxic: found[toxic] for toxic in toxics if toxic in found}
        self._join()
        if before is not None:
            before.release() if stage is None else stage.succeed(before)

    def _join(self) -> None:
        stages = [*self._own, *self._stages.values(), self._sink]
        for stage, after in itertools.pairwise(stages):
            stage.after = after
        self._first = stages[0]


class _Sink(Stage):
    """The end of a pipe: writes to the transport of the receiving side."""

    def __init__(self, connection: "Connection", direction: Direction) -> None:
        self._connection = connection
        self._up = direction == "up"

    def chunk(self, data: bytes) -> None:
        """Write bytes, or keep them while the far side is not connected yet."""
        connection = self._connection
        if self._up:
            connection.up_bytes += len(data)
            connection.flight.feed(data)
            connection.link.up_bytes += len(data)
        else:
            connection.down_bytes += len(data)
            connection.link.down_bytes += len(data)
        transport = connection.far if self._up else connection.near
        if transport is None:
            connection.early.append(data)
        elif not transport.is_closing():
            transport.write(data)

    def eof(self) -> None:
        """Close this direction at the receiving side."""
        connection = self._connection
        transport = connection.far if self._up else connection.near
        if transport is None:
            connection.early.append(None)
        elif not transport.is_closing():
            half_close(transport)
        connection.ended(up=self._up)


def half_close(transport: asyncio.Transport) -> None:
    """Send FIN, unless a RST that the loop has not read yet was there first."""
    with contextlib.suppress(OSError):  # ENOTCONN: connection_lost tells of the reset, next
        transport.write_eof()
