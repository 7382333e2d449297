"""The broker as paho-mqtt sees it: commands, sessions, wills, signs of life."""

import contextlib
import json
import socket
import time

import pytest
from paho_rig import COMMANDS, OTHER, REPORTS, SOON_S, VERSIONS, VIN, Client, clients_of, opened

from bench.events import BrokerDisconnect
from bench.network.certificates import client_context
from bench.network.network import DOMAIN


@pytest.fixture
def world():
    yield from opened()


@pytest.fixture
def certified_world():
    """A world whose broker asks its clients for a certificate."""
    yield from opened(mutual=True)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make(world, version):
    yield from clients_of(world, version)


def ended(world) -> list[str]:
    """Return why the broker has ended connections."""
    entries = world.run(lambda: list(world.journal.entries))
    return [each.event.reason for each in entries if isinstance(each.event, BrokerDisconnect)]


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
        assert ended(world) == [f"a PUBLISH to vehicles/{OTHER}/reports, which is not its own"]
    assert world.run(lambda: world.state.vehicles.get(OTHER).state) == {}


def test_only_what_comes_on_its_own_topic_is_a_report(world, make):
    client = make()
    client.start()
    assert not client.listen(f"vehicles/{VIN}/#").is_failure
    for topic, doors in ((f"vehicles/{VIN}/notes", "unlocked"), (REPORTS, "locked"),
                         (f"vehicles/{VIN}/notes", "ajar")):  # fmt: skip
        report = {"type": "state", "state": {"door_lock_state": doors}}
        client.paho.publish(topic, json.dumps(report), qos=1)
        assert client.published.get(timeout=SOON_S)
        client.messages.get(timeout=SOON_S)  # and so it has been taken
    assert world.state.vehicles.get(VIN).state == {"door_lock_state": "locked"}


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
    assert ended(world) == ["another connection came as 'paho-1'"]


def test_a_session_of_another_vehicle_cannot_be_taken_over(make):
    make().start()
    code, _ = make(user=OTHER, password="other's token").start()
    assert code.getName() == "Not authorized"


def test_quality_of_service_2_is_not_offered(world, make):
    client = make()
    client.start()
    assert client.listen(qos=2) == 1  # granted, at the quality that there is
    client.paho.publish(REPORTS, b"{}", qos=2)
    client.disconnects.get(timeout=SOON_S)
    assert ended(world) == ["a PUBLISH of quality of service 2, which is not offered"]


def test_a_packet_that_is_too_large_is_said_to_be(world, make, version):
    client = make()
    client.start()
    if version == "5.0":
        assert client.properties.MaximumPacketSize == 256 * 1024
    client.paho.publish(REPORTS, b"." * 300_000, qos=1)
    client.disconnects.get(timeout=SOON_S)
    assert "262144" in ended(world)[0]


@pytest.mark.parametrize("version", ["5.0"], indirect=True)
@pytest.mark.parametrize("qos", [0, 1])
def test_a_client_gets_no_message_that_is_larger_than_it_takes(world, make, qos):
    client = make()
    client.start(most_bytes=100)
    client.listen(qos=qos)
    world.run(world.state.broker.publish, COMMANDS, b"." * 200)
    world.run(world.state.broker.publish, COMMANDS, b"small")
    assert client.messages.get(timeout=SOON_S).payload == b"small"
    [why] = ended(world)
    assert why.endswith("bytes, and 100 are the most that it takes")


def test_only_a_client_without_an_identifier_is_given_one(world, make, version):
    own = make()
    own.start()
    nameless = make(name="")
    code, _ = nameless.start()
    assert code == 0
    if version == "5.0":
        assert not hasattr(own.properties, "AssignedClientIdentifier")
        assert nameless.properties.AssignedClientIdentifier.startswith("client-")


@pytest.mark.parametrize("version", ["5.0"], indirect=True)
def test_a_client_without_an_identifier_may_begin_a_session_that_is_kept(make):
    code, _ = make(name="", clean=False).start()
    assert code == 0  # MQTT 5, 3.1.3.1; paho does not send what 3.1.1 would refuse


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
    assert ended(world) == ["nothing for 1.5 s, and a keep-alive of 1 s announced"]


def test_a_living_client_outlives_its_keep_alive(world, make):
    client = make()
    client.start(keepalive=1)
    client.listen()
    time.sleep(2.5)
    assert world.run(world.state.push.connected, VIN)


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
    assert len(ended(world)) == 1
