"""TCP in memory, for simulated time: what the kernel does, byte for byte and without delay.

Delays, losses and refusals are the business of links (`bench.network.link`), which run on this
and on real sockets alike. What is modelled here is what a program sees of a kernel's TCP:

- a SYN to a port where nobody listens is refused, to a listener that drops SYNs it is never
  answered (Linux sends it again after 1, 3, 7, … s and gives up after 127 s with ETIMEDOUT);
- FIN closes one direction only; a close with unread data, or with SO_LINGER 0, sends RST;
- data that reaches a closed socket is answered by RST;
- a receiver that does not read fills its window, and then the sender's buffer.

IPv4 and streams only.
"""

import asyncio
import errno
import socket
import struct
from asyncio import sslproto
from collections import deque
from collections.abc import Callable
from ssl import SSLContext
from typing import Any

from bench.clock.simulated import SimulatedLoop

Address = tuple[str, int]
# asyncio's own TLS; the stubs know an older signature of it
_SSL_PROTOCOL: Any = sslproto.SSLProtocol
WINDOW = 64 * 1024
SYN_RETRIES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_FIRST_EPHEMERAL = 49152


class _TLS(_SSL_PROTOCOL):  # type: ignore[misc]
    """asyncio's own TLS with a buffer of one record, the most that one read returns (RFC 8446 5.1).

    Its own is sixteen times as large, and each end of each connection has to fill it with zeros.
    """

    max_size = 16 * 1024


class MemorySocket:
    """One end of an in-memory connection, with the few socket methods that libraries call."""

    family = socket.AF_INET
    type = socket.SOCK_STREAM
    proto = socket.IPPROTO_TCP

    def __init__(self) -> None:
        self.local: Address = ("0.0.0.0", 0)  # noqa: S104 the kernel's word for "not bound"
        self.remote: Address | None = None
        self.linger_zero = False
        self.incoming: deque[bytes] = deque()
        self.incoming_bytes = 0
        self.eof_received = False
        self.closed = False
        self.peer: MemorySocket | None = None
        self.transport: MemoryTransport | None = None

    def setblocking(self, flag: bool) -> None:
        """Accept what asyncio asks of every socket."""

    def setsockopt(self, level: int, option: int, value: Any) -> None:
        """Obey SO_LINGER with a zero time-out; other options change nothing in memory."""
        if level == socket.SOL_SOCKET and option == socket.SO_LINGER:
            on, seconds = struct.unpack("ii", value)
            self.linger_zero = bool(on) and seconds == 0

    def bind(self, address: Address) -> None:
        """Take a local address."""
        self.local = address

    def getsockname(self) -> Address:
        """Return the local address."""
        return self.local

    def getpeername(self) -> Address:
        """Return the remote address."""
        if self.remote is None:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return self.remote

    def fileno(self) -> int:
        """Return -1: there is no descriptor."""
        return -1

    def close(self) -> None:
        """Close an end that never got a transport."""
        if self.transport is None and not self.closed:
            self.closed = True
            if self.peer is not None and self.peer.transport is not None:
                self.peer.transport.on_peer_closed()


