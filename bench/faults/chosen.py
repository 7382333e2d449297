"""A toxic that acts on some of a link's connections only."""

from weakref import WeakKeyDictionary

from bench.faults.sample import Sample
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.toxic import Direction, Stage, Toxic


class Chosen:
    """Which connections a fault meets: drawn once for each.

    Args:
        sample: how many of them.
        injection: whose random stream decides.
    """

    def __init__(self, sample: Sample, injection: Injection) -> None:
        self._sample, self._injection = sample, injection
        self._count = 0
        self._drawn: WeakKeyDictionary[Connection, bool] = WeakKeyDictionary()

    def takes(self, connection: Connection) -> bool:
        """Whether a connection is one of them."""
        if connection not in self._drawn:
            taken = self._drawn[connection] = self._sample.takes(self._injection, self._count)
            self._count += taken
        return self._drawn[connection]


class OnChosen(Toxic):
    """Lets another toxic act on the connections that are chosen."""

    def __init__(self, inner: Toxic, chosen: Chosen) -> None:
        self._inner, self._chosen = inner, chosen

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
        return self._inner.concerns(connection) and self._chosen.takes(connection)

    def stage(self, connection: Connection, direction: Direction) -> Stage | None:
        """Return its step for a connection that is chosen."""
        return self._inner.stage(connection, direction) if self.concerns(connection) else None
