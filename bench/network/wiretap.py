"""Listening to what passes on links: what each end of each relayed connection sends and gets."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

from bench.network.address import Address

Side = Literal["near", "far"]  # between the party and the relay; between the relay and the cloud
Turned = Literal["refuse", "drop"]  # what becomes of a SYN that no relay gets


class Flow(Protocol):
    """Takes what happens on one side of one connection, in the order in which it happens."""

    def opened(self, client: Address, server: Address) -> None:
        """Take note that it is connected."""
        ...

    def data(self, data: bytes, *, by_client: bool) -> None:
        """Take bytes as they are on the wire."""
        ...

    def ended(self, *, by_client: bool) -> None:
        """Take a FIN."""
        ...

    def reset(self, *, by_client: bool) -> None:
        """Take an RST."""
        ...


class Lookup(Protocol):
    """Takes what comes of one question for a name."""

    def answered(self, address: Address) -> None:
        """Take the answer."""
        ...

    def failed(self, reason: str) -> None:
        """Take note that there is none: nxdomain, servfail, empty, timeout or unreachable."""
        ...


class Wiretap(Protocol):
    """Listens to every link of one scenario.

    Attributes:
        keylog: a file to which the cloud's servers write their TLS secrets, in NSS's format.
    """

    keylog: Path

    def flow(self, party: str, service: str, side: Side, now_ns: Callable[[], int]) -> Flow:
        """Return what takes one new connection; `now_ns` is the bench's clock."""
        ...

    def lookup(self, party: str, name: str, now_ns: Callable[[], int]) -> Lookup:
        """Take a question for a name, and return what takes its answer."""
        ...

    def turned_away(
        self, party: str, service: str, server: Address, how: Turned, t_ns: int
    ) -> None:
        """Take note of a SYN that is refused, or never answered."""
        ...


class TappedProtocol(asyncio.Protocol):
    """Hands everything on to a protocol, and tells a flow of it."""

    def __init__(self, inner: asyncio.Protocol, flow: Flow, side: Side) -> None:
        self._inner, self._flow = inner, flow
        self._peer_is_client = side == "near"  # the relay listens there, and calls on the far side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen, also to what the protocol sends."""
        peer, own = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        if not peer:  # it has gone again before it was taken
            peer = own
        client, server = (peer, own) if self._peer_is_client else (own, peer)
        self._flow.opened(client, server)
        tapped: Any = TappedTransport(transport, self._flow, own_is_client=not self._peer_is_client)
        self._inner.connection_made(tapped)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the peer."""
        self._flow.data(bytes(data), by_client=self._peer_is_client)
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Take the peer's FIN."""
        self._flow.ended(by_client=self._peer_is_client)
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """Hand on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand on."""
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end; an error is the peer's RST."""
        if exc is not None:
            self._flow.reset(by_client=self._peer_is_client)
        self._inner.connection_lost(exc)


class TappedTransport:
    """A transport that tells a flow of what is sent; all else is the transport's own affair."""

    def __init__(self, inner: Any, flow: Flow, *, own_is_client: bool) -> None:
        self._inner, self._flow, self._own_is_client = inner, flow, own_is_client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if not self._inner.is_closing():
            self._flow.data(bytes(data), by_client=self._own_is_client)
        self._inner.write(data)

    def write_eof(self) -> None:
        """Send FIN."""
        self._inner.write_eof()
        self._flow.ended(by_client=self._own_is_client)

    def close(self) -> None:
        """Close: FIN, after what is under way."""
        if not self._inner.is_closing():
            self._flow.ended(by_client=self._own_is_client)
        self._inner.close()

    def abort(self) -> None:
        """Close with RST: a relay aborts for nothing else."""
        if not self._inner.is_closing():
            self._flow.reset(by_client=self._own_is_client)
        self._inner.abort()
