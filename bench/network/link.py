"""The way between one party and one service of the cloud: a relay whose bytes can be disturbed.

The same relay runs in memory and on sockets, so a link fault has one implementation and one
meaning. It is made of asyncio protocols, not of streams or tasks: half the cost, and nothing is
left pending when a connection ends.
"""

import asyncio
import itertools
import socket
import struct
from collections.abc import Callable
from typing import Literal

from bench.events import ConnectionClosed, ConnectionOpened
from bench.injection import Rules, Undo
from bench.journal import Journal
from bench.network.listener import Address, Listener, listen
from bench.network.pipe import Pipe, half_close
from bench.network.toxic import Direction, Toxic
from bench.network.wiretap import Side, TappedProtocol, Wiretap

Peers = dict[tuple[str, int], str]
_LINGER_ZERO = struct.pack("ii", 1, 0)


class Link:
    """A relay from one party to one service.

    Args:
        party: whose link it is ("phone", "tcu", "witness_phone", …).
        service: what it leads to ("api", "push").
        upstream: where the service listens.
        delay_s: how long each chunk takes, one way.
        journal: where connections are recorded.
        peers: is told whose connection reaches the service from which address.
        tap: what listens to both sides, if anything does.

    Attributes:
        up_bytes, down_bytes: what all its connections have carried so far.
    """

    def __init__(
        self,
        party: str,
        service: str,
        upstream: Address,
        *,
        delay_s: float,
        journal: Journal,
        peers: Peers | None = None,
        tap: Wiretap | None = None,
    ) -> None:
        self.party = party
        self.service = service
        self.upstream = upstream
        self.delay_s = delay_s
        self.journal = journal
        self.peers: Peers = {} if peers is None else peers
        self.up_bytes = self.down_bytes = 0
        self.tap = tap
        self.loop = asyncio.get_running_loop()
        self.connections: dict[int, Connection] = {}
        self.toxics: list[Toxic] = []
        self.numbers = itertools.count(1)
        self.attempts: Rules[Callable[[Link], None]] = Rules()
        self._states: list[Literal["refuse", "drop"]] = []
        self._listener: Listener | None = None

    async def open(self, host: str, port: int = 0, *, unsafe: bool = False) -> Address:
        """Listen at `host` (port 0: on a free one) and return the address.

        Raises StationError where `host` is not loopback and `unsafe` does not allow that.
        """
        self._listener = await listen(
            host, lambda: self.tapped(NearEnd(self), "near"), port, unsafe=unsafe
        )
        return self._listener.address

    def tapped(self, end: asyncio.Protocol, side: Side) -> asyncio.Protocol:
        """Return an end of a connection as it is, or with what listens to it around it."""
        if self.tap is None:
            return end
        flow = self.tap.flow(self.party, self.service, side, self.journal.now_ns)
        return TappedProtocol(end, flow, side)

    def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._listener is not None:
            self._listener.close()
        for connection in list(self.connections.values()):
            connection.reset("both")

    def lead_to(self, upstream: Address) -> None:
        """Lead elsewhere from now on; connections that are open are dropped."""
        self.upstream = upstream
        for connection in list(self.connections.values()):
            connection.reset("both")

    def add(self, toxic: Toxic) -> Undo:
        """Put a toxic on this link and on its live connections; return what takes it off."""
        self.toxics.append(toxic)
        toxic.on_added(self)
        for connection in list(self.connections.values()):
            connection.add(toxic)
        return lambda: self._remove(toxic)

    def replace(self, old: Toxic, new: Toxic) -> Undo:
        """Put a toxic in another's place; return what takes it off.

        What the old one has of each connection (bytes that it holds, how far it has counted) goes
        over to the new one, so connections live on.
        """
        self.toxics[self.toxics.index(old)] = new
        new.on_added(self)
        for connection in list(self.connections.values()):
            connection.replace(old, new)
        old.on_removed(self)
        return lambda: self._remove(new)

    def _remove(self, toxic: Toxic) -> None:
        if toxic in self.toxics:
            self.toxics.remove(toxic)
            for connection in list(self.connections.values()):
                connection.remove(toxic)
            toxic.on_removed(self)

    def answer_syn(self, how: Literal["refuse", "drop"]) -> Undo:
        """Refuse or drop new connections until the returned function is called.

        Where several ask for different things, the latest one counts.
        """
        self._states.append(how)
        self._apply_state()

        def undo() -> None:
            if how in self._states:
                self._states.remove(how)
                self._apply_state()

        return undo

    def on_attempt(self, watcher: "Callable[[Link], None]") -> Undo:
        """Call `watcher` whenever the party is about to connect (it has resolved the name).

        A refused or dropped SYN never reaches the relay: this is where it can be counted.
        """
        return self.attempts.add(watcher)

    def attempted(self) -> None:
        """Take note that the party is about to connect."""
        for watcher in self.attempts:
            watcher(self)

    def _apply_state(self) -> None:
        listener = self._listener
        if listener is None:
            return
        if not self._states:
            listener.accept()
        elif self._states[-1] == "refuse":
            listener.refuse()
        else:
            listener.drop()


