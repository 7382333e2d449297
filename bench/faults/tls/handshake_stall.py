"""TLS handshakes hang."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_links import OnLinks
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.toxic import Direction, HoldStage, Stage, Toxic


@dataclass(frozen=True)
class HandshakeStall(OnLinks):
    """New connections are accepted and their TLS handshake hangs; open connections live on.

    The ClientHello goes out, and what answers it is held until the fault is cleared. A time-out
    for connecting that ends with TCP never fires here.
    """

    must: ClassVar[str] = "have a deadline that includes the TLS handshake"
    shown_by: ClassVar[str] = (
        "Azure, 29 October 2025: time-outs; that the handshake hung is assumed"
    )

    def toxic(self, injection: Injection) -> Toxic:
        """Return what holds the answers on new connections of a link."""
        return _Hanging(injection)


class _Hanging(Toxic):
    def __init__(self, injection: Injection) -> None:
        self._injection = injection
        self._open: set[int] = set()

    def on_added(self, link: Link) -> None:
        self._open = set(link.connections)

    def concerns(self, connection: Connection) -> bool:
        return connection.number not in self._open

    def stage(self, connection: Connection, direction: Direction) -> Stage | None:
        if direction == "up" or not self.concerns(connection):
            return None
        return HoldStage(lambda: self._injection.met(connection.name, "handshake hangs"))
