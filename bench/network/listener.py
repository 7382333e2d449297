"""Where connections arrive: accepted, refused, or never answered; in memory or on a socket."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable
from typing import Protocol

from bench.clock.simulated_loop import SimulatedLoop
from bench.errors import StationError
from bench.network.address import Address
from bench.network.interfaces import is_loopback
from bench.network.memory_server import MemoryServer

BACKLOG = 100
ProtocolFactory = Callable[[], asyncio.Protocol]


class Listener(Protocol):
    """A listening address whose answer to a SYN can be changed."""

    address: Address

    def accept(self) -> None:
        """Answer SYNs from now on (the normal state)."""
        ...

    def refuse(self) -> None:
        """Answer SYNs with RST."""
        ...

    def drop(self) -> None:
        """Leave SYNs unanswered."""
        ...

    def close(self) -> None:
        """Stop listening for good."""
        ...


class MemoryListener:
    """A listener on the in-memory network."""

    def __init__(self, server: MemoryServer) -> None:
        self._server = server
        self.address = server.address

    def accept(self) -> None:
        """Answer SYNs from now on."""
        self._server.drops_syn = False
        self._server.reopen()

    def refuse(self) -> None:
        """Answer SYNs with RST."""
        self._server.close()

    def drop(self) -> None:
        """Leave SYNs unanswered."""
        self._server.reopen()
        self._server.drops_syn = True

    def close(self) -> None:
        """Stop listening."""
        self._server.close()


class SocketListener:
    """A listener on a real socket.

    A SYN is left unanswered by a full accept queue (Linux drops what it has no room for), which
    needs neither a packet filter nor privileges: the listener fills its own queue.
    """

    def __init__(self, host: str, factory: ProtocolFactory, port: int = 0) -> None:
        self._loop = asyncio.get_running_loop()
        self._factory = factory
        self._sock = self._listen((host, port))
        self.address: Address = self._sock.getsockname()
        self._fillers: list[socket.socket] = []
        self._refuses = False
        self._tasks: set[asyncio.Task[object]] = set()
        self._reading = False
        self._read(on=True)

    def accept(self) -> None:
        """Answer SYNs from now on."""
        if self._refuses:
            self._sock.listen(BACKLOG)
            self._refuses = False
        if self._fillers:
            self._empty_queue()
        self._read(on=True)

    def refuse(self) -> None:
        """Answer SYNs with RST: the port is bound, and nobody listens."""
        if self._refuses:
            return
        self._read(on=False)
        self._drop_fillers()
        self._sock = self._successor()
        self._refuses = True

    def _successor(self) -> socket.socket:
        """Return a socket that holds the port in the listener's place, and close the listener.

        A port that was let go would be another program's by the time it is wanted again.
        """
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        successor = socket.socket()
        successor.setblocking(False)
        successor.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # open connections go on
        successor.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        successor.bind(self.address)
        successor.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)  # and nobody after it
        self._sock.close()
        return successor

    def drop(self) -> None:
        """Leave SYNs unanswered."""
        self.accept()
        self._read(on=False)
        self._sock.listen(0)
        for _ in range(8):
            filler = socket.socket()
            filler.setblocking(False)
            self._fillers.append(filler)
            if filler.connect_ex(self.address) == errno.EINPROGRESS:
                return  # on loopback a SYN with room in the queue is answered at once
        raise StationError(f"the queue of {self.address} did not fill: SYNs cannot be dropped")

    def close(self) -> None:
        """Stop listening."""
        self._read(on=False)
        self._drop_fillers()
        self._sock.close()

    def _listen(self, address: Address) -> socket.socket:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        try:
            sock.bind(address)
        except OSError:
            sock.close()
            raise
        sock.listen(BACKLOG)
        return sock

    def _read(self, *, on: bool) -> None:
        if on and not self._reading:
            self._loop.add_reader(self._sock, self._on_connection)
        elif not on and self._reading:
            self._loop.remove_reader(self._sock)
        self._reading = on

    def _empty_queue(self) -> None:
        """Take the fillers out of the queue; keep strangers that came meanwhile."""
        ours = {filler.getsockname() for filler in self._fillers}
        self._sock.listen(BACKLOG)
        self._drop_fillers()
        with contextlib.suppress(BlockingIOError):
            while True:
                connection, peer = self._sock.accept()
                if peer in ours:
                    connection.close()
                else:
                    self._take(connection)

    def _drop_fillers(self) -> None:
        for filler in self._fillers:
            filler.close()
        self._fillers = []

    def _on_connection(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
            self._take(self._sock.accept()[0])

    def _take(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._factory, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def listen(
    host: str, factory: ProtocolFactory, port: int = 0, *, unsafe: bool = False
) -> Listener:
    """Listen at `host`, in the running loop's own world; port 0 takes a free one.

    Raises:
        StationError: `host` is not loopback and nobody has said that this is meant (`unsafe`),
            or the address cannot be had.
    """
    if not unsafe and not is_loopback(host):
        raise StationError(f"{host} is not loopback: nothing listens there unless it is meant to")
    loop = asyncio.get_running_loop()
    if isinstance(loop, SimulatedLoop):
        return MemoryListener(await loop.create_server(factory, host, port))
    try:
        return SocketListener(host, factory, port)
    except OSError as error:
        raise StationError(f"cannot listen at {host}, port {port}: {error.strerror}") from None
