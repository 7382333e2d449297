"""The MQTT broker in front of the cloud: push over MQTT 3.1.1 and 5, in both worlds of time.

It is small on purpose, and behaves as AWS IoT Core does: quality of service 0 and 1, no retained
messages, no shared subscriptions. It is the bench's own because none that exists runs on simulated
time, and because the faults act inside it, packet by packet; docs/real_telematics_unit.md has the
comparison. `tests/unit/test_broker.py` tries it out with paho-mqtt.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bench.cloud.broker_queue import Admit, BrokerQueue, admit_at_once
from bench.cloud.mqtt_rule import Direction, MqttRule, Refusal
from bench.cloud.mqtt_session import KEPT_FOR_EVER, Session
from bench.cloud.push import Push
from bench.events import BrokerConnect
from bench.injection import Rules
from bench.journal import Journal
from bench.network import mqtt_topics as topics
from bench.network.certificates import common_name
from bench.network.mqtt_wire import (
    AnyPacket,
    ConnAck,
    ConnAckProperties,
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
    UnsubAck,
    Unsubscribe,
    kind_of,
)
from bench.network.trace_context import HEADER, cause_of

# codes: MQTT 3.1.1 table 3.1 and MQTT 5 §2.4
BAD_CREDENTIALS, NOT_AUTHORISED = Refusal(4, 0x86), Refusal(5, 0x87)
BAD_CLIENT_ID = Refusal(2, 0x85)
SHUTTING_DOWN, KEEP_ALIVE, TAKEN_OVER, QOS_NOT_SUPPORTED = 0x8B, 0x8D, 0x8E, 0x9B
DENIED_3, DENIED_5 = 0x80, 0x87
WITH_WILL = 0x04
GRACE = 1.5  # of the keep-alive: MQTT 3.1.1 §3.1.2.10
OFFERS = ConnAckProperties(
    maximum_qos=1, retain_available=False, shared_subscription_available=False
)

OnMessage = Callable[[str, dict[str, Any] | None], Awaitable[None]]
Authenticate = Callable[[str, str, str], str | None]
Spawn = Callable[[Any, str], Any]
PartyAt = Callable[[Any], str | None]
LookAt = Callable[[Any, str, int | None], None]


class Broker:
    """Accepts vehicles, routes what is published.

    Args:
        push: told which vehicles can be reached.
        authenticate: user name, password and the name in the client's certificate ("": none)
            → the vehicle that this is, or None.
        on_message: takes what vehicles publish; None when one has begun to listen for commands.
        rules: disturbances.
        journal: where connections are written.
        spawn: starts a coroutine in the background.
        party_at: says whose link a connection came over, by its address here.
        admit: gives a CONNECT its turn, where that is limited.
        look_at: is shown the connection of each CONNECT, whose it is, and its cause.
    """

    def __init__(
        self,
        push: Push,
        authenticate: Authenticate,
        on_message: OnMessage,
        *,
        rules: Rules[MqttRule],
        journal: Journal,
        spawn: Spawn,
        party_at: PartyAt = lambda _peer: None,
        admit: Admit = admit_at_once,
        look_at: LookAt = lambda _transport, _party, _cause: None,
    ) -> None:
        self.sessions: dict[str, Session] = {}
        self._push, self._authenticate, self._on_message = push, authenticate, on_message
        self._rules, self._journal, self._spawn = rules, journal, spawn
        self._party_at, self._look_at = party_at, look_at
        self._queue = BrokerQueue(admit, spawn)
        self._of: dict[Endpoint, Session] = {}
        self._numbers = 0

    def endpoint(self) -> Endpoint:
        """Return the end of a connection that is being accepted."""
        return Endpoint(self)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message to every session that wants it."""
        for session in list(self.sessions.values()):
            granted = session.granted(topic)
            if granted is not None:
                session.deliver(topic, payload, granted)

    def live(self) -> list[Session]:
        """Return the sessions whose clients are connected."""
        return [session for session in self.sessions.values() if session.live]

    def close(self) -> None:
        """Close every connection, as a broker that shuts down does."""
        for session in self.live():
            session.end(SHUTTING_DOWN)
        for session in self.sessions.values():
            for timer in (session.watchdog, session.expiry):
                if timer is not None:
                    timer.cancel()

    # ── what a connection tells ───────────────────────────────────────────────────────────

    def on_packet(self, endpoint: Endpoint, packet: AnyPacket) -> None:
        """Take a packet from a client."""
        if self._queue.keeps(endpoint, packet):
            return
        session = self._of.get(endpoint)
        if session is None or isinstance(packet, Connect):
            # the first packet is a CONNECT, and there is no second one: MQTT 3.1.1 §3.1
            if session is None and isinstance(packet, Connect):
                self._on_connect(endpoint, packet)
            else:
                endpoint.abort()
            return
        self._watch(session)
        if not self._loses(session, "up", packet):
            self._on_session_packet(session, packet)

    def on_lost(self, endpoint: Endpoint) -> None:
        """Take the end of a connection: the will is published, the session kept or dropped."""
        session = self._of.pop(endpoint, None)
        if session is None or session.endpoint is not endpoint:
            return
        kept_s = session.expiry_s()
        session.endpoint = None
        if session.watchdog is not None:
            session.watchdog.cancel()
        if session.connect.will is not None:
            self._take(session, session.connect.will.topic, session.connect.will.payload)
        if kept_s == 0:
            self._forget(session)
        elif kept_s != KEPT_FOR_EVER:
            loop = asyncio.get_running_loop()
            session.expiry = loop.call_later(kept_s, self._forget, session)

    # ── sessions ──────────────────────────────────────────────────────────────────────────

    def _on_connect(self, endpoint: Endpoint, connect: Connect) -> None:
        connect = self._named(connect)
        user = self._user(endpoint, connect)
        name = self._party_of(endpoint) or connect.client_id or "?"
        self._look_at(endpoint.transport, name, _cause(connect))
        refusal = self._refusal(connect, user)

        def answer(full: Refusal | None) -> None:
            self._answer_connect(endpoint, connect, name, user, refusal or full)

        if refusal is None:
            self._queue.enter(endpoint, name, _cause(connect), answer)
        else:
            answer(None)

    def _answer_connect(
        self,
        endpoint: Endpoint,
        connect: Connect,
        name: str,
        user: str | None,
        refusal: Refusal | None,
    ) -> None:
        code = 0 if refusal is None else _code(endpoint, refusal)
        session = None if refusal else self._session(connect, str(user))
        present = session is not None and session.seq > 0
        event = BrokerConnect(name, endpoint.version, code, present)
        seq = self._journal.write(event, _cause(connect))
        if session is None:
            endpoint.send(_refused(endpoint, code, refusal))
            endpoint.close()
            return
        session.connect, session.endpoint, session.seq = connect, endpoint, seq
        self._of[endpoint] = session
        self._watch(session)
        offers = replace(OFFERS, assigned_client_identifier=connect.client_id)
        properties = offers if endpoint.version == "5.0" else None
        endpoint.send(ConnAck(session_present=present, return_code=0, properties=properties))
        session.send_again()
        self._listening(session)

    def _party_of(self, endpoint: Endpoint) -> str | None:
        """Return whose link a client came over: a real unit names itself as it likes."""
        transport = endpoint.transport
        peer = transport.get_extra_info("peername") if transport is not None else None
        return self._party_at(peer)

    def _named(self, connect: Connect) -> Connect:
        """Give a client that has no identifier one, where the standard allows it."""
        if connect.client_id or not connect.clean_session:
            return connect
        self._numbers += 1
        return replace(connect, client_id=f"client-{self._numbers}")

    def _user(self, endpoint: Endpoint, connect: Connect) -> str | None:
        """Return the vehicle that a client has proved to be."""
        transport = endpoint.transport
        certificate = transport.get_extra_info("peercert") if transport is not None else None
        password = (connect.password or b"").decode(errors="replace")
        return self._authenticate(connect.username or "", password, common_name(certificate))

    def _refusal(self, connect: Connect, user: str | None) -> Refusal | None:
        if not connect.client_id:
            return BAD_CLIENT_ID
        for rule in self._rules:
            refusal = rule.refuses(connect.client_id)
            if refusal is not None:
                return refusal
        if user is None:
            return BAD_CREDENTIALS
        known = self.sessions.get(connect.client_id)
        if known is not None and known.user != user:
            return NOT_AUTHORISED  # another vehicle's session
        return None

    def _session(self, connect: Connect, user: str) -> Session:
        """Return the session that a client takes up: its old one, or a new one."""
        old = self.sessions.get(connect.client_id)
        if old is not None:
            old.end(TAKEN_OVER)
            if old.expiry is not None:
                old.expiry.cancel()
        if old is not None and (connect.clean_session or self._forgets(connect.client_id)):
            self._forget(old)
            old = None
        if old is None:
            old = self.sessions[connect.client_id] = Session(connect.client_id, user, connect)
        return old

    def _forgets(self, party: str) -> bool:
        return any(rule.forgets(party) for rule in self._rules)

    def _forget(self, session: Session) -> None:
        if self.sessions.get(session.client) is session:
            del self.sessions[session.client]

    def _watch(self, session: Session) -> None:
        """Close the connection of a client that says nothing for longer than it announced."""
        if session.watchdog is not None:
            session.watchdog.cancel()
        if session.connect.keepalive:
            loop = asyncio.get_running_loop()
            wait_s = GRACE * session.connect.keepalive
            session.watchdog = loop.call_later(wait_s, session.end, KEEP_ALIVE)

    def _loses(self, session: Session, direction: Direction, packet: AnyPacket) -> bool:
        kind = kind_of(packet)
        return any(rule.loses(session.client, direction, kind) for rule in self._rules)

    # ── packets of a session ──────────────────────────────────────────────────────────────

    def _on_session_packet(self, session: Session, packet: AnyPacket) -> None:
        if isinstance(packet, Publish):
            self._on_publish(session, packet)
        elif isinstance(packet, PubAck):
            session.acknowledged(packet.packet_id)
        elif isinstance(packet, Subscribe):
            self._on_subscribe(session, packet)
        elif isinstance(packet, Unsubscribe):
            self._on_unsubscribe(session, packet)
        elif isinstance(packet, PingReq):
            self._answer(session, PingResp())
        elif isinstance(packet, Disconnect):
            self._on_disconnect(session, packet)
        else:  # quality of service 2, enhanced authentication, a server's packet
            session.end(QOS_NOT_SUPPORTED)

    def _answer(self, session: Session, packet: AnyPacket) -> None:
        if session.endpoint is not None and not self._loses(session, "down", packet):
            session.endpoint.send(packet)

    def _on_publish(self, session: Session, packet: Publish) -> None:
        allowed = topics.may_publish(session.user, packet.topic)
        version_5 = session.endpoint is not None and session.endpoint.version == "5.0"
        if packet.qos > 1 or not (allowed or version_5):
            session.end(QOS_NOT_SUPPORTED)
            return
        if allowed:
            self._take(session, packet.topic, packet.payload)
        if packet.packet_id is not None:
            code = 0 if allowed else DENIED_5
            self._answer(session, PubAck(packet_id=packet.packet_id, reason_code=code))

    def _take(self, session: Session, topic: str, payload: bytes) -> None:
        """Route what a vehicle has published, to the cloud first of all."""
        if topic == topics.reports(session.user):
            document = _parse(payload)
            self._spawn(self._on_message(session.user, document), "broker-report")
        if topics.may_publish(session.user, topic):
            self.publish(topic, payload)

    def _on_subscribe(self, session: Session, packet: Subscribe) -> None:
        version_5 = session.endpoint is not None and session.endpoint.version == "5.0"
        denied = DENIED_5 if version_5 else DENIED_3
        codes = []
        for wanted in packet.subscriptions:
            allowed = topics.may_subscribe(session.user, wanted.topic_filter)
            if allowed:
                session.subscriptions[wanted.topic_filter] = min(wanted.qos, 1)
            codes.append(min(wanted.qos, 1) if allowed else denied)
        self._answer(session, SubAck(packet_id=packet.packet_id, return_codes=tuple(codes)))
        self._listening(session)

    def _on_unsubscribe(self, session: Session, packet: Unsubscribe) -> None:
        known = [session.subscriptions.pop(each, None) for each in packet.topic_filters]
        codes = tuple(0x11 if each is None else 0 for each in known)  # 0x11: there was none
        self._answer(session, UnsubAck(packet_id=packet.packet_id, reason_codes=codes))

    def _on_disconnect(self, session: Session, packet: Disconnect) -> None:
        if packet.reason_code != WITH_WILL:
            session.connect = replace(session.connect, will=None)
        expiry_s = packet.properties.session_expiry_interval if packet.properties else None
        if expiry_s is not None:
            properties = session.connect.properties or ConnectProperties()
            properties = replace(properties, session_expiry_interval=expiry_s)
            session.connect = replace(session.connect, properties=properties)
        if session.endpoint is not None:
            session.endpoint.close()

    # ── towards the cloud ─────────────────────────────────────────────────────────────────

    def _listening(self, session: Session) -> None:
        """Tell the cloud that a vehicle listens for commands."""
        if session.granted(topics.commands(session.user)) is not None:
            self._push.attach(session.user, _VehicleChannel(self, session.user))
            self._spawn(self._on_message(session.user, None), "broker-connected")


