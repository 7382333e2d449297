"""Connections that lead nowhere: what faults that lose a connection's far end have in common."""

from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import Direction, Stage


class DeadEnd(Stage):
    """Takes everything and hands nothing on, not even the end.

    Whoever is at the end of such a connection holds what it sent for unacknowledged. When this is
    taken out, the connection is reset, so nobody takes what was lost for delivered.

    Args:
        connection: which.
        direction: one of its directions.
        injection: counts what is lost.
    """

    def __init__(self, connection: Connection, direction: Direction, injection: Injection) -> None:
        self._connection, self._direction = connection, direction
        self._injection = injection

    def chunk(self, data: bytes) -> None:
        """Lose bytes."""
        del data
        self._injection.met(self._connection.name, f"unanswered {self._direction}")

    def eof(self) -> None:
        """Lose the end."""

    def release(self) -> None:
        """Answer as a host does that has never heard of the connection."""
        self._connection.reset("both")

    def succeed(self, before: Stage) -> None:
        """Go on being silent after another silence: nobody has to be told yet."""
        if not isinstance(before, DeadEnd):
            super().succeed(before)
