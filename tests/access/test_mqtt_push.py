"""Phone → cloud → MQTT → telematics unit → CAN → lock, on simulated time."""

import hashlib

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.access.path import get_path
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario, short_timeline
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError
from bench.events import BrokerConnect, PushReceived, RequestServed, TelematicsCommand

VERSIONS = ("3.1.1", "5.0")


def bench_file(tmp_path, version):
    file = tmp_path / "bench.toml"
    push = f'\n[telematics]\npush = "mqtt"\nmqtt_version = "{version}"\nheartbeat_s = 20\n'
    file.write_text(DEFAULT.read_text() + push)
    return file


@pytest.fixture(params=VERSIONS)
def opened(request, tmp_path):
    bench = Bench(make_setup(bench_file(tmp_path, request.param))).open()
    yield bench
    bench.close()


def events(bench, kind):
    return [entry.event for entry in bench.journal.entries if isinstance(entry.event, kind)]


def decisions(bench):
    return [e.decision for e in events(bench, TelematicsCommand) if e.unit == "tcu"]


def test_the_app_opens_the_car_by_mqtt_and_its_success_is_true(opened, request):
    attempt = opened.owner.unlock("cloud_app")
    assert attempt.acted
    assert decisions(opened) == ["executing"]
    connects = [e for e in events(opened, BrokerConnect) if e.party == "tcu"]
    assert [e.code for e in connects] == [0]
    assert connects[0].version in request.node.name
    served = [e.path for e in events(opened, RequestServed)]
    assert not any(path.startswith("/push/vehicle/") for path in served)


def test_what_led_to_the_lock_pulse_is_a_walk_from_the_app_over_mqtt(opened):
    opened.owner.unlock("cloud_app")
    entries = opened.journal.entries
    received = next(
        x for x in entries if isinstance(x.event, PushReceived) and x.event.party == "tcu"
    )
    kinds = []
    at = received
    while at.cause is not None:
        at = entries[at.cause]
        kinds.append(at.event.kind)
    assert kinds[0] == "push_sent"
    assert "command_state" in kinds
    assert "request_sent" in kinds


def test_with_mqtt_5_the_broker_knows_why_a_unit_connects(tmp_path):
    with_cause = {}
    for version in VERSIONS:
        bench = Bench(make_setup(bench_file(tmp_path, version))).open()
        entry = next(x for x in bench.journal.entries if isinstance(x.event, BrokerConnect))
        with_cause[version] = entry.cause is not None
        bench.close()
    assert with_cause == {"3.1.1": False, "5.0": True}  # 3.1.1 has no place for it


def test_a_command_repeated_by_mqtt_is_executed_once(opened):
    with opened.cloud.failing("puback_lost") as armed:
        assert opened.owner.unlock("cloud_app").acted
    with opened.cloud.failing("reset_peer:service=push,side=car,after_bytes=0"):
        opened.wait(60)  # its next sign of life costs the unit its connection
    opened.wait(60)
    assert armed[0].met >= 1
    assert decisions(opened).count("executing") == 1
    assert "refused: duplicate" in decisions(opened)


def test_a_unit_that_was_forgotten_listens_again(opened):
    with opened.cloud.failing("session_not_kept") as armed:
        opened.wait(60)
        assert opened.owner.unlock("cloud_app").acted
    assert armed[0].met >= 2  # it was cut, and it was forgotten
    assert opened.owner.lock("cloud_app").acted


def test_a_unit_that_is_not_let_in_backs_off_and_comes_back(opened):
    with opened.cloud.failing("connack_refused:reason=quota") as armed:
        opened.wait(120)
        assert opened.telematics.state == "backing_off"
        tries = armed[0].met
    assert 4 <= tries <= 60  # more than once, and not a storm: two units in two minutes
    assert opened.owner.unlock("cloud_app").acted


def test_a_broker_that_answers_no_sign_of_life_is_taken_for_dead(opened):
    with opened.cloud.failing("keepalive_ignored") as armed:
        opened.wait(120)
    assert armed[0].met >= 2
    connects = [e for e in events(opened, BrokerConnect) if e.party == "tcu"]
    assert len(connects) >= 2
    assert connects[-1].session_present
    opened.wait(60)
    assert opened.owner.unlock("cloud_app").acted


@pytest.mark.parametrize(
    "fault", ["connack_refused", "session_not_kept", "puback_lost", "keepalive_ignored"]
)
def test_a_fault_of_mqtt_is_refused_where_nobody_speaks_it(fault):
    bench = Bench(make_setup(DEFAULT)).open()
    try:
        with pytest.raises(ConfigError, match=f"{fault} acts on MQTT"), bench.cloud.failing(fault):
            pass
    finally:
        bench.close()


def test_the_same_seed_gives_the_same_bytes_over_mqtt(tmp_path):
    setup = make_setup(bench_file(tmp_path, "5.0"))
    path = get_path("cloud_app")
    scenario = Scenario("sound", path.owner, "cloud_app", "unlock", None, short_timeline(60.0))
    digests = set()
    for _ in range(2):
        recording = run_scenario(setup.file, setup.model, scenario)
        assert any(isinstance(x.event, PushReceived) for x in recording.entries)
        digests.add(hashlib.sha256(repr(recording.entries).encode()).hexdigest())
    assert len(digests) == 1
