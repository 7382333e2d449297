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
from asyncio import sslproto
from collections.abc import Callable
from ssl import SSLContext
from typing import Any

from bench.clock.simulated_loop import SimulatedLoop
from bench.network.address import Address
from bench.network.memory_server import MemoryServer
from bench.network.memory_socket import MemorySocket
from bench.network.memory_transport import MemoryTransport

# asyncio's own TLS; the stubs know an older signature of it
_SSL_PROTOCOL: Any = sslproto.SSLProtocol
SYN_RETRIES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_FIRST_EPHEMERAL = 49152


class _TLS(_SSL_PROTOCOL):  # type: ignore[misc]  # asyncio's own, private: typeshed does not know it
    """asyncio's own TLS with a buffer of one record, the most that one read returns (RFC 8446 5.1).

    Its own is sixteen times as large, and each end of each connection has to fill it with zeros.
    """

    max_size = 16 * 1024


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
        server = self.servers[address] = MemoryServer(self.loop, self.servers, address, accept)
        return server
