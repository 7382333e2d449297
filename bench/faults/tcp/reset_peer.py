"""A connection is cut in the middle of a request."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge

from bench.faults.deadline import Deadline
from bench.faults.on_links import OnLinks
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import Direction, Stage, Staging, Toxic
from bench.units import Seconds


@dataclass(frozen=True)
class ResetPeer(OnLinks):
    """The connection is reset as soon as the request has gone out: it may have had its effect.

    What takes a connection beyond `after_bytes` still reaches the cloud, and the sender gets a
    reset instead of an answer. With `after_s` it is time that counts, and both sides get the
    reset. Toxiproxy's reset_peer waits for data before its time begins, and
    leaves an idle connection alone for ever; this one does not.

    Attributes:
        after_bytes: of what the client has said since its TLS handshake, with TLS's own headers
            (0: with the first of its requests).
        after_s: so long after a connection has met the fault it is reset, busy or idle, whatever
            it has carried.
    """

    must: ClassVar[str] = "repeat under the same id, and say that it does not know"
    shown_by: ClassVar[str] = "Toxiproxy issue #238; load balancers that drain (assumed)"

    after_bytes: Annotated[int, Ge(0)] = 0
    after_s: Seconds | None = None

    def toxic(self, injection: Injection) -> Toxic:
        """Return what watches the bytes of a link, or its time."""

        def stage(connection: Connection, direction: Direction) -> Stage | None:
            if self.after_s is not None:
                return _DoomedStage(connection, self.after_s, injection)
            if direction == "down":
                return None
            return _CutStage(connection, self.after_bytes, injection)

        return Staging(stage)


class _CutStage(Stage):
    def __init__(self, connection: Connection, after_bytes: int, injection: Injection) -> None:
        self._connection, self._after, self._injection = connection, after_bytes, injection
        self._cut = False

    def chunk(self, data: bytes) -> None:
        if self._cut:
            return  # what was on its way behind the request ends at the reset
        self.after.chunk(data)
        if self._connection.flight.said > self._after:
            self._cut = True
            self._injection.met(self._connection.name, "reset after the request")
            self._connection.reset("near")


class _DoomedStage(Stage):
    def __init__(self, connection: Connection, after_s: float, injection: Injection) -> None:
        self._connection, self._injection = connection, injection
        self.deadline = Deadline(connection.link.loop, after_s, self._reset)

    def release(self) -> None:
        self.deadline.cancel()

    def succeed(self, before: Stage) -> None:
        if isinstance(before, _DoomedStage):
            self.deadline.succeed(before.deadline)
        super().succeed(before)

    def _reset(self) -> None:
        if not self._connection.near.is_closing():
            self._injection.met(self._connection.name, "reset after a while")
            self._connection.reset("both")
