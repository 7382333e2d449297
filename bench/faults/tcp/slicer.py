"""Data in small pieces."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge

from bench.faults.on_streams import OnStreams
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import DelayStage, Direction, Stage
from bench.units import Seconds


@dataclass(frozen=True)
class Slicer(OnStreams):
    """What is sent at once arrives in pieces, with a pause between them.

    A reader that takes one read for one message breaks; nothing is lost.

    Attributes:
        bytes_each: size of a piece.
        bytes_vary: by how much a piece is longer or shorter, drawn for each.
        gap_s: between two pieces.
    """

    must: ClassVar[str] = "read messages by their length, not by what one read returns"
    shown_by: ClassVar[str] = "Toxiproxy's slicer; small segments on mobile networks"

    bytes_each: Annotated[int, Ge(1)] = 64
    gap_s: Seconds = 0.01
    bytes_vary: Annotated[int, Ge(0)] = 0

    def stage(self, connection: Connection, direction: Direction, injection: Injection) -> Stage:
        """Return what slices what passes on a connection."""
        return _Pieces(connection, direction, self, injection)


class _Pieces(DelayStage):
    def __init__(
        self, connection: Connection, direction: Direction, fault: Slicer, injection: Injection
    ) -> None:
        super().__init__(connection, direction, lambda: self._place * fault.gap_s)
        self._name, self._what = connection.name, f"sliced {direction}"
        self._fault, self._injection = fault, injection
        self._place = 0  # of a piece in its chunk

    def chunk(self, data: bytes) -> None:
        size, start = self._draw_size(), 0
        if len(data) > size:
            self._injection.met(self._name, self._what)
        while start < len(data):
            super().chunk(data[start : start + size])
            start += size
            size = self._draw_size()
            self._place += 1
        self._place = 0

    def _draw_size(self) -> int:
        vary = self._fault.bytes_vary
        drawn = self._injection.rng.randint(-vary, vary) if vary else 0
        return max(1, self._fault.bytes_each + drawn)
