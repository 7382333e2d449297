"""A toxic that acts on some of a link's connections only, or on one of their directions."""

from collections.abc import Callable
from typing import Literal

from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.toxic import Direction, Stage, Toxic


class OnChosen(Toxic):
    """Lets another toxic act where it is asked to.

    Args:
        inner: what acts.
        takes: whether a connection is chosen; the answer for one is always the same. It is asked
            about connections only that the inner toxic would act on.
        only: the direction that is met ("both": each).
    """

    def __init__(
        self,
        inner: Toxic,
        takes: Callable[[Connection], bool],
        only: Direction | Literal["both"] = "both",
    ) -> None:
        self._inner, self._takes, self._only = inner, takes, only

    def on_added(self, link: Link) -> None:
        """Let it act on the link."""
        self._inner.on_added(link)

    def on_removed(self, link: Link) -> None:
        """Let it undo that."""
        self._inner.on_removed(link)

    def on_accepted(self, connection: Connection) -> None:
        """Let it act on a connection that is chosen."""
        if self.concerns(connection):
            self._inner.on_accepted(connection)

    def concerns(self, connection: Connection) -> bool:
        """Whether it would act on a connection, and that is chosen."""
        return self._inner.concerns(connection) and self._takes(connection)

    def stage(self, connection: Connection, direction: Direction) -> Stage | None:
        """Return its step where it is to act, else none."""
        if self._only not in {direction, "both"} or not self.concerns(connection):
            return None
        return self._inner.stage(connection, direction)
