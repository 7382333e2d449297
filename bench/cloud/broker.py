"""The MQTT broker in front of the cloud: push over MQTT 3.1.1 and 5, in both worlds of time.

It is small on purpose, and behaves as AWS IoT Core does: quality of service 0 and 1, no retained
messages, no shared subscriptions. It is the bench's own because none that exists runs on simulated
time, and because the faults act inside it, packet by packet; docs/real_telematics_unit.md has the
comparison. `tests/unit/network/test_broker.py` tries it out with paho-mqtt.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bench.cloud.broker_queue import Admit, BrokerQueue
from bench.cloud.mqtt_admission import Admission, Authenticate
from bench.cloud.mqtt_channel import MqttChannel
from bench.cloud.mqtt_rule import Direction, MqttRule
from bench.cloud.mqtt_session import Session
from bench.cloud.mqtt_sessions import Sessions
from bench.cloud.push import Push
from bench.injection import Rules
from bench.journal import Journal
from bench.network import mqtt_reasons as reasons
from bench.network import mqtt_topics as topics
from bench.network.json_object import json_object
from bench.network.mqtt_wire import (
    AnyPacket,
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
from bench.network.network import Network

DENIED_3 = 0x80  # MQTT 3.1.1 §3.9.3
WITH_WILL = 0x04

OnMessage = Callable[[str, dict[str, Any] | None], Awaitable[None]]
Spawn = Callable[[Any, str], Any]


class Broker:
    """Accepts vehicles, routes what is published.

    Args:
        push: told which vehicles can be reached.
        authenticate: user name, password and the name in the client's certificate ("": none)
            → the vehicle that this is, or None.
        on_message: takes what vehicles publish; None when one has begun to listen for commands.
        network: knows whose link a connection came over, and which name it has called.
        rules: disturbances.
        journal: where connections are written.
        spawn: starts a coroutine in the background.
        admit: gives a CONNECT its turn, where that is limited.
    """

    def __init__(
        self,
        push: Push,
        authenticate: Authenticate,
        on_message: OnMessage,
        *,
        network: Network,
        rules: Rules[MqttRule],
        journal: Journal,
        spawn: Spawn,
        admit: Admit,
    ) -> None:
        self.sessions = Sessions()
        self._push, self._on_message = push, on_message
        self._rules, self._spawn, self._network = rules, spawn, network
        self._queue = BrokerQueue(admit, spawn)
        self._admission = Admission(
            self.sessions, self._queue, authenticate, self._let_in,
            network=network, rules=rules, journal=journal,
        )  # fmt: skip
        self._of: dict[Endpoint, Session] = {}

    def endpoint(self) -> Endpoint:
        """Return the end of a connection that is being accepted."""
        return Endpoint(self)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message to every session that wants it."""
        self.sessions.deliver(topic, payload)

    def live(self) -> list[Session]:
        """Return the sessions whose clients are connected."""
        return self.sessions.live()

    def called_by(self, session: Session) -> str:
        """Return the name that a session's client has called ("": its TLS does not say)."""
        endpoint = session.endpoint
        return self._network.called(endpoint.transport) if endpoint is not None else ""

    def close(self) -> None:
        """Close every connection, as a broker that shuts down does."""
        self.sessions.close(reasons.SHUTTING_DOWN)

    # ── what a connection tells ───────────────────────────────────────────────────────────

    def on_packet(self, endpoint: Endpoint, packet: AnyPacket) -> None:
        """Take a packet from a client."""
        if self._queue.keeps(endpoint, packet):
            return
        session = self._of.get(endpoint)
        if session is None or isinstance(packet, Connect):
            # the first packet is a CONNECT, and there is no second one: MQTT 3.1.1 §3.1
            if session is None and isinstance(packet, Connect):
                self._admission.ask(endpoint, packet)
            else:
                second = "a second CONNECT"
                self.on_bad(endpoint, second if session else "it does not begin with a CONNECT")
                endpoint.abort()
            return
        session.heard()
        if not self._loses(session, "up", packet):
            self._on_session_packet(session, packet)

    def on_bad(self, endpoint: Endpoint, why: str) -> None:
        """Take note that what came is no MQTT, which ends the connection."""
        self._admission.tell(self._admission.party_of(endpoint) or "?", why)

    def on_lost(self, endpoint: Endpoint) -> None:
        """Take the end of a connection: the will is published, the session kept or dropped."""
        session = self._of.pop(endpoint, None)
        if session is None or session.endpoint is not endpoint:
            return
        self.sessions.leave(session)
        if session.connect.will is not None:
            self._take(session, session.connect.will.topic, session.connect.will.payload)

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
            session.tell(f"a {kind_of(packet)}, which is not offered")
            session.end(reasons.QOS_NOT_SUPPORTED)

    def _answer(self, session: Session, packet: AnyPacket) -> None:
        if session.endpoint is not None and not self._loses(session, "down", packet):
            session.endpoint.send(packet)

    def _loses(self, session: Session, direction: Direction, packet: AnyPacket) -> bool:
        kind = kind_of(packet)
        return any(rule.loses(session.whose, direction, kind) for rule in self._rules)

    def _on_publish(self, session: Session, packet: Publish) -> None:
        allowed = topics.may_publish(session.user, packet.topic)
        if packet.qos > 1 or not (allowed or session.speaks_5):
            session.tell(
                "a PUBLISH of quality of service 2, which is not offered"
                if allowed
                else f"a PUBLISH to {packet.topic}, which is not its own"
            )
            session.end(reasons.QOS_NOT_SUPPORTED)
            return
        if allowed:
            self._take(session, packet.topic, packet.payload)
        if packet.packet_id is not None:
            code = 0 if allowed else reasons.NOT_AUTHORISED
            self._answer(session, PubAck(packet_id=packet.packet_id, reason_code=code))

    def _take(self, session: Session, topic: str, payload: bytes) -> None:
        """Route what a vehicle has published, to the cloud first of all."""
        if topic == topics.reports(session.user):
            document = json_object(payload)
            self._spawn(self._on_message(session.user, document), "broker-report")
        if topics.may_publish(session.user, topic):
            self.publish(topic, payload)

    def _on_subscribe(self, session: Session, packet: Subscribe) -> None:
        denied = reasons.NOT_AUTHORISED if session.speaks_5 else DENIED_3
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

    def _let_in(self, endpoint: Endpoint, session: Session) -> None:
        self._of[endpoint] = session
        self._listening(session)

    def _listening(self, session: Session) -> None:
        """Tell the cloud that a vehicle listens for commands."""
        if session.granted(topics.commands(session.user)) is not None:
            self._push.attach(session.user, MqttChannel(self.sessions, session.user))
            self._spawn(self._on_message(session.user, None), "broker-connected")
