"""The broker as clients see it that nobody here wrote: paho-mqtt, over TLS, on a loopback socket."""

import contextlib
import json
import queue
import socket
import time
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bench.clock.real import RealTime
from bench.cloud.backend import Backend
from bench.errors import ConfigError
from bench.events import BrokerConnect
from bench.faults.fault import Site
from bench.faults.injector import Injector, parse_fault
from bench.journal import Journal
from bench.network.certificates import Certificates, client_context
from bench.network.network import DOMAIN, Network
from bench.network.trust import trust_of

VIN, TOKEN, OTHER = "PAHO0000000000001", "paho's token", "PAHO0000000000002"
COMMANDS, REPORTS = f"vehicles/{VIN}/commands", f"vehicles/{VIN}/reports"
VERSIONS = {"3.1.1": MQTTProtocolVersion.MQTTv311, "5.0": MQTTProtocolVersion.MQTTv5}
SOON_S = 20.0


class World:
    """A cloud with a broker, and a link to it, in real time."""

    def __init__(self, *, mutual: bool = False) -> None:
        self.certificates = Certificates(mutual=mutual)
        self.time = RealTime(guard_s=30.0)
        self.journal = Journal(self.time.now_ns)
        self.time.run(self._open())

    async def _open(self) -> None:
        self.network = Network(self.journal, delay_s=0.0, certificates=self.certificates)
        self.cloud = Backend(self.time, self.journal, self.network, 1, mqtt=True)
        await self.cloud.start()
        await self.network.connect("tcu", mqtt=True)
        self.cloud.register(VIN, "owner", "owner's word", TOKEN)
        self.cloud.register(OTHER, "other", "other's word", "other's token")
        site = Site(self.network, self.cloud.front, self.cloud.state)
        self.injector = Injector(site, self.journal, 1)
        self.address = self.network.names.table["tcu", f"push.{DOMAIN}"]

    @property
    def state(self):
        return self.cloud.state

    def run(self, function, *arguments) -> Any:
        """Call a function on the loop."""

        async def call() -> Any:
            return function(*arguments)

        return self.time.run(call())

    def push(self, document: dict[str, Any], to: str = VIN) -> bool:
        return self.time.run(self.state.push.send(to, "a document", document, None))

    def connected(self, *, wanted: bool = True) -> None:
        """Wait until the cloud can reach the vehicle, or cannot."""
        until_s = time.monotonic() + SOON_S
        while self.run(self.state.push.connected, VIN) != wanted:
            assert time.monotonic() < until_s, "the cloud and the vehicle did not get together"
            time.sleep(0.01)

    def connack_codes(self) -> list[int]:
        """Return the codes of all CONNACKs so far."""
        entries = self.run(lambda: list(self.journal.entries))
        return [each.event.code for each in entries if isinstance(each.event, BrokerConnect)]

    def close(self) -> None:
        async def close() -> None:
            await self.cloud.stop()
            self.network.close()
            await self.time.drain()

        try:
            self.time.run(close())
        finally:
            self.time.close()