class MemoryTransport(asyncio.Transport):
    """An asyncio transport over one end of an in-memory connection."""

    _start_tls_compatible = True

    def __init__(
        self, loop: SimulatedLoop, sock: MemorySocket, protocol: asyncio.BaseProtocol
    ) -> None:
        super().__init__({"socket": sock, "sockname": sock.local, "peername": sock.remote})
        self._loop = loop
        self._sock = sock
        sock.transport = self
        self._outgoing: deque[bytes] = deque()
        self._outgoing_bytes = 0
        self._high, self._low = WINDOW, WINDOW // 4
        self._protocol_paused = False
        self._reading = True
        self._closing = False
        self._lost = False
        self._fin_queued = False
        self._fin_sent = False
        self._delivery: asyncio.Handle | None = None
        self.set_protocol(protocol)

    # ── what asyncio asks of a transport ──────────────────────────────────────────────────

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand what arrives from now on to `protocol`."""
        self._protocol = protocol
        self._buffered = isinstance(protocol, asyncio.BufferedProtocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the current protocol."""
        return self._protocol

    def is_closing(self) -> bool:
        """Return whether the transport is closing or closed."""
        return self._closing

    def is_reading(self) -> bool:
        """Return whether arriving data is handed on."""
        return self._reading and not self._closing

    def pause_reading(self) -> None:
        """Leave arriving data in the window."""
        self._reading = False

    def resume_reading(self) -> None:
        """Hand arriving data on again."""
        if not self._reading:
            self._reading = True
            self.schedule_delivery()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait for the peer's window."""
        return self._outgoing_bytes

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Return the low and high marks of write flow control."""
        return self._low, self._high

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set the marks of write flow control; defaults as asyncio's."""
        if high is None:
            high = WINDOW if low is None else 4 * low
        self._high = high
        self._low = high // 4 if low is None else low

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send data, or queue it while the peer's window is full."""
        if not data or self._lost or self._fin_queued:
            return
        self._outgoing.append(bytes(data))
        self._outgoing_bytes += len(data)
        self._push()
        if self._outgoing_bytes > self._high and not self._protocol_paused:
            self._protocol_paused = True
            self._protocol.pause_writing()

    def can_write_eof(self) -> bool:
        """Return True: one direction can be closed alone."""
        return True

    def write_eof(self) -> None:
        """Send FIN after what is queued; reading goes on."""
        self._fin_queued = True
        self._push()

    def close(self) -> None:
        """Send what is queued, then close both directions."""
        if not self._closing:
            self._closing = True
            self._push()
            if not self._outgoing:
                self._finish(None)

    def abort(self) -> None:
        """Close at once and drop what is queued."""
        self._force_close(None)

    def _force_close(self, error: Exception | None) -> None:
        """Close at once because of `error`: what asyncio's TLS layer calls when it gives up."""
        if not self._lost:
            self._closing = True
            self._drop_outgoing()
            self._finish(error)

    # ── the other end ─────────────────────────────────────────────────────────────────────

    def on_peer_closed(self) -> None:
        """Take note that the peer sent FIN."""
        self._sock.eof_received = True
        self.schedule_delivery()

    def on_reset(self) -> None:
        """Take an RST: everything in flight is gone."""
        if self._lost:
            return
        self._closing = True
        self._drop_outgoing()
        self._sock.incoming.clear()
        self._sock.peer = None
        self._finish(ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"))

    def schedule_delivery(self) -> None:
        """Deliver what has arrived in the next round of the loop."""
        if self._delivery is None and not self._lost:
            self._delivery = self._loop.call_soon(self._deliver)

    def start(self, waiter: "asyncio.Future[None] | None" = None) -> None:
        """Tell the protocol that it is connected, then deliver."""
        self._loop.call_soon(self._protocol.connection_made, self)
        if waiter is not None:
            self._loop.call_soon(_wake, waiter)
        self.schedule_delivery()

    # ── inside ────────────────────────────────────────────────────────────────────────────

    def _push(self) -> None:
        """Move queued chunks into the peer's window."""
        peer = self._sock.peer
        if peer is None:
            return
        while self._outgoing and (peer.closed or peer.incoming_bytes < WINDOW):
            chunk = self._outgoing.popleft()
            self._outgoing_bytes -= len(chunk)
            if peer.closed:
                self._loop.call_soon(self.on_reset)
                self._drop_outgoing()
                return
            peer.incoming.append(chunk)
            peer.incoming_bytes += len(chunk)
            if peer.transport is not None:
                peer.transport.schedule_delivery()
        if self._fin_queued and not self._outgoing:
            self._send_fin()

    def _send_fin(self) -> None:
        peer = self._sock.peer
        if not self._fin_sent and peer is not None and not peer.closed:
            self._fin_sent = True
            if peer.transport is not None:
                peer.transport.on_peer_closed()
            else:
                peer.eof_received = True

    def _deliver(self) -> None:
        self._delivery = None
        sock = self._sock
        while sock.incoming and self._reading and not self._closing:
            chunk = sock.incoming.popleft()
            sock.incoming_bytes -= len(chunk)
            self._feed(chunk)
        if sock.peer is not None and sock.peer.transport is not None:
            sock.peer.transport.on_window()
        if sock.eof_received and not sock.incoming and self._reading and not self._closing:
            sock.eof_received = False
            if not self._protocol.eof_received():  # type: ignore[attr-defined]
                self.close()

    def on_window(self) -> None:
        """Go on sending: the peer has read."""
        if self._lost:
            return
        self._push()
        if self._protocol_paused and self._outgoing_bytes <= self._low:
            self._protocol_paused = False
            self._protocol.resume_writing()
        if self._closing and not self._outgoing:
            self._finish(None)

    def _feed(self, chunk: bytes) -> None:
        if not self._buffered:
            self._protocol.data_received(chunk)  # type: ignore[attr-defined]
            return
        view = memoryview(chunk)
        while view:
            buffer = self._protocol.get_buffer(len(view))  # type: ignore[attr-defined]
            size = min(len(buffer), len(view))
            buffer[:size] = view[:size]
            self._protocol.buffer_updated(size)  # type: ignore[attr-defined]
            view = view[size:]

    def _drop_outgoing(self) -> None:
        self._outgoing.clear()
        self._outgoing_bytes = 0

    def _finish(self, error: Exception | None) -> None:
        """Close this end: FIN or RST to the peer, `connection_lost` to the protocol."""
        if self._lost:
            return
        self._lost = True
        sock, peer = self._sock, self._sock.peer
        rude = sock.linger_zero or bool(sock.incoming)
        if peer is not None and not peer.closed:
            if rude and peer.transport is not None:
                self._loop.call_soon(peer.transport.on_reset)
            else:
                self._send_fin()
        sock.closed = True
        if self._delivery is not None:
            self._delivery.cancel()
        self._loop.call_soon(self._protocol.connection_lost, error)
        if peer is not None and peer.transport is not None:
            self._loop.call_soon(peer.transport.on_window)


def _wake(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)


class MemoryServer(asyncio.AbstractServer):
    """A listening socket in memory.

    Attributes:
        drops_syn: True while connection attempts are to be left unanswered.
    """

    def __init__(
        self, internet: "MemoryInternet", address: Address, accept: Callable[[MemorySocket], None]
    ) -> None:
        self._internet = internet
        self.address = address
        self.accept = accept
        self.drops_syn = False
        self._listening = MemorySocket()
        self._listening.local = address

    @property
    def sockets(self) -> tuple[MemorySocket, ...]:
        """The listening socket, for who asks which address it got."""
        return (self._listening,)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop it lives on."""
        return self._internet.loop

    def is_serving(self) -> bool:
        """Return whether it still accepts."""
        return self._internet.servers.get(self.address) is self

    async def start_serving(self) -> None:
        """Nothing to do: it serves from its creation."""

    async def serve_forever(self) -> None:
        """Wait for ever."""
        await self._internet.loop.create_future()

    def close(self) -> None:
        """Stop accepting; open connections live on."""
        if self.is_serving():
            del self._internet.servers[self.address]

    def reopen(self) -> None:
        """Accept again, on the same address."""
        self._internet.servers[self.address] = self

    async def wait_closed(self) -> None:
        """Return at once: accepted connections are not this server's to wait for."""


class MemoryInternet:
    """All hosts and listeners of one simulated loop.

    Args:
        loop: the loop; it is given this network as its own.
    """

    def __init__(self, loop: SimulatedLoop) -> None:
        self.loop = loop
        self.servers: dict[Address, MemoryServer] = {}
        self._next_port = _FIRST_EPHEMERAL
        loop.internet = self

    def socket_factory(self, _address_info: object = None) -> MemorySocket:
        """Make a socket, for libraries that take a socket factory."""
        return MemorySocket()

    def addresses(self, host: str, port: int | str | None) -> list[Any]:
        """Return `host`, a literal address, in the shape of getaddrinfo."""
        try:
            socket.inet_aton(host)
        except OSError:
            message = f"{host}: only the bench's resolver knows names"
            raise socket.gaierror(socket.EAI_NONAME, message) from None
        info = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*info, (host, int(port or 0)))]

    async def sock_connect(self, sock: MemorySocket, address: Address) -> None:
        """Connect `sock`: refused where nobody listens, unanswered where SYNs are dropped."""
        for wait_s in SYN_RETRIES_S:
            server = self.servers.get((address[0], address[1]))
            if server is None:
                raise ConnectionRefusedError(errno.ECONNREFUSED, f"Connect call failed {address}")
            if not server.drops_syn:
                break
            await asyncio.sleep(wait_s)
        else:
            raise TimeoutError(errno.ETIMEDOUT, f"Connect call failed {address}")
        if sock.local[1] == 0:
            sock.local = (sock.local[0], self._ephemeral())
        far = MemorySocket()
        far.local, far.remote, far.peer = server.address, sock.local, sock
        sock.remote, sock.peer = server.address, far
        server.accept(far)

    def _ephemeral(self) -> int:
        port, self._next_port = self._next_port, self._next_port + 1
        return port

    async def create_connection(
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: str | None = None,
        port: int | None = None,
        *,
        ssl: SSLContext | bool | None = None,
        sock: Any = None,
        local_addr: Address | None = None,
        server_hostname: str | None = None,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
        **_ignored: Any,
    ) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        """Do as `loop.create_connection`, to a literal address or with a connected socket."""
        if sock is None:
            address = (str(host), int(port or 0))
            sock = MemorySocket()
            if local_addr:
                sock.bind(local_addr)
            await self.sock_connect(sock, address)
        protocol = protocol_factory()
        waiter: asyncio.Future[None] = self.loop.create_future()
        if ssl is None or ssl is False:
            transport: asyncio.Transport = MemoryTransport(self.loop, sock, protocol)
            sock.transport.start(waiter)
        else:
            tls = _TLS(
                self.loop, protocol, ssl, waiter, False, server_hostname or host,
                ssl_handshake_timeout=ssl_handshake_timeout,
                ssl_shutdown_timeout=ssl_shutdown_timeout,
            )  # fmt: skip
            MemoryTransport(self.loop, sock, tls).start()
            transport = tls._app_transport  # noqa: SLF001 as selector loops do
        try:
            await waiter
        except BaseException:
            transport.close()
            raise
        return transport, protocol

    async def create_server(
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ssl: SSLContext | None = None,
        ssl_handshake_timeout: float | None = None,
        ssl_shutdown_timeout: float | None = None,
        **_ignored: Any,
    ) -> MemoryServer:
        """Do as `loop.create_server`, on a literal address; port 0 takes a free one."""

        def accept(sock: MemorySocket) -> None:
            protocol = protocol_factory()
            if ssl is not None:
                protocol = _TLS(
                    self.loop, protocol, ssl, None, True,
                    ssl_handshake_timeout=ssl_handshake_timeout,
                    ssl_shutdown_timeout=ssl_shutdown_timeout,
                )  # fmt: skip
            MemoryTransport(self.loop, sock, protocol).start()

        address = (host, port or self._ephemeral())
        if address in self.servers:
            raise OSError(errno.EADDRINUSE, f"address {address} is in use")
        server = self.servers[address] = MemoryServer(self, address, accept)
        return server
