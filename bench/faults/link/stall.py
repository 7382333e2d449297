"""Packets are lost."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge

from bench.faults.on_links import OnLinks
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import DelayStage, Direction, Stage, Staging, Toxic
from bench.units import Positive, Share

MOST_S = 60.0  # RFC 6298 §2.5: a maximum of the time-out of at least 60 s


@dataclass(frozen=True)
class Stall(OnLinks):
    """Packets are lost, so what they carried comes late: TCP sends it again and loses nothing.

    A lost chunk comes after the retransmission time-out, which doubles while it is lost again;
    all that is behind it waits. Bytes are never dropped out of a stream, as in some tools.

    Attributes:
        share: of the chunks that are lost.
        rto_s: the first retransmission time-out (RFC 6298 §2.1: 1 s).
        most: how often the same chunk is lost at most.
    """

    must: ClassVar[str] = "wait longer than one retransmission before it gives up"
    shown_by: ClassVar[str] = "Toxiproxy issues #87 and #100 ask for loss; RFC 6298"

    share: Share = 0.3
    rto_s: Positive = 1.0
    most: Annotated[int, Ge(1)] = 3

    def toxic(self, injection: Injection) -> Toxic:
        """Return the loss of chunks on a link."""

        def stage(connection: Connection, direction: Direction) -> Stage:
            return DelayStage(
                connection, direction, lambda: self._waits_s(connection, direction, injection)
            )

        return Staging(stage)

    def _waits_s(self, connection: Connection, direction: Direction, injection: Injection) -> float:
        """Draw how long a chunk is late because it was lost, once or again."""
        waits_s, rto_s = 0.0, self.rto_s
        for _ in range(self.most):
            if not injection.hits(self.share):
                break
            injection.met(connection.name, f"chunk lost {direction}")
            waits_s += rto_s
            rto_s = min(2 * rto_s, MOST_S)
        return waits_s
