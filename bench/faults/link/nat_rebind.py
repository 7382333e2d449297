"""The network forgets idle connections."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.dead_end import DeadEnd
from bench.faults.on_links import OnLinks
from bench.injection import Injection
from bench.network.connection import Connection
from bench.network.toxic import Direction, Stage, Toxic
from bench.units import Positive


@dataclass(frozen=True)
class NatRebind(OnLinks):
    """A connection over which nothing passes for a while is forgotten by the network between.

    What is sent over it afterwards, from either side, vanishes or is answered by a reset. Only
    traffic keeps it alive: a heartbeat that is slower than the network's timer does not.

    Attributes:
        idle_s: how long the network remembers (assumed, and short: RFC 5382 asks for no less than
            2 h 4 min, and many forget sooner). Idle time from before the fault counts.
        then: what becomes of the next bytes: "silence", or "reset" to who sends them.
    """

    must: ClassVar[str] = "send signs of life more often than networks forget; recover by itself"
    shown_by: ClassVar[str] = (
        "RFC 5382 (REQ-5): translators may drop idle connections; after how long is assumed"
    )

    idle_s: Positive = 10.0
    then: Literal["silence", "reset"] = "silence"
    service: Literal["api", "push", "any"] = "push"

    @property
    def quiet_s(self) -> float:
        """So long does the network remember."""
        return self.idle_s

    def toxic(self, injection: Injection) -> Toxic:
        """Return what forgets idle connections on a link."""
        return _Forgetful(self, injection)


class _Forgetful(Toxic):
    def __init__(self, fault: NatRebind, injection: Injection) -> None:
        self._fault, self._injection = fault, injection
        self._watches: dict[int, _Watch] = {}

    def stage(self, connection: Connection, direction: Direction) -> Stage:
        watch = self._watches.setdefault(connection.number, _Watch(connection, self._fault.idle_s))
        return _Mapped(connection, direction, self._injection, watch, self._fault.then)


class _Watch:
    """When something passed over a connection last, in either direction."""

    def __init__(self, connection: Connection, idle_s: float) -> None:
        self._loop, self._idle_s = connection.link.loop, idle_s
        self._last_s = connection.fed_s  # idle since before the fault
        self.forgotten = False

    def passes(self) -> bool:
        """Take note that something wants to pass, and return whether it does."""
        now_s = self._loop.time()
        self.forgotten = self.forgotten or now_s - self._last_s > self._idle_s
        self._last_s = now_s
        return not self.forgotten


class _Mapped(DeadEnd):
    def __init__(
        self,
        connection: Connection,
        direction: Direction,
        injection: Injection,
        watch: _Watch,
        then: str,
    ) -> None:
        super().__init__(connection, direction, injection)
        self.watch, self._then = watch, then

    def chunk(self, data: bytes) -> None:
        if self.watch.passes():
            self.after.chunk(data)
            return
        super().chunk(data)
        if self._then == "reset":
            self._connection.reset("near" if self._direction == "up" else "far")

    def eof(self) -> None:
        if self.watch.passes():
            self.after.eof()

    def release(self) -> None:
        if self.watch.forgotten:
            super().release()

    def succeed(self, before: Stage) -> None:
        if isinstance(before, _Mapped):
            self.watch.forgotten = self.watch.forgotten or before.watch.forgotten
        super().succeed(before)
