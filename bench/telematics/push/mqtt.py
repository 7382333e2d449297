"""Push over MQTT, 3.1.1 or 5: commands on one topic, reports on another."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bench.network import mqtt_topics as topics
from bench.network.mqtt_client import MqttClient
from bench.network.mqtt_connection import Login, MqttConnection
from bench.telematics.policy import TelematicsPolicy
from bench.telematics.push.channel import Channel, Identity


class Mqtt:
    """The way over MQTT.

    Args:
        client: the unit's MQTT client.
    """

    def __init__(self, client: MqttClient) -> None:
        self._client = client

    @asynccontextmanager
    async def open(
        self, identity: Identity, policy: TelematicsPolicy, cause: int | None
    ) -> AsyncIterator[tuple[Channel, int]]:
        """Open a channel; yields it and the entry of its opening. Raises ExchangeError."""
        login = Login(
            identity.push_host, identity.vin, identity.token, topics.commands(identity.vin),
            policy.mqtt_version, policy.heartbeat_s, keeps_session=policy.keeps_session,
            trusts_session=policy.trusts_session,
            follows_reference=policy.follows_server_reference,
        )  # fmt: skip
        async with self._client.connect(login, cause=cause) as (connection, opened):
            yield _MqttChannel(connection, topics.reports(identity.vin)), opened

    async def drop_connections(self) -> None:
        """Lose the connection."""
        await self._client.drop_connections()


class _MqttChannel:
    def __init__(self, connection: MqttConnection, topic: str) -> None:
        self._connection, self._topic = connection, topic

    @property
    def closed(self) -> bool:
        return self._connection.closed

    async def receive(self) -> dict[str, Any] | None:
        payload = await self._connection.receive()
        if payload is None:
            return None
        document: dict[str, Any] = json.loads(payload)
        return document

    async def send(self, document: dict[str, Any]) -> None:
        self._connection.publish(self._topic, json.dumps(document).encode())
