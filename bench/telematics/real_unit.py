"""A real telematics unit in the mocked one's place: it lives by itself, the bench looks on."""

import asyncio
from collections.abc import Callable

from bench.events import TelematicsState
from bench.journal import Journal
from bench.telematics.push.channel import Identity

LOOK_S = 0.25


class RealUnit:
    """What the bench knows of a real unit: whether it is connected.

    What it decides and does is seen where it shows: at the broker, on CAN, on the wires.

    Args:
        identity: who it is.
        journal: where its state is written.
        connected: whether the cloud can reach it.
    """

    def __init__(self, identity: Identity, journal: Journal, connected: Callable[[], bool]) -> None:
        self.identity = identity
        self.powered = True
        self._journal, self._connected = journal, connected
        self._told = ""

    @property
    def state(self) -> str:
        """What it is: connected, not_connected, unpowered."""
        if not self.powered:
            return "unpowered"
        return "connected" if self._connected() else "not_connected"

    def wake(self, cause: int | None) -> None:
        """Do nothing: a real unit is woken by its network, its car or its supply."""

    def power(self, *, on: bool) -> None:
        """Take note that a relay has connected or cut its supply."""
        self.powered = on

    async def live(self) -> None:
        """Write down when it comes and goes."""
        while True:
            if self.state != self._told:
                self._told = self.state
                self._journal.write(TelematicsState(self.identity.party, self._told))
            await asyncio.sleep(LOOK_S)

    def on_key_revoked(self, credential: str, cause: int) -> None:
        """Do nothing: it hears of a revoked key by push and tells the car on CAN."""
