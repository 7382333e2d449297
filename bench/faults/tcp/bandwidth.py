"""A narrow link."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_streams import OnStreams
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import DelayStage, Direction, Stage
from bench.units import NS_PER_S, Positive

PIECE_S = 0.1  # as Toxiproxy's: a reader's own deadline is kept up by what trickles in


@dataclass(frozen=True)
class Bandwidth(OnStreams):
    """Bytes take their time, behind those before them, and arrive in pieces of a tenth of a second.

    Attributes:
        bytes_per_s: of each direction of each connection (250: about a GPRS link at its edge).
    """

    must: ClassVar[str] = "have deadlines that a slow link can meet, and say what it waits for"
    shown_by: ClassVar[str] = "Toxiproxy's bandwidth; 2G at the edge of a cell (assumed)"

    bytes_per_s: Positive = 250.0

    def stage(self, connection: Connection, direction: Direction, injection: Injection) -> Stage:
        """Return what narrows a connection."""
        return _Paced(connection, direction, self.bytes_per_s, injection)


class _Paced(DelayStage):
    def __init__(
        self, connection: Connection, direction: Direction, rate: float, injection: Injection
    ) -> None:
        super().__init__(connection, direction, self._wait_s)
        self._name, self._what = connection.name, f"chunk slowed {direction}"
        self._rate, self._injection = rate, injection
        self._length, self._free_ns = 0, 0

    def chunk(self, data: bytes) -> None:
        self._injection.met(self._name, self._what)
        piece = max(1, int(self._rate * PIECE_S))
        for start in range(0, len(data), piece):
            part = data[start : start + piece]
            self._length = len(part)
            super().chunk(part)

    def eof(self) -> None:
        self._length = 0
        super().eof()

    def _wait_s(self) -> float:
        now_ns = self._now_ns()
        begins_ns = max(now_ns, self._free_ns)
        self._free_ns = begins_ns + round(self._length / self._rate * NS_PER_S)
        return (self._free_ns - now_ns) / NS_PER_S