class Connection:
    """One relayed connection, from accept to the end of both sides."""

    def __init__(self, link: Link, near: asyncio.Transport) -> None:
        self.link = link
        self.number = next(link.numbers)
        self.near: asyncio.Transport = near
        self.far: asyncio.Transport | None = None
        self.early: list[bytes | None] = []
        self.up_bytes = 0
        self.down_bytes = 0
        self.ends_whole = False  # whether the end of one direction is to end both
        self._ended = {"up": False, "down": False}
        self._how = "closed"
        self._closed = False
        self._silent = False
        self._held_back: dict[Direction, set[object]] = {"up": set(), "down": set()}
        self._peer: tuple[str, int] | None = None
        link.connections[self.number] = self
        self.opened_seq = link.journal.write(ConnectionOpened(self.name, self.number))
        self.pipes: dict[Direction, Pipe] = {"up": Pipe(self, "up"), "down": Pipe(self, "down")}
        self._opening = link.loop.create_task(self._open(), name=f"link-{self.name}-{self.number}")
        for toxic in tuple(link.toxics):
            toxic.on_accepted(self)

    @property
    def name(self) -> str:
        """The party and the service, as events write them."""
        return f"{self.link.party}/{self.link.service}"

    def add(self, toxic: Toxic) -> None:
        """Put a toxic on this live connection."""
        for pipe in self.pipes.values():
            pipe.add(toxic)

    def remove(self, toxic: Toxic) -> None:
        """Take a toxic off this live connection."""
        for pipe in self.pipes.values():
            pipe.remove(toxic)

    def replace(self, old: Toxic, new: Toxic) -> None:
        """Put a toxic in another's place on this live connection."""
        for pipe in self.pipes.values():
            pipe.replace(old, new)

    def reset(self, side: Literal["near", "far", "both"] = "both") -> None:
        """Send RST to the party, to the cloud or to both; the relay forgets that side."""
        self._how = "reset"
        if side in {"near", "both"}:
            _reset(self.near)
        if side in {"far", "both"} and self.far is not None:
            _reset(self.far)

    def vanish(self) -> None:
        """Take the party's address away: it sees a reset, and the cloud is told nothing."""
        self._silent = True
        self.reset("near")

    def hold_back(self, direction: Direction, why: object) -> None:
        """Read no more of what is to go this way until `why` is over, so that its sender waits."""
        source = self.near if direction == "up" else self.far
        self._held_back[direction].add(why)
        if source is not None:
            source.pause_reading()

    def let_on(self, direction: Direction, why: object) -> None:
        """Read again, unless something else holds it back."""
        source = self.near if direction == "up" else self.far
        self._held_back[direction].discard(why)
        if source is not None and not self._held_back[direction]:
            source.resume_reading()

    def ended(self, *, up: bool) -> None:
        """Take note that one direction has ended; close when both have, or if one is to do."""
        self._ended["up" if up else "down"] = True
        if all(self._ended.values()) or self.ends_whole:
            self._close_both()

    def on_lost(self, error: Exception | None, *, near: bool) -> None:
        """Take the loss of one side to the other: a reset stays a reset."""
        if error is not None and not self._closed:
            self.reset("far" if near else "near")
        elif not self._silent if near else self.far is not None:
            # closed in order: what is under way still arrives, then the other side ends too
            self.pipes["up" if near else "down"].feed_eof()
        if self.near.is_closing() and (self.far is None or self.far.is_closing()):
            self._forget()

    async def _open(self) -> None:
        try:
            transport, _ = await self.link.loop.create_connection(
                lambda: self.link.tapped(FarEnd(self), "far"), *self.link.upstream
            )
        except OSError:
            self.reset("near")
            return
        if self.near.is_closing():
            transport.close()

    def on_far(self, transport: asyncio.Transport) -> None:
        """Connect the cloud's side and send what came early."""
        self.far = transport
        self._peer = tuple(transport.get_extra_info("sockname")[:2])
        self.link.peers[self._peer] = self.link.party
        early, self.early = self.early, []
        for item in early:
            if item is None:
                half_close(transport)
            else:
                transport.write(item)

    def _close_both(self) -> None:
        self.near.close()
        if self.far is not None:
            self.far.close()

    def _forget(self) -> None:
        if self.link.connections.pop(self.number, None) is None:
            return
        self._closed = True
        if self._peer is not None:
            self.link.peers.pop(self._peer, None)
        closed = ConnectionClosed(self.name, self.number, self._how, self.up_bytes, self.down_bytes)
        self.link.journal.write(closed, self.opened_seq)


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST instead of FIN: SO_LINGER with a zero time-out, in memory as in Linux."""
    sock = transport.get_extra_info("socket")
    if sock is not None and not transport.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()


class NearEnd(asyncio.Protocol):
    """The side of a relayed connection that the party sees."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._connection: Connection | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to relay."""
        self._connection = Connection(self._link, transport)  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """Take bytes from the party."""
        if self._connection is not None:
            self._connection.pipes["up"].feed(data)

    def eof_received(self) -> bool:
        """Take the party's FIN; keep the other direction open."""
        if self._connection is not None:
            self._connection.pipes["up"].feed_eof()
        return True

    def pause_writing(self) -> None:
        """Stop reading from the cloud while the party does not read."""
        if self._connection is not None:
            self._connection.hold_back("down", self)

    def resume_writing(self) -> None:
        """Read from the cloud again."""
        if self._connection is not None:
            self._connection.let_on("down", self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the party's side."""
        if self._connection is not None:
            self._connection.on_lost(exc, near=True)


class FarEnd(asyncio.Protocol):
    """The side of a relayed connection that the cloud sees."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what came early."""
        self._connection.on_far(transport)  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """Take bytes from the cloud."""
        self._connection.pipes["down"].feed(data)

    def eof_received(self) -> bool:
        """Take the cloud's FIN; keep the other direction open."""
        self._connection.pipes["down"].feed_eof()
        return True

    def pause_writing(self) -> None:
        """Stop reading from the party while the cloud does not read."""
        self._connection.hold_back("up", self)

    def resume_writing(self) -> None:
        """Read from the party again."""
        self._connection.let_on("up", self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the cloud's side."""
        self._connection.on_lost(exc, near=False)
