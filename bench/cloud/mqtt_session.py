"""One client's MQTT session: what it has subscribed to, and what it has not acknowledged yet."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from zmqtt import topic_matches

from bench.cloud.mqtt_rule import Client
from bench.network import mqtt_reasons as reasons
from bench.network.mqtt_wire import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    Connect,
    Disconnect,
    DisconnectProperties,
    Endpoint,
    Publish,
    free_id,
)

WINDOW = 20  # messages under way to one client; Mosquitto's max_inflight_messages
KEPT_FOR_EVER = 0xFFFFFFFF  # MQTT 5, 3.1.2.11.2: the session does not expire
GRACE = 1.5  # of the keep-alive: MQTT 3.1.1 §3.1.2.10


@dataclass
class Session:
    """A session, with a connection or without.

    Attributes:
        client: the client's identifier.
        whose: whose it is.
        connect: its latest CONNECT.
        endpoint: its connection (None: it is away).
        subscriptions: filters, and the quality of service granted.
        under_way: what was sent and not acknowledged, by packet identifier, oldest first.
        waiting: what there was no room for.
        seq: the journal entry of its latest connection.
        watchdog: closes the connection of a client that says nothing any more.
        expiry: forgets it, when its client does not come back.
        tell: takes note why its connection is ended, or a message dropped, by the client's doing.
    """

    client: str
    whose: Client
    connect: Connect
    endpoint: Endpoint | None = None
    subscriptions: dict[str, int] = field(default_factory=dict)
    under_way: dict[int, Publish] = field(default_factory=dict)
    waiting: deque[Publish] = field(default_factory=deque)
    seq: int = 0
    watchdog: asyncio.TimerHandle | None = None
    expiry: asyncio.TimerHandle | None = None
    tell: Callable[[str], None] = lambda _why: None
    _last_id: int = 0

    @property
    def user(self) -> str:
        """The vehicle that its client has proved to be."""
        return self.whose.vin

    @property
    def live(self) -> bool:
        """Whether its client is connected."""
        return self.endpoint is not None and not self.endpoint.closed

    @property
    def speaks_5(self) -> bool:
        """Whether its client is connected by MQTT 5."""
        return self.endpoint is not None and self.endpoint.version == "5.0"

    def heard(self) -> None:
        """Close the connection when the client then says nothing for longer than it announced."""
        if self.watchdog is not None:
            self.watchdog.cancel()
        if self.connect.keepalive:
            loop = asyncio.get_running_loop()
            silent_s = GRACE * self.connect.keepalive
            self.watchdog = loop.call_later(silent_s, self._silent, silent_s)

    def _silent(self, for_s: float) -> None:
        said = f"nothing for {for_s:g} s, and a keep-alive of {self.connect.keepalive} s announced"
        self.tell(said)
        self.end(reasons.KEEP_ALIVE_TIMEOUT)

    def expiry_s(self) -> int:
        """Return how long it outlives its connection, in seconds (KEPT_FOR_EVER: always)."""
        if self.endpoint is None or self.endpoint.version == "3.1.1":
            return 0 if self.connect.clean_session else KEPT_FOR_EVER
        properties = self.connect.properties
        return (properties and properties.session_expiry_interval) or 0

    def window(self) -> int:
        """Return how many messages may be under way."""
        properties = self.connect.properties
        return min(WINDOW, (properties and properties.receive_maximum) or WINDOW)

    def granted(self, topic: str) -> int | None:
        """Return the quality of service with which it wants a topic, or None."""
        return max(
            (qos for wanted, qos in self.subscriptions.items() if topic_matches(wanted, topic)),
            default=None,
        )

    def deliver(self, topic: str, payload: bytes, qos: int) -> None:
        """Send a message, or keep it until there is room, or until the client is back."""
        if qos == 0:
            message = _publish(topic, payload)
            if self.endpoint is not None and self._fits(self.endpoint, message):
                self.endpoint.send(message)
            return
        self.waiting.append(_publish(topic, payload))
        self.send_waiting()

    def send_waiting(self) -> None:
        """Send what there is room for."""
        while self.endpoint is not None and self.waiting and len(self.under_way) < self.window():
            message = replace(self.waiting.popleft(), qos=AT_LEAST_ONCE, packet_id=self._free_id())
            if not self._fits(self.endpoint, message):
                continue
            self.under_way[message.packet_id or 0] = message
            self.endpoint.send(message)

    def _fits(self, endpoint: Endpoint, message: Publish) -> bool:
        """Whether a client takes a message of this size; else it is dropped (MQTT-3.1.2-25)."""
        properties = self.connect.properties
        most = properties and properties.maximum_packet_size
        size = endpoint.size_of(message) if most else 0
        if most and size > most:
            self.tell(f"a message of {size} bytes, and {most} are the most that it takes")
            return False
        return True

    def send_again(self) -> None:
        """Send what was never acknowledged once more, marked as a duplicate."""
        for message in self.under_way.values():
            if self.endpoint is not None:
                self.endpoint.send(replace(message, dup=True))
        self.send_waiting()

    def acknowledged(self, packet_id: int) -> None:
        """Take an acknowledgement; one that nothing waits for does no harm."""
        self.under_way.pop(packet_id, None)
        self.send_waiting()

    def end(self, reason_5: int, server: str = "") -> None:
        """Close its connection; MQTT 5 tells the client why, and whom to go to instead."""
        endpoint = self.endpoint
        if endpoint is not None:
            if endpoint.version == "5.0":
                to = DisconnectProperties(server_reference=server) if server else None
                endpoint.send(Disconnect(reason_code=reason_5, properties=to))
            endpoint.close()

    def _free_id(self) -> int:
        self._last_id = free_id(self._last_id, self.under_way)
        return self._last_id


def _publish(topic: str, payload: bytes) -> Publish:
    return Publish(topic=topic, payload=payload, qos=AT_MOST_ONCE, retain=False, dup=False)
