"""A toxic on one stream of a link, and on a share of its connections."""

from collections.abc import Callable
from typing import Literal

from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.toxic import Direction, Stage, Toxic

Stream = Literal["upstream", "downstream", "both"]
_STREAMS: dict[Direction, Stream] = {"up": "upstream", "down": "downstream"}


class Sieve(Toxic):
    """Lets another toxic act where it is asked to.

    Args:
        inner: what acts.
        stream: on which direction.
        toxicity: on which share of the connections.
        draw: a number from 0 to 1 for a connection: always the same one. So a connection is hit or
            spared once for all, in both directions, and a greater toxicity only adds to those hit.
    """

    def __init__(
        self, inner: Toxic, stream: Stream, toxicity: float, draw: Callable[[Connection], float]
    ) -> None:
        self._inner, self._stream = inner, stream
        self._toxicity, self._draw = toxicity, draw

    def on_added(self, link: Link) -> None:
        """Let it act on the link."""
        self._inner.on_added(link)

    def on_removed(self, link: Link) -> None:
        """Let it undo that."""
        self._inner.on_removed(link)

    def on_accepted(self, connection: Connection) -> None:
        """Let it act on a connection that it is to hit."""
        if self._hits(connection):
            self._inner.on_accepted(connection)

    def stage(self, connection: Connection, direction: Direction) -> Stage | None:
        """Return its step where it is to act, else none."""
        if self._stream not in {_STREAMS[direction], "both"} or not self._hits(connection):
            return None
        return self._inner.stage(connection, direction)

    def _hits(self, connection: Connection) -> bool:
        return self._toxicity >= 1 or self._draw(connection) < self._toxicity