class Client:
    """A paho client that writes down what it is told."""

    def __init__(self, world: World, version: str, *, name: str = "paho-1", **options: Any) -> None:
        self.connects: queue.Queue[Any] = queue.Queue()
        self.disconnects: queue.Queue[Any] = queue.Queue()
        self.messages: queue.Queue[paho.MQTTMessage] = queue.Queue()
        self.granted: queue.Queue[list[Any]] = queue.Queue()
        self.published: queue.Queue[tuple[int, Any]] = queue.Queue()
        self.version, self.world = version, world
        clean = options.pop("clean", True)
        self.will = options.pop("will", None)
        extra = {} if version == "5.0" else {"clean_session": clean}
        self.paho = paho.Client(CallbackAPIVersion.VERSION2, client_id=name,
                                protocol=VERSIONS[version], **extra)  # fmt: skip
        self.clean = clean
        self.paho.username_pw_set(options.pop("user", VIN), options.pop("password", TOKEN))
        self.paho.tls_set_context(client_context())
        # paho checks the name that it connects to; the bench's DNS is tested elsewhere
        trust = trust_of(world.certificates, options.pop("certified", VIN))
        self.paho._ssl_context = _Named(trust.context)
        self.paho.on_connect = lambda _c, _u, flags, code, _p: self.connects.put((code, flags))
        self.paho.on_disconnect = lambda _c, _u, _f, code, _p: self.disconnects.put(code)
        self.paho.on_message = lambda _c, _u, message: self.messages.put(message)
        self.paho.on_subscribe = lambda _c, _u, _m, codes, _p: self.granted.put(codes)
        self.paho.on_publish = lambda _c, _u, mid, code, _p: self.published.put((mid, code))
        if self.will:
            self.paho.will_set(*self.will)

    def start(self, keepalive: int = 60):
        """Connect, wait for the CONNACK, and return it."""
        properties = None
        if self.version == "5.0":
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = 0 if self.clean else 100
        host, port = self.world.address
        extra = {"clean_start": self.clean} if self.version == "5.0" else {}
        self.paho.connect(host, port, keepalive, properties=properties, **extra)
        self.paho.loop_start()
        return self.connects.get(timeout=SOON_S)

    def listen(self, topic: str = COMMANDS, qos: int = 1) -> Any:
        self.paho.subscribe(topic, qos)
        return self.granted.get(timeout=SOON_S)[0]

    def lose_connection(self) -> None:
        """Drop the socket without a word."""
        self.paho.loop_stop()
        sock = self.paho.socket()
        if sock is not None:
            sock.close()
        self.paho._sock = None

    def stop(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()


class _Named:
    """A TLS context that asks for the push service's name, whatever address it goes to."""

    def __init__(self, context):
        self._context = context

    def wrap_socket(self, sock, *, server_hostname=None, **options):
        del server_hostname
        return self._context.wrap_socket(sock, server_hostname=f"push.{DOMAIN}", **options)

    def __getattr__(self, name):
        return getattr(self._context, name)


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def certified_world() -> Iterator[World]:
    """A world whose broker asks its clients for a certificate."""
    world = World(mutual=True)
    yield world
    world.close()


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make(world: World, version: str) -> Iterator[Any]:
    clients: list[Client] = []

    def make(**options: Any) -> Client:
        clients.append(Client(world, version, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.stop()


def test_a_command_arrives_and_its_report_is_taken(world, make):
    client = make()
    code, flags = client.start()
    assert code == 0
    assert not flags.session_present
    assert client.listen() == 1
    world.connected()
    assert world.push({"type": "command", "signed": "00"})
    message = client.messages.get(timeout=SOON_S)
    assert (message.topic, message.qos) == (COMMANDS, 1)
    assert json.loads(message.payload)["type"] == "command"
    report = {"type": "state", "state": {"door_lock_state": "locked"}}
    client.paho.publish(REPORTS, json.dumps(report), qos=1).wait_for_publish(SOON_S)
    assert world.run(lambda: world.state.vehicles.get(VIN).state) == {"door_lock_state": "locked"}


def test_a_wrong_token_is_refused(make, version):
    code, _ = make(password="wrong").start()
    assert code.is_failure
    assert code.getName() == "Bad user name or password"


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ({}, "Success"),
        ({"password": None}, "Success"),
        ({"password": ""}, "Success"),
        ({"user": None, "password": None}, "Success"),
        ({"password": "wrong"}, "Bad user name or password"),
        ({"password": "other's token"}, "Bad user name or password"),
        ({"user": OTHER, "password": "other's token"}, "Bad user name or password"),
        ({"certified": "PAHO0000000000009"}, "Bad user name or password"),
    ],
    ids=str,
)
def test_beside_a_certificate_a_password_may_be_missing_and_not_wrong(
    certified_world, version, shown, said
):
    client = Client(certified_world, version, **shown)
    try:
        code, _ = client.start()
        assert code.getName() == said
        wrong = 0x86 if version == "5.0" else 4  # as it goes over the wire
        assert certified_world.connack_codes()[0] == (0 if said == "Success" else wrong)
    finally:
        client.stop()


def test_another_vehicles_topics_are_out_of_reach(world, make, version):
    client = make()
    client.start()
    assert client.listen(f"vehicles/{OTHER}/commands").is_failure
    assert client.listen("vehicles/+/commands").is_failure
    assert client.listen("#").is_failure
    report = json.dumps({"type": "state", "state": {"door_lock_state": "unlocked"}})
    client.paho.publish(f"vehicles/{OTHER}/reports", report, qos=1)
    if version == "5.0":
        _, code = client.published.get(timeout=SOON_S)
        assert code.getName() == "Not authorized"
    else:  # 3.1.1 has no word for it: the broker closes the connection
        client.disconnects.get(timeout=SOON_S)
    assert world.run(lambda: world.state.vehicles.get(OTHER).state) == {}


def test_what_was_not_acknowledged_comes_again_into_the_session_that_was_kept(world, make):
    client = make(clean=False)
    client.start()
    client.listen()
    world.connected()
    client.lose_connection()
    world.connected(wanted=False)
    world.run(world.state.broker.publish, COMMANDS, b'{"type": "later"}')
    again = make(clean=False)
    code, flags = again.start()
    assert code == 0
    assert flags.session_present
    assert json.loads(again.messages.get(timeout=SOON_S).payload) == {"type": "later"}
    world.connected()  # its subscription was kept, too


def test_a_clean_session_is_not_kept(world, make):
    client = make(clean=True)
    client.start()
    client.listen()
    client.lose_connection()
    world.connected(wanted=False)
    _, flags = make(clean=False).start()
    assert not flags.session_present


def test_a_second_client_of_the_same_name_takes_over(world, make, version):
    first = make()
    first.start()
    first.paho.reconnect_delay_set(60, 60)
    code, _ = make().start()
    assert code == 0
    reason = first.disconnects.get(timeout=SOON_S)
    if version == "5.0":
        assert reason.getName() == "Session taken over"


def test_a_session_of_another_vehicle_cannot_be_taken_over(make):
    make().start()
    code, _ = make(user=OTHER, password="other's token").start()
    assert code.getName() == "Not authorized"


def test_quality_of_service_2_is_not_offered(make):
    client = make()
    client.start()
    assert client.listen(qos=2) == 1  # granted, at the quality that there is


def test_a_will_is_published_when_the_connection_is_lost_and_not_after_a_leave(world, make):
    watcher = make(name="watcher")
    watcher.start()
    watcher.listen(f"vehicles/{VIN}/status")
    lost = make(name="lost", will=(f"vehicles/{VIN}/status", b"gone", 1))
    lost.start()
    lost.lose_connection()
    assert watcher.messages.get(timeout=SOON_S).payload == b"gone"
    left = make(name="left", will=(f"vehicles/{VIN}/status", b"never", 1))
    left.start()
    left.stop()
    world.run(world.state.broker.publish, f"vehicles/{VIN}/status", b"last")
    assert watcher.messages.get(timeout=SOON_S).payload == b"last"


def test_a_client_that_falls_silent_is_cut_off_after_its_keep_alive(world, make):
    client = make()
    client.start(keepalive=1)
    client.listen()
    world.connected()
    began_s = time.monotonic()
    client.paho.loop_stop()  # it neither reads nor asks any more
    world.connected(wanted=False)
    # one and a half keep-alives; paho itself may take another second to stop
    assert 0.9 <= time.monotonic() - began_s <= 6.0


def test_a_living_client_outlives_its_keep_alive(world, make):
    client = make()
    client.start(keepalive=1)
    client.listen()
    time.sleep(2.5)
    assert world.run(world.state.push.connected, VIN)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("unavailable", {"3.1.1": "Server unavailable", "5.0": "Server unavailable"}),
        ("not_authorised", {"3.1.1": "Not authorized", "5.0": "Not authorized"}),
        ("quota", {"3.1.1": "Server unavailable", "5.0": "Quota exceeded"}),
        ("busy", {"3.1.1": "Server unavailable", "5.0": "Server busy"}),
        ("banned", {"3.1.1": "Not authorized", "5.0": "Banned"}),
        ("rate_exceeded", {"3.1.1": "Server unavailable", "5.0": "Connection rate exceeded"}),
        ("use_another_server", {"3.1.1": "Server unavailable", "5.0": "Use another server"}),
        ("server_moved", {"3.1.1": "Server unavailable", "5.0": "Server moved"}),
    ],
)
def test_a_refused_connack_reads_as_the_standard_says(world, make, version, reason, words):
    fault = parse_fault(f"connack_refused:reason={reason}", source="test")
    armed = world.run(world.injector.arm, fault)
    code, _ = make().start()
    assert code.getName() == words[version]
    world.run(world.injector.clear, armed)
    assert armed.met == 1
    code, _ = make().start()
    assert code == 0


