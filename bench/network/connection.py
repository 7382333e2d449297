"""One relayed connection of a link: two sides, a pipe each way, and how it ends."""

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Literal

from bench.events import ConnectionClosed, ConnectionOpened
from bench.network.address import Address
from bench.network.client_flight import ClientFlight
from bench.network.ends import FarEnd
from bench.network.pipe import Pipe, half_close
from bench.network.toxic import Direction, Toxic

if TYPE_CHECKING:
    from bench.network.link import Link

_LINGER_ZERO = struct.pack("ii", 1, 0)


class Connection:
    """One relayed connection, from accept to the end of both sides."""

    def __init__(self, link: "Link", near: asyncio.Transport) -> None:
        self.link = link
        self.number = next(link.numbers)
        self.near: asyncio.Transport = near
        self.far: asyncio.Transport | None = None
        self.early: list[bytes | None] = []
        self.up_bytes = 0
        self.flight = ClientFlight()
        self.down_bytes = 0
        self.fed_s = link.loop.time()  # when bytes came last, from either side
        self.ends_whole = False  # whether the end of one direction is to end both
        self._ended = {"up": False, "down": False}
        self._how = "closed"
        self._closed = False
        self._silent = False
        self._held_back: dict[Direction, set[object]] = {"up": set(), "down": set()}
        self._peer: Address | None = None
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
