"""A listening socket in memory."""

import asyncio
from collections.abc import Callable

from bench.network.address import Address
from bench.network.memory_socket import MemorySocket


class MemoryServer(asyncio.AbstractServer):
    """A listening socket in memory.

    Args:
        loop: on which it lives.
        servers: all that listen, by where; it stands there while it does.
        address: where it listens.
        accept: called with the socket of each connection.

    Attributes:
        drops_syn: True while connection attempts are to be left unanswered.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        servers: "dict[Address, MemoryServer]",
        address: Address,
        accept: Callable[[MemorySocket], None],
    ) -> None:
        self._loop, self._servers = loop, servers
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
        return self._loop

    def is_serving(self) -> bool:
        """Return whether it still accepts."""
        return self._servers.get(self.address) is self

    async def start_serving(self) -> None:
        """Nothing to do: it serves from its creation."""

    async def serve_forever(self) -> None:
        """Wait for ever."""
        await self._loop.create_future()

    def close(self) -> None:
        """Stop accepting; open connections live on."""
        if self.is_serving():
            del self._servers[self.address]

    def reopen(self) -> None:
        """Accept again, on the same address."""
        self._servers[self.address] = self

    async def wait_closed(self) -> None:
        """Return at once: accepted connections are not this server's to wait for."""
