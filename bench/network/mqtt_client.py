"""How a telematics unit speaks MQTT: one client per party, over the party's links."""

import asyncio
import itertools
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from bench.events import ExchangeFailed, RequestSent, ResponseReceived
from bench.journal import Journal
from bench.network.http_client import ExchangeError
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
)
from bench.network.names import Names
from bench.network.trace_context import HEADER, traceparent
from bench.network.trust import Trust

AnswerT = TypeVar("AnswerT", ConnAck, SubAck)
KEPT_S = 3600  # how long a session is to be kept, where MQTT 5 lets a client say so (assumed)
LAST_ID = 0xFFFF


class Refused(OSError):
    """The broker does not let this client in."""


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
    """

    host: str
    user: str
    password: str
    topic: str
    version: Version
    keep_alive_s: float
    keeps_session: bool
    trusts_session: bool = False


class MqttClient:
    """One party's MQTT: a connection at a time, and what it has not been thanked for.

    Args:
        party: who it is; its client identifier.
        names: who resolves names for it.
        journal: where exchanges are written.
        connect_s: its patience for names, TCP, TLS, CONNACK and SUBACK.
        trust: what it trusts; by default the maker's root.
    """

    def __init__(
        self,
        party: str,
        names: Names,
        journal: Journal,
        *,
        connect_s: float,
        trust: Trust | None = None,
    ) -> None:
        self.party = party
        self._names, self._journal, self._connect_s = names, journal, connect_s
        self._trust = trust or Trust()
        self._numbers = itertools.count(1)
        self._unacknowledged: dict[int, Publish] = {}
        self._channel: MqttChannel | None = None
        self._has_listened = False

    @asynccontextmanager
    async def connect(
        self, login: Login, *, cause: int | None
    ) -> "AsyncIterator[tuple[MqttChannel, int]]":
        """Connect, take the session up, listen; yields the channel and the entry of its opening.

        Raises ExchangeError when the broker cannot be reached, or does not let the client in.
        """
        exchange = f"{self.party}-mqtt-{next(self._numbers)}"
        sent = RequestSent(self.party, exchange, "MQTT", f"/{login.topic}")
        seq = self._journal.write(sent, cause)
        channel = MqttChannel(login, self._unacknowledged)
        try:
            async with asyncio.timeout(self._connect_s):
                present = await self._open(channel, login, seq)
        except (TimeoutError, OSError) as error:
            channel.abort()
            raise self._failed(exchange, seq, error, sent=channel.greeted) from error
        note = "session present" if present else "new session"
        opened = self._journal.write(ResponseReceived(self.party, exchange, 0, note), seq)
        self._channel = channel
        try:
            yield channel, opened
        finally:
            channel.close()

    async def drop_connections(self) -> None:
        """Lose the connection, without a word to the broker; the session stays."""
        if self._channel is not None:
            self._channel.abort()

    async def close(self) -> None:
        """Close for good."""
        if self._channel is not None:
            self._channel.close()

    async def _open(self, channel: "MqttChannel", login: Login, cause: int) -> bool:
        """Connect and introduce the client; return whether the broker knew its session."""
        host, port = await self._names.resolve(self.party, login.host)
        transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: channel.endpoint, host, port, ssl=self._trust.context,
            server_hostname=login.host,
        )  # fmt: skip
        await self._trust.check(transport.get_extra_info("ssl_object"), login.host)
        answer = await channel.greet(self.party, cause)
        if answer.return_code:
            raise Refused(f"CONNACK {answer.return_code}")
        if not (answer.session_present or (login.trusts_session and self._has_listened)):
            await channel.listen()
            self._has_listened = True
        channel.repeat(session_present=answer.session_present)
        return answer.session_present

    def _failed(self, exchange: str, seq: int, error: Exception, *, sent: bool) -> ExchangeError:
        name, detail = type(error).__name__, _plain(error)
        event = ExchangeFailed(self.party, exchange, name, detail, sent)
        return ExchangeError(name, detail, sent=sent, seq=self._journal.write(event, seq))


class MqttChannel:
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

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self.endpoint.closed

    async def greet(self, client: str, cause: int) -> ConnAck:
        """Send CONNECT; return the answer. Raises ConnectionResetError when there is none."""
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
        return await self._answer(ConnAck)

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
            endpoint.close()

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
        """Return the next packet identifier that is not in use."""
        while True:
            self._last_id = self._last_id % LAST_ID + 1
            if self._last_id not in self._unacknowledged:
                return self._last_id


def _plain(error: Exception) -> str:
    """Return an error's text without what differs between runs."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
