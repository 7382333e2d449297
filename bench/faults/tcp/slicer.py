"""Data in small pieces."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge

from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.network.link import Connection
from bench.network.toxic import DelayStage, Direction, Stage, Staging
from bench.units import Seconds


@dataclass(frozen=True)
class Slicer:
    """What is sent at once arrives in pieces, with a pause between them.

    A reader that takes one read for one message breaks; nothing is lost.

    Attributes:
        bytes_each: size of a piece.
        gap_s: between two pieces.
        service: which service ("api", "push", "any").
        side: whose links.
    """

    must: ClassVar[str] = "read messages by their length, not by what one read returns"
    shown_by: ClassVar[str] = "Toxiproxy's slicer; small segments on mobile networks"
    by_name_only: ClassVar[bool] = True

    bytes_each: Annotated[int, Ge(1)] = 64
    gap_s: Seconds = 0.01
    service: Literal["api", "push", "any"] = "any"
    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Slice what passes on every selected link."""

        def stage(connection: Connection, direction: Direction) -> Stage:
            def on_sliced() -> None:
                injection.met(connection.name, f"sliced {direction}")

            return _Pieces(connection, self, on_sliced)

        return site.network.put(lambda: Staging(stage), self.service, self.side)


class _Pieces(DelayStage):
    def __init__(
        self, connection: Connection, fault: Slicer, on_sliced: Callable[[], None]
    ) -> None:
        super().__init__(connection, lambda: self._place * fault.gap_s)
        self._size, self._on_sliced = fault.bytes_each, on_sliced
        self._place = 0  # of a piece in its chunk

    def chunk(self, data: bytes) -> None:
        if len(data) > self._size:
            self._on_sliced()
        for start in range(0, len(data), self._size):
            self._place = start // self._size
            super().chunk(data[start : start + self._size])
        self._place = 0
