"""One connection of an MQTT client: CONNECT and its answer, messages, signs of life, the end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from bench.network.mqtt_wire import (
    AT_LEAST_ONCE,
    AnyPacket,
    ConnAck,
    Connect,
    ConnectProperties,
    Disconnect,
    Endpoint,
    PingReq,
    PingResp,
    PubAck,
    Publish,
    SubAck,
    Subscribe,
    SubscriptionRequest,
    Version,
    free_id,
)
from bench.network.trace_context import HEADER, traceparent

AnswerT = TypeVar("AnswerT", ConnAck, SubAck)
KEPT_S = 3600  # how long a session is to be kept, where MQTT 5 lets a client say so (assumed)


class Refused(OSError):
    """The broker does not let this client in.

    Args:
        said: in words.
        code: of its CONNACK (None: it was no CONNACK).
        reference: whom MQTT 5 names to go to instead ("": nobody).
    """

    def __init__(self, said: str, code: int | None = None, reference: str = "") -> None:
        super().__init__(said)
        self.code, self.reference = code, reference


@dataclass(frozen=True)
class Login:
    """How a client introduces itself.

    Attributes:
        host: whom it connects to, by name.
        user, password: what it shows; with a certificate of its own the password may be empty.
        topic: what it listens to.
        version: what it speaks.
        keep_alive_s: after so long without a packet it asks whether the broker is still there.
        keeps_session: what waits for it is to be kept while it is away.
        trusts_session: a defect: it never listens again, even where it was forgotten.
        follows_reference: MQTT 5: it goes to another server where it is sent to one.
    """

    host: str
    user: str
    password: str
    topic: str
    version: Version
    keep_alive_s: float
    keeps_session: bool
    trusts_session: bool = False
    follows_reference: bool = True


class MqttConnection:
    """A connection of an MQTT client.

    Args:
        login: how the client introduces itself.
        unacknowledged: what it has published and not been thanked for, by packet identifier;
            it outlives the connection.
    """

    def __init__(self, login: Login, unacknowledged: dict[int, Publish]) -> None:
        self.endpoint = Endpoint(self, login.version)
        self.greeted = False
        self._login, self._unacknowledged = login, unacknowledged
        self._loop = asyncio.get_running_loop()
        self._answers: asyncio.Queue[AnyPacket | None] = asyncio.Queue()
        self._messages: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._timer: asyncio.TimerHandle | None = None
        self._last_id = max(unacknowledged, default=0)
        # why the broker has ended it, and whom it named to go to instead
        self.ended: tuple[int | None, str | None] = (None, None)

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self.endpoint.closed

    async def greet(self, client: str, cause: int) -> ConnAck:
        """Send CONNECT; return the answer.

        Raises ConnectionResetError when there is none, and Refused when it lets nobody in.
        """
        login = self._login
        properties = None
        if login.version == "5.0":
            properties = ConnectProperties(
                session_expiry_interval=KEPT_S if login.keeps_session else 0,
                user_properties=((HEADER, traceparent(cause)),),
            )
        self.greeted = True
        self.endpoint.send(Connect(
            client_id=client, clean_session=not login.keeps_session,
            keepalive=max(1, round(login.keep_alive_s)), username=login.user,
            password=login.password.encode(), properties=properties,
        ))  # fmt: skip
        answer = await self._answer(ConnAck)
        if answer.return_code:
            raise _refusal(answer)
        return answer

    async def listen(self) -> None:
        """Subscribe. Raises Refused when the broker does not allow it."""
        wanted = SubscriptionRequest(topic_filter=self._login.topic, qos=AT_LEAST_ONCE)
        self.endpoint.send(Subscribe(packet_id=self._free_id(), subscriptions=(wanted,)))
        answer = await self._answer(SubAck)
        if any(code >= 0x80 for code in answer.return_codes):
            raise Refused(f"SUBACK {answer.return_codes[0]}")

    def repeat(self, *, session_present: bool) -> None:
        """Publish once more what was never acknowledged, and begin to ask for signs of life."""
        for message in self._unacknowledged.values():
            self.endpoint.send(replace(message, dup=session_present))
        self._ask_later()

    async def receive(self) -> bytes | None:
        """Return the next message; None when the connection has ended."""
        return await self._messages.get()

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish a message; it is sent again over the next connection unless acknowledged."""
        message = Publish(
            topic=topic, payload=payload, qos=AT_LEAST_ONCE, retain=False, dup=False,
            packet_id=self._free_id(),
        )  # fmt: skip
        self._unacknowledged[message.packet_id or 0] = message
        self.endpoint.send(message)

    def close(self) -> None:
        """Take leave in order."""
        self.endpoint.send(Disconnect())
        self.endpoint.close()

    def abort(self) -> None:
        """Lose the connection."""
        self.endpoint.abort()

    # ── what the connection tells ─────────────────────────────────────────────────────────

    def on_packet(self, endpoint: Endpoint, packet: AnyPacket) -> None:
        """Take a packet from the broker."""
        if isinstance(packet, Publish):
            self._messages.put_nowait(packet.payload)
            if packet.packet_id is not None:
                endpoint.send(PubAck(packet_id=packet.packet_id))
        elif isinstance(packet, PubAck):
            self._unacknowledged.pop(packet.packet_id, None)
        elif isinstance(packet, ConnAck | SubAck):
            self._answers.put_nowait(packet)
        elif isinstance(packet, PingResp):
            self._ask_later()
        elif isinstance(packet, Disconnect):
            to = packet.properties.server_reference if packet.properties is not None else None
            self.ended = packet.reason_code, to
            endpoint.close()

    def on_bad(self, endpoint: Endpoint, why: str) -> None:
        """Take note that what came is no MQTT: the connection's end says enough."""

    def on_lost(self, endpoint: Endpoint) -> None:
        """Take the end of the connection."""
        del endpoint
        if self._timer is not None:
            self._timer.cancel()
        self._answers.put_nowait(None)
        self._messages.put_nowait(None)

    async def _answer(self, kind: type[AnswerT]) -> AnswerT:
        packet = await self._answers.get()
        if not isinstance(packet, kind):
            raise ConnectionResetError("the broker has closed the connection")
        return packet

    def _ask_later(self) -> None:
        """Ask after the keep-alive whether the broker is still there."""
        self._set_timer(self._login.keep_alive_s, self._ask)

    def _ask(self) -> None:
        """Ask; a broker that is silent for half as long again is taken for dead, as in HTTP."""
        self.endpoint.send(PingReq())
        self._set_timer(self._login.keep_alive_s / 2, self.endpoint.abort)

    def _set_timer(self, wait_s: float, then: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(wait_s, then)

    def _free_id(self) -> int:
        self._last_id = free_id(self._last_id, self._unacknowledged)
        return self._last_id


def _refusal(answer: ConnAck) -> Refused:
    """Return the error that a CONNACK is."""
    reference = (answer.properties.server_reference or "") if answer.properties is not None else ""
    instead = f", go to {reference}" if reference else ""
    return Refused(f"CONNACK {answer.return_code}{instead}", answer.return_code, reference)
