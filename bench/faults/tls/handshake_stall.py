"""TLS handshakes hang."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo
from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.toxic import Direction, HoldStage, Stage, Toxic


@dataclass(frozen=True)
class HandshakeStall(Fault):
    """New connections are accepted and their TLS handshake hangs; open connections live on.

    The ClientHello goes out, and what answers it is held until the fault is cleared. A time-out
    for connecting that ends with TCP never fires here.

    Attributes:
        service: which service ("api", "push", "any").
        side: whose links.
    """

    acts_on: ClassVar[str] = "connections"
    must: ClassVar[str] = "have a deadline that includes the TLS handshake"
    shown_by: ClassVar[str] = (
        "Azure, 29 October 2025: time-outs; that the handshake hung is assumed"
    )

    service: Literal["api", "push", "any"] = "any"
    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Hold the answers on new connections of every selected link."""
        return site.network.put(lambda: _Hanging(injection), self.service, self.side)


class _Hanging(Toxic):
    def __init__(self, injection: Injection) -> None:
        self._injection = injection
        self._open: set[int] = set()

    def on_added(self, link: Link) -> None:
        self._open = set(link.connections)

    def stage(self, connection: Connection, direction: Direction) -> Stage | None:
        if direction == "up" or connection.number in self._open:
            return None
        return HoldStage(lambda: self._injection.met(connection.name, "handshake hangs"))
