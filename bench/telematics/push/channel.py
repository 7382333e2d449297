"""What a telematics unit asks of a push channel, whatever protocol it speaks."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from bench.telematics.policy import TelematicsPolicy


@dataclass(frozen=True)
class Identity:
    """Who a unit is: its name on the bench, its vehicle, what it shows, and whom it calls.

    Attributes:
        push_host: the name of the push service.
    """

    party: str
    vin: str
    token: str
    push_host: str


class Channel(Protocol):
    """An open channel to the cloud."""

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        ...

    async def receive(self) -> dict[str, Any] | None:
        """Return the next document; None when the channel has ended."""
        ...

    async def send(self, document: dict[str, Any]) -> None:
        """Send a document; raises ConnectionError or RuntimeError where the channel is gone."""
        ...


class PushWay(Protocol):
    """The way to the cloud's push service."""

    def open(
        self, identity: Identity, policy: TelematicsPolicy, cause: int | None
    ) -> AbstractAsyncContextManager[tuple[Channel, int]]:
        """Open a channel; yields it and the entry of its opening. Raises ExchangeError."""
        ...

    async def drop_connections(self) -> None:
        """Lose every connection, as a unit does whose supply is cut."""
        ...
