"""Push: the channels to vehicles and apps. WebSockets end here, MQTT at `bench.cloud.broker`."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import WSCloseCode, web

from bench.cloud.front import cause_from, party_of
from bench.events import ChannelOpened, PushSent
from bench.journal import Journal
from bench.network.json_object import json_object
from bench.network.trace_context import HEADER, traceparent

HEARTBEAT_S = 120.0  # below the idle time-out of common mobile networks (assumed)


class Channel(Protocol):
    """A way to one vehicle or app."""

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        ...

    async def send_str(self, data: str) -> None:
        """Send a document."""
        ...

    async def close(self, *, code: int = ..., message: bytes = ...) -> object:
        """Close it."""
        ...


@dataclass
class Push:
    """Open channels by who is at their end (a VIN, or "app:<account>").

    Attributes:
        journal: where messages are written.
    """

    journal: Journal
    _channels: dict[str, Channel] = field(default_factory=dict)

    def connected(self, to: str) -> bool:
        """Whether a channel is open."""
        channel = self._channels.get(to)
        return channel is not None and not channel.closed

    def attach(self, to: str, channel: Channel) -> None:
        """Send by this channel from now on."""
        self._channels[to] = channel

    async def serve(self, to: str, request: web.Request, on_message: Any) -> web.StreamResponse:
        """Hold a channel open and hand on what comes in, until it ends."""
        channel = web.WebSocketResponse(heartbeat=HEARTBEAT_S, compress=False)
        await channel.prepare(request)
        self.journal.write(ChannelOpened(party_of(request)), cause_from(request))
        old, self._channels[to] = self._channels.get(to), channel
        await _take_over(old)
        try:
            await on_message(to, None)
            async for message in channel:
                if message.type == message.type.TEXT:
                    await on_message(to, json_object(message.data))
        finally:
            if self._channels.get(to) is channel:
                del self._channels[to]
        return channel

    async def send(self, to: str, what: str, document: dict[str, Any], cause: int | None) -> bool:
        """Send a document; False where no channel is open."""
        channel = self._channels.get(to)
        if channel is None or channel.closed:
            return False
        seq = self.journal.write(PushSent(to, what), cause)
        try:
            await channel.send_str(json.dumps({**document, HEADER: traceparent(seq)}))
        except (ConnectionError, RuntimeError):
            return False
        return True

    async def evict(self, to: str) -> None:
        """Close a channel, as when another client connects under the same name."""
        await _take_over(self._channels.get(to))

    async def close(self, to: str) -> None:
        """Close a channel in order, as a server that is restarted does."""
        channel = self._channels.get(to)
        if channel is not None and not channel.closed:
            await channel.close(code=WSCloseCode.GOING_AWAY)

    async def close_all(self) -> None:
        """Close every channel (the service goes down in order)."""
        for channel in list(self._channels.values()):
            await channel.close(code=WSCloseCode.GOING_AWAY)


async def _take_over(channel: Channel | None) -> None:
    if channel is not None and not channel.closed:
        await channel.close(code=WSCloseCode.POLICY_VIOLATION, message=b"taken over")
