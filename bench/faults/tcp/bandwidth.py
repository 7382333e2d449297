"""A narrow link."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.network.link import Connection
from bench.network.toxic import DelayStage, Direction, Stage, Staging
from bench.units import NS_PER_S, Positive


@dataclass(frozen=True)
class Bandwidth:
    """Bytes take their time: a chunk arrives when its last byte has passed, behind those before it.

    Attributes:
        bytes_per_s: of each direction of each connection (250: about a GPRS link at its edge).
        service: which service ("api", "push", "any").
        side: whose links.
    """

    must: ClassVar[str] = "have deadlines that a slow link can meet, and say what it waits for"
    shown_by: ClassVar[str] = "Toxiproxy's bandwidth; 2G coverage at the edge of a cell"
    by_name_only: ClassVar[bool] = True

    bytes_per_s: Positive = 250.0
    service: Literal["api", "push", "any"] = "any"
    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Narrow every selected link."""

        def stage(connection: Connection, direction: Direction) -> Stage:
            return _Paced(connection, direction, self.bytes_per_s, injection)

        return site.network.put(lambda: Staging(stage), self.service, self.side)


class _Paced(DelayStage):
    def __init__(
        self, connection: Connection, direction: Direction, rate: float, injection: Injection
    ) -> None:
        super().__init__(connection, self._wait_s)
        self._name, self._what = connection.name, f"chunk slowed {direction}"
        self._rate, self._injection = rate, injection
        self._length, self._free_ns = 0, 0

    def chunk(self, data: bytes) -> None:
        self._injection.met(self._name, self._what)
        self._length = len(data)
        super().chunk(data)

    def eof(self) -> None:
        self._length = 0
        super().eof()

    def _wait_s(self) -> float:
        now_ns = self._now_ns()
        begins_ns = max(now_ns, self._free_ns)
        self._free_ns = begins_ns + round(self._length / self._rate * NS_PER_S)
        return (self._free_ns - now_ns) / NS_PER_S
