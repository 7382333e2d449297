"""Packets are lost."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge

from bench.faults.on_streams import OnStreams
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import DelayStage, Direction, Stage
from bench.units import Positive, Share

MOST_S = 60.0  # RFC 6298 §2.5: a maximum of the time-out of at least 60 s


@dataclass(frozen=True)
class Stall(OnStreams):
    """Packets are lost, so what they carried comes late: TCP sends it again and loses nothing.

    A lost chunk comes after the retransmission time-out, which doubles while it is lost again;
    all that is behind it waits. Bytes are never dropped out of a stream, as in some tools.

    Attributes:
        loss: share of the chunks that are lost, each time that they are sent.
        burst: so many chunks in a row are lost at once, where one is.
        rto_s: the first retransmission time-out (RFC 6298 §2.1: 1 s).
        most: how often the same chunk is lost at most.
    """

    must: ClassVar[str] = "wait longer than one retransmission before it gives up"
    shown_by: ClassVar[str] = "Toxiproxy issues #87 and #100 ask for loss; RFC 6298"

    loss: Share = 0.3
    burst: Annotated[int, Ge(1)] = 1
    rto_s: Positive = 1.0
    most: Annotated[int, Ge(1)] = 3

    def stage(self, connection: Connection, direction: Direction, injection: Injection) -> Stage:
        """Return the loss of chunks on a connection."""
        return _Lossy(self, connection, direction, injection)


class _Lossy(DelayStage):
    def __init__(
        self, fault: Stall, connection: Connection, direction: Direction, injection: Injection
    ) -> None:
        super().__init__(connection, direction, self._waits_s)
        self._fault, self._injection = fault, injection
        self._name, self._what = connection.name, f"chunk lost {direction}"
        self._left = 0  # of a burst

    def _waits_s(self) -> float:
        """Draw how long a chunk is late because it was lost, once or again."""
        waits_s, rto_s = 0.0, self._fault.rto_s
        for _ in range(self._fault.most if self._is_lost() else 0):
            self._injection.met(self._name, self._what)
            waits_s += rto_s
            rto_s = min(2 * rto_s, MOST_S)
            if not self._injection.hits(self._fault.loss):
                break
        return waits_s

    def _is_lost(self) -> bool:
        if self._left:
            self._left -= 1
            return True
        lost = self._injection.hits(self._fault.loss)
        self._left = self._fault.burst - 1 if lost else 0
        return lost
