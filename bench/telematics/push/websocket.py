"""Push over a WebSocket."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType

from bench.network.http_client import HttpClient
from bench.telematics.policy import TelematicsPolicy
from bench.telematics.push.channel import Channel, Identity

HEADER_BYTES = 6000  # aiohttp takes headers of up to 8190 bytes


class Websocket:
    """The way over a WebSocket.

    Args:
        client: the unit's HTTP client.
    """

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    @asynccontextmanager
    async def open(
        self, identity: Identity, policy: TelematicsPolicy, cause: int | None
    ) -> AsyncIterator[tuple[Channel, int]]:
        """Open a channel; yields it and the entry of its opening. Raises ExchangeError."""
        url = f"https://{identity.push_host}/push/vehicle/{identity.vin}"
        async with self._client.websocket(
            url,
            cause=cause,
            token=identity.token,
            heartbeat_s=policy.heartbeat_s,
            more=_log(policy.log_bytes),
        ) as (channel, opened):
            yield _WebsocketChannel(channel), opened

    async def drop_connections(self) -> None:
        """Lose every connection."""
        await self._client.drop_connections()


def _log(size: int) -> dict[str, str]:
    """Return a log in headers, none longer than what servers take."""
    sizes = [min(HEADER_BYTES, size - start) for start in range(0, size, HEADER_BYTES)]
    return {f"X-Log-{number}": "." * each for number, each in enumerate(sizes)}


class _WebsocketChannel:
    def __init__(self, channel: ClientWebSocketResponse) -> None:
        self._channel = channel

    @property
    def closed(self) -> bool:
        return self._channel.closed

    async def receive(self) -> dict[str, Any] | None:
        message = await self._channel.receive()
        if message.type is not WSMsgType.TEXT:
            return None
        document: dict[str, Any] = json.loads(message.data)
        return document

    async def send(self, document: dict[str, Any]) -> None:
        await self._channel.send_str(json.dumps(document))
