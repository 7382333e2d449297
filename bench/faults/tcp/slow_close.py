"""Connections end late."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_streams import OnStreams
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import Direction, Stage
from bench.units import Seconds


@dataclass(frozen=True)
class SlowClose(OnStreams):
    """The end of a connection arrives late; its data do not.

    As Toxiproxy's slow_close, in both directions.

    Attributes:
        delay_s: by how much.
    """

    must: ClassVar[str] = "not wait for the end of a connection, and not collect dying ones"
    shown_by: ClassVar[str] = "Toxiproxy's slow_close; peers that linger after the answer"

    delay_s: Seconds = 10.0

    def stage(self, connection: Connection, direction: Direction, injection: Injection) -> Stage:
        """Return what holds ends on a connection."""

        def on_held() -> None:
            injection.met(connection.name, f"end delayed {direction}")

        return _LateEnd(connection, self.delay_s, on_held)


class _LateEnd(Stage):
    def __init__(self, connection: Connection, delay_s: float, on_held: Callable[[], None]) -> None:
        self._loop, self._delay_s, self._on_held = connection.link.loop, delay_s, on_held
        self._held = False

    def eof(self) -> None:
        self._on_held()
        self._held = True
        self._loop.call_later(self._delay_s, self.release)

    def release(self) -> None:
        if self._held:
            self._held = False
            self.after.eof()
