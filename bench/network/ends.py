"""The two ends of a relayed connection, as asyncio's protocols."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from bench.network.connection import Connection


class NearEnd(asyncio.Protocol):
    """The side of a relayed connection that the party sees."""

    def __init__(self, accept: "Callable[[asyncio.Transport], Connection]") -> None:
        self._accept = accept
        self._connection: Connection | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to relay."""
        self._connection = self._accept(cast("asyncio.Transport", transport))  # of a stream

    def data_received(self, data: bytes) -> None:
        """Take bytes from the party."""
        if self._connection is not None:
            self._connection.pipes["up"].feed(data)

    def eof_received(self) -> bool:
        """Take the party's FIN; keep the other direction open."""
        if self._connection is not None:
            self._connection.pipes["up"].feed_eof()
        return True

    def pause_writing(self) -> None:
        """Stop reading from the cloud while the party does not read."""
        if self._connection is not None:
            self._connection.hold_back("down", self)

    def resume_writing(self) -> None:
        """Read from the cloud again."""
        if self._connection is not None:
            self._connection.let_on("down", self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the party's side."""
        if self._connection is not None:
            self._connection.on_lost(exc, near=True)


class FarEnd(asyncio.Protocol):
    """The side of a relayed connection that the cloud sees."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what came early."""
        self._connection.on_far(cast("asyncio.Transport", transport))  # of a stream

    def data_received(self, data: bytes) -> None:
        """Take bytes from the cloud."""
        self._connection.pipes["down"].feed(data)

    def eof_received(self) -> bool:
        """Take the cloud's FIN; keep the other direction open."""
        self._connection.pipes["down"].feed_eof()
        return True

    def pause_writing(self) -> None:
        """Stop reading from the party while the cloud does not read."""
        self._connection.hold_back("up", self)

    def resume_writing(self) -> None:
        """Read from the party again."""
        self._connection.let_on("up", self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the cloud's side."""
        self._connection.on_lost(exc, near=False)
