"""A connection is cut in the middle of a request."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.network.link import Connection
from bench.network.toxic import Direction, Stage, Staging


@dataclass(frozen=True)
class ResetPeer:
    """The connection is reset as soon as the request has gone out: it may have had its effect.

    Once a connection has carried `after_bytes` upwards, the next chunk still reaches the cloud,
    and the sender gets a reset instead of an answer. Toxiproxy's reset_peer needs data to come
    back before it acts, and leaves an idle connection alone for ever; this one does neither.

    Attributes:
        after_bytes: 400 is past a TLS handshake (about 325 bytes from the client) and before the
            end of a request.
        service: which service ("api", "push", "any").
        side: whose links.
    """

    must: ClassVar[str] = "repeat under the same id, and say that it does not know"
    shown_by: ClassVar[str] = "load balancers that drain while requests are under way"

    after_bytes: int = 400
    service: Literal["api", "push", "any"] = "any"
    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Watch the bytes of every selected link."""

        def stage(connection: Connection, direction: Direction) -> Stage | None:
            if direction == "down":
                return None
            return _CutStage(connection, self.after_bytes, injection)

        return site.network.put(lambda: Staging(stage), self.service, self.side)


class _CutStage(Stage):
    def __init__(self, connection: Connection, after_bytes: int, injection: Injection) -> None:
        self._connection, self._after, self._injection = connection, after_bytes, injection
        self._cut = False

    def chunk(self, data: bytes) -> None:
        if self._cut:
            return  # what was on its way behind the request ends at the reset
        self.after.chunk(data)
        if self._connection.up_bytes > self._after:
            self._cut = True
            self._injection.met(self._connection.name, "reset after the request")
            self._connection.reset("near")
