"""Connections end after so many bytes."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge

from bench.faults.on_streams import OnStreams
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import Direction, Stage


@dataclass(frozen=True)
class LimitData(OnStreams):
    """A connection is closed in order once so many bytes have passed, in the middle of an answer.

    What is behind them is lost. Of a connection that is open already, bytes are counted from the
    arming on.

    Attributes:
        after_bytes: 1000 is past the cloud's part of a TLS handshake with the bench's own parties
            (about 0.8 kB); one with a post-quantum key share takes 1.2 kB more.
        direction: which way bytes are counted: "up" (to the cloud), "down" or "both", each.
    """

    must: ClassVar[str] = "take an answer that is cut off for none, and repeat under the same id"
    shown_by: ClassVar[str] = "Toxiproxy's limit_data; proxies that cap what a connection may carry"

    after_bytes: Annotated[int, Ge(0)] = 1000
    direction: Literal["up", "down", "both"] = "down"

    def stage(self, connection: Connection, direction: Direction, injection: Injection) -> Stage:
        """Return what counts the bytes of a connection."""
        return _Counted(connection, direction, injection, self.after_bytes)


class _Counted(Stage):
    def __init__(
        self, connection: Connection, direction: Direction, injection: Injection, limit: int
    ) -> None:
        self._connection, self._injection, self._limit = connection, injection, limit
        self._what = f"connection closed {direction}"
        self.passed = 0
        self.over = False

    def chunk(self, data: bytes) -> None:
        if self.over:
            return
        passes = data[: max(0, self._limit - self.passed)]
        if passes:
            self.passed += len(passes)
            self.after.chunk(passes)
        if self.passed >= self._limit:
            self.over = True
            self._injection.met(self._connection.name, self._what)
            self._connection.ends_whole = True
            self.after.eof()

    def eof(self) -> None:
        if not self.over:
            self.after.eof()

    def succeed(self, before: Stage) -> None:
        if isinstance(before, _Counted):
            self.passed, self.over = before.passed, before.over
        super().succeed(before)