def test_a_client_is_told_where_to_go_instead(world, make, version):
    fault = "connack_refused:reason=server_moved,server=elsewhere.maker.example"
    world.run(world.injector.arm, parse_fault(fault, source="test"))
    client, told = make(), queue.Queue()
    client.paho.on_connect = lambda _c, _u, _f, code, properties: (
        told.put(getattr(properties, "ServerReference", None)), client.connects.put((code, None))
    )  # fmt: skip
    client.start()
    assert told.get(timeout=SOON_S) == ("elsewhere.maker.example" if version == "5.0" else None)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("keep_alive_timeout", "Keep alive timeout"), ("busy", "Server busy"),
        ("use_another_server", "Use another server"), ("server_moved", "Server moved"),
        ("rate_exceeded", "Connection rate exceeded"), ("administrative", "Administrative action"),
        ("maximum_connect_time", "Maximum connect time"),
    ],
)  # fmt: skip
def test_a_disconnect_reads_as_the_standard_says(world, make, version, reason, words):
    client = make()
    client.start()
    fault = parse_fault(f"broker_disconnects:reason={reason}", source="test")
    armed = world.run(world.injector.arm, fault)
    code = client.disconnects.get(timeout=SOON_S)
    if version == "5.0":  # 3.1.1 has no such packet: the connection ends
        assert code.getName() == words
    world.run(world.injector.clear, armed)
    assert armed.met >= 1


