"""A listening socket in memory."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.network.address import Address
from bench.network.memory_socket import MemorySocket

if TYPE_CHECKING:
    from bench.network.memory import MemoryInternet


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
