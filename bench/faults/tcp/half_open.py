"""Open connections lead nowhere."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.dead_end import DeadEnd
from bench.faults.on_streams import OnStreams
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.toxic import Direction, Stage, Staging, Toxic


@dataclass(frozen=True)
class HalfOpen(OnStreams):
    """Connections that are open go silent without an end; new ones work.

    As if a balancer had been replaced under them. Nobody is told: who waits on such a connection
    for a command waits for ever, unless it asks for signs of life. With the clearing they are
    reset, as by a host that has never heard of them.
    """

    must: ClassVar[str] = "ask for signs of life, take silence for an end, connect again"
    shown_by: ClassVar[str] = (
        "Toxiproxy issue #199; balancers that fail over without a FIN (assumed)"
    )

    def toxic(self, injection: Injection) -> Toxic:
        """Return what silences what is open on a link."""
        return _Silent(self, injection)


class _Silent(Staging):
    def __init__(self, fault: HalfOpen, injection: Injection) -> None:
        super().__init__(self._silence, fault.direction)
        self._injection = injection
        self._open: set[int] = set()

    def on_added(self, link: Link) -> None:
        self._open = set(link.connections)

    def concerns(self, connection: Connection) -> bool:
        return connection.number in self._open

    def _silence(self, connection: Connection, direction: Direction) -> Stage | None:
        if not self.concerns(connection):
            return None
        return DeadEnd(connection, direction, self._injection)