@pytest.mark.parametrize("fault", ["connack_refused:reason=busy", "broker_disconnects"])
def test_only_two_reasons_send_clients_elsewhere(world, fault):
    separator = "," if ":" in fault else ":"
    wrong = parse_fault(f"{fault}{separator}server=a.example", source="test")
    with pytest.raises(ConfigError, match="only use_another_server and server_moved send"):
        world.run(world.injector.arm, wrong)


def test_a_client_that_finds_the_queue_full_is_told_that_the_server_is_busy(world, make, version):
    spec = "thundering_herd:endpoint=push,clients=50,within_s=0,workers=1,service_s=5,queue=1"
    armed = world.run(world.injector.arm, parse_fault(spec, source="test"))
    code, _ = make().start()
    assert code.getName() == {"3.1.1": "Server unavailable", "5.0": "Server busy"}[version]
    world.run(world.injector.clear, armed)
    assert armed.met == 1
    code, _ = make().start()
    assert code == 0


def test_a_client_waits_for_its_turn_and_what_it_says_meanwhile_is_kept(world, make, version):
    del version
    spec = "brown_out:endpoint=push,load=0.000001,workers=1,service_s=0.5,law=deterministic"
    armed = world.run(world.injector.arm, parse_fault(spec, source="test"))
    began_s = time.monotonic()
    client = make()
    code, _ = client.start()
    assert code == 0
    assert time.monotonic() - began_s >= 0.45
    assert client.listen() == 1
    assert armed.met == 1


@pytest.mark.parametrize("way", ["cleared", "gone"])
def test_whoever_waits_is_let_in_when_the_limits_go_and_forgotten_when_it_goes(world, make, way):
    spec = "brown_out:endpoint=push,load=0.000001,workers=1,service_s=600,law=deterministic"
    armed = world.run(world.injector.arm, parse_fault(spec, source="test"))
    client = make()
    host, port = world.address
    client.paho.connect(host, port, 60)
    client.paho.loop_start()
    with pytest.raises(queue.Empty):
        client.connects.get(timeout=0.3)
    if way == "gone":
        client.lose_connection()
    world.run(world.injector.clear, armed)
    if way == "cleared":
        code, _ = client.connects.get(timeout=SOON_S)
        assert code == 0
    else:
        time.sleep(0.3)
        assert not world.run(lambda: list(world.state.broker.sessions))


def test_a_lost_acknowledgement_brings_the_message_again_marked_as_duplicate(world, make):
    armed = world.run(world.injector.arm, parse_fault("puback_lost", source="test"))
    client = make(clean=False)
    client.start()
    client.listen()
    world.connected()
    world.push({"type": "once"})
    assert not client.messages.get(timeout=SOON_S).dup
    client.lose_connection()
    world.connected(wanted=False)
    again = make(clean=False)
    again.start()
    assert again.messages.get(timeout=SOON_S).dup
    world.run(world.injector.clear, armed)
    assert armed.met >= 1


def test_a_forgotten_session_is_new_to_its_client(world, make):
    client = make(clean=False)
    client.start()
    client.listen()
    client.lose_connection()
    world.connected(wanted=False)
    armed = world.run(world.injector.arm, parse_fault("session_not_kept", source="test"))
    _, flags = make(clean=False).start()
    assert not flags.session_present
    world.run(world.injector.clear, armed)
    assert armed.met == 1
    assert not world.run(world.state.push.connected, VIN)  # nobody has subscribed again


def test_an_unanswered_sign_of_life_makes_the_client_give_up(world, make):
    armed = world.run(world.injector.arm, parse_fault("keepalive_ignored", source="test"))
    client = make()
    client.start(keepalive=1)
    assert client.disconnects.get(timeout=SOON_S).getName() == "Keep alive timeout"
    world.run(world.injector.clear, armed)
    assert armed.met >= 1


@pytest.mark.parametrize(
    "first", [b"GET / HTTP/1.1\r\n\r\n" + b" " * 80, b"\xc0\x00", b"\x10\x02\x00\x04"],
    ids=["another protocol", "a sign of life", "half a CONNECT"],
)  # fmt: skip
def test_whoever_does_not_begin_with_a_connect_is_cut_off(world, first):
    with socket.create_connection(world.address, SOON_S) as plain:
        sock = client_context().wrap_socket(plain, server_hostname=f"push.{DOMAIN}")
        sock.sendall(first)
        with contextlib.suppress(ConnectionResetError):
            assert sock.recv(100) == b""
        sock.close()
    assert world.run(lambda: list(world.state.broker.sessions)) == []