class _VehicleChannel:
    """The way to one vehicle, as push sees it: a topic that somebody listens to."""

    def __init__(self, broker: Broker, vin: str) -> None:
        self._broker, self._vin = broker, vin
        self._topic = topics.commands(vin)

    @property
    def closed(self) -> bool:
        """Whether nobody listens."""
        return not any(s.granted(self._topic) is not None for s in self._broker.live())

    async def send_str(self, text: str) -> None:
        """Publish a document."""
        self._broker.publish(self._topic, text.encode())

    async def close(self, **_why: Any) -> None:
        """Close the connections of the vehicle."""
        for session in self._broker.live():
            if session.user == self._vin:
                session.end(SHUTTING_DOWN)


def _refused(endpoint: Endpoint, code: int, refusal: Refusal | None) -> ConnAck:
    """Return a CONNACK that lets nobody in; MQTT 5 can say who else would."""
    properties = None
    if refusal is not None and refusal.server and endpoint.version == "5.0":
        properties = ConnAckProperties(server_reference=refusal.server)
    return ConnAck(session_present=False, return_code=code, properties=properties)


def _code(endpoint: Endpoint, refusal: Refusal) -> int:
    return refusal.code_5 if endpoint.version == "5.0" else refusal.code_3


def _cause(connect: Connect) -> int | None:
    """Return the entry because of which a client connects, where it says so (MQTT 5 can)."""
    properties = connect.properties
    return cause_of(dict(properties.user_properties).get(HEADER)) if properties else None


def _parse(payload: bytes) -> dict[str, Any]:
    try:
        document = json.loads(payload)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
