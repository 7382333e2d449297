"""One end of a connection in memory, as libraries see a socket."""

import errno
import socket
import struct
from collections import deque
from typing import TYPE_CHECKING, Any

from bench.network.address import Address

if TYPE_CHECKING:
    from bench.network.memory_transport import MemoryTransport


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
