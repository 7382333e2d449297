"""How an MQTT broker answers a CONNECT: who that is, whether it is let in, to which session."""

from collections.abc import Callable
from dataclasses import replace

from bench.cloud.broker_queue import BrokerQueue
from bench.cloud.mqtt_rule import Client, MqttRule, Refusal
from bench.cloud.mqtt_session import Session
from bench.cloud.mqtt_sessions import Sessions
from bench.events import BrokerConnect, BrokerDisconnect
from bench.injection import Rules
from bench.journal import Journal
from bench.network import mqtt_reasons as reasons
from bench.network.certificates import common_name
from bench.network.mqtt_wire import MOST_BYTES, ConnAck, ConnAckProperties, Connect, Endpoint
from bench.network.network import Network
from bench.network.trace_context import HEADER, cause_of

# the first code is that of MQTT 3.1.1, table 3.1
BAD_CREDENTIALS = Refusal(4, reasons.BAD_CREDENTIALS)
NOT_AUTHORISED = Refusal(5, reasons.NOT_AUTHORISED)
BAD_CLIENT_ID = Refusal(2, reasons.BAD_CLIENT_ID)
OFFERS = ConnAckProperties(
    maximum_qos=1,
    retain_available=False,
    shared_subscription_available=False,
    maximum_packet_size=MOST_BYTES,
)

Authenticate = Callable[[str, str, str], str | None]
LetIn = Callable[[Endpoint, Session], None]


class Admission:
    """Lets clients in, or refuses them.

    Args:
        sessions: those that there are.
        queue: where clients wait for their turn.
        authenticate: user name, password and the name in the client's certificate ("": none)
            → the vehicle that this is, or None.
        let_in: is told of each connection that has a session now.
        network: knows whose link a connection came over; is shown the connection of each CONNECT.
        rules: disturbances.
        journal: where connections are written.
    """

    def __init__(
        self,
        sessions: Sessions,
        queue: BrokerQueue,
        authenticate: Authenticate,
        let_in: LetIn,
        *,
        network: Network,
        rules: Rules[MqttRule],
        journal: Journal,
    ) -> None:
        self._sessions, self._queue = sessions, queue
        self._authenticate, self._let_in = authenticate, let_in
        self._network, self._rules, self._journal = network, rules, journal
        self._numbers = 0

    def ask(self, endpoint: Endpoint, connect: Connect) -> None:
        """Take a CONNECT; it is answered at once, or when its turn has come."""
        assigned = self._assigned(endpoint, connect)
        connect = replace(connect, client_id=assigned or connect.client_id)
        user = self._user(endpoint, connect)
        name = self.party_of(endpoint) or connect.client_id or "?"
        self._network.look_at(endpoint.transport, name, self._cause(connect))
        client = Client(name, user or "")
        refusal = self._refusal(connect, client, self._network.called(endpoint.transport))

        def answer(full: Refusal | None) -> None:
            self._answer(endpoint, connect, client, refusal or full, assigned)

        if refusal is None:
            self._queue.enter(endpoint, name, self._cause(connect), answer)
        else:
            answer(None)

    def _answer(
        self,
        endpoint: Endpoint,
        connect: Connect,
        client: Client,
        refusal: Refusal | None,
        assigned: str | None,
    ) -> None:
        code = 0 if refusal is None else _code(endpoint, refusal)
        session = None
        if refusal is None:
            session = self._sessions.take_up(connect, client, lambda: self._forgets(client))
        present = session is not None and session.seq > 0
        event = BrokerConnect(
            client.party, endpoint.version, code, present,
            host=self._network.called(endpoint.transport), sent_to=_sent_to(endpoint, refusal),
        )  # fmt: skip
        seq = self._journal.write(event, self._cause(connect))
        if session is None:
            endpoint.send(_refused(endpoint, code, refusal))
            endpoint.close()
            return
        session.connect, session.endpoint, session.seq = connect, endpoint, seq
        session.tell = lambda why: self.tell(client.party, why)
        session.heard()
        offers = replace(OFFERS, assigned_client_identifier=assigned)
        properties = offers if endpoint.version == "5.0" else None
        endpoint.send(ConnAck(session_present=present, return_code=0, properties=properties))
        session.send_again()
        self._let_in(endpoint, session)

    def _cause(self, connect: Connect) -> int | None:
        """Return the entry because of which a client connects, where it says so (MQTT 5 can)."""
        properties = connect.properties
        said = dict(properties.user_properties).get(HEADER) if properties else None
        return self._journal.known(cause_of(said))

    def tell(self, party: str, why: str) -> None:
        """Write down why the broker ends a client's connection."""
        self._journal.write(BrokerDisconnect(party, why))

    def party_of(self, endpoint: Endpoint) -> str | None:
        """Return whose link a client came over: a real unit names itself as it likes."""
        transport = endpoint.transport
        peer = transport.get_extra_info("peername") if transport is not None else None
        return self._network.party_at(peer)

    def _assigned(self, endpoint: Endpoint, connect: Connect) -> str | None:
        """Return an identifier for a client that has none, where the standard allows it."""
        nameless = connect.clean_session or endpoint.version == "5.0"  # MQTT 3.1.1, 3.1.3.1
        if connect.client_id or not nameless:
            return None
        self._numbers += 1
        return f"client-{self._numbers}"

    def _user(self, endpoint: Endpoint, connect: Connect) -> str | None:
        """Return the vehicle that a client has proved to be."""
        transport = endpoint.transport
        certificate = transport.get_extra_info("peercert") if transport is not None else None
        password = (connect.password or b"").decode(errors="replace")
        return self._authenticate(connect.username or "", password, common_name(certificate))

    def _refusal(self, connect: Connect, client: Client, host: str) -> Refusal | None:
        if not connect.client_id:
            return BAD_CLIENT_ID
        for rule in self._rules:
            refusal = rule.refuses(client, host)
            if refusal is not None:
                return refusal
        if not client.vin:
            return BAD_CREDENTIALS
        known = self._sessions.get(connect.client_id)
        if known is not None and known.user != client.vin:
            return NOT_AUTHORISED  # another vehicle's session
        return None

    def _forgets(self, client: Client) -> bool:
        return any(rule.forgets(client) for rule in self._rules)


def _refused(endpoint: Endpoint, code: int, refusal: Refusal | None) -> ConnAck:
    """Return a CONNACK that lets nobody in; MQTT 5 can say who else would."""
    to = _sent_to(endpoint, refusal)
    properties = ConnAckProperties(server_reference=to) if to else None
    return ConnAck(session_present=False, return_code=code, properties=properties)


def _sent_to(endpoint: Endpoint, refusal: Refusal | None) -> str:
    return refusal.server if refusal is not None and endpoint.version == "5.0" else ""


def _code(endpoint: Endpoint, refusal: Refusal) -> int:
    return refusal.code_5 if endpoint.version == "5.0" else refusal.code_3
