"""Faults at the broker as paho-mqtt sees them: refusals, redirections, lost packets."""

import queue

import pytest
from paho_rig import OTHER, SOON_S, VERSIONS, VIN, clients_of, opened

from bench.errors import ConfigError
from bench.events import FaultMet
from bench.faults.injector import parse_fault


@pytest.fixture
def world():
    yield from opened()


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make(world, version):
    yield from clients_of(world, version)


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


@pytest.mark.parametrize(
    ("spec", "code"),
    [(f"vin={VIN}", "refused"), ("account=owner", "refused"),
     (f"vin={OTHER}", "let in"), ("account=other", "let in")],
)  # fmt: skip
def test_a_client_is_met_as_the_vehicle_that_it_is_whatever_it_calls_itself(
    world, make, spec, code
):
    armed = world.run(
        world.injector.arm, parse_fault(f"connack_refused:{spec},cut=False", source="test")
    )
    answer, _ = make(name="imei-356938035643809").start()
    assert answer.is_failure == (code == "refused")
    assert armed.met == (code == "refused")
    entries = world.run(lambda: list(world.journal.entries))
    parties = {each.event.party for each in entries if isinstance(each.event, FaultMet)}
    assert parties == ({"tcu"} if code == "refused" else set())


@pytest.mark.parametrize(("vin", "closed"), [(VIN, True), (OTHER, False)])
def test_a_client_that_is_to_be_refused_loses_its_open_connection_and_no_other_does(
    world, make, vin, closed
):
    client = make()
    client.start()
    world.run(world.injector.arm, parse_fault(f"connack_refused:vin={vin}", source="test"))
    if closed:
        client.disconnects.get(timeout=SOON_S)
    entries = world.run(lambda: list(world.journal.entries))
    met = [each.event for each in entries if isinstance(each.event, FaultMet)]
    assert [(each.party, each.operation) for each in met[:1]] == (
        [("tcu", "open connection closed")] if closed else []
    )


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
