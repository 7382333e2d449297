"""Phone → cloud → MQTT → telematics unit → CAN → lock, on simulated time."""

import hashlib

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.access.path import get_path
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
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
    assert served
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


def asked(bench):
    """Return whom the unit has asked to be let in, and what it was told."""
    return [
        (e.host.partition(".")[0], e.code, e.sent_to)
        for e in events(bench, BrokerConnect)
        if e.party == "tcu"
    ]


@pytest.fixture
def sent(tmp_path):
    """Return what opens a bench whose unit speaks MQTT 5, with more said of it."""
    opened = []

    def make(more: str = "") -> Bench:
        file = bench_file(tmp_path, "5.0")
        file.write_text(file.read_text() + more)
        opened.append(Bench(make_setup(file)).open())
        return opened[-1]

    yield make
    for bench in opened:
        bench.close()


MOVED = "connack_refused:reason=server_moved,server="
OTHER = "push-2.maker.example"


@pytest.mark.parametrize(
    ("reason", "code", "comes_back_to"),
    [("use_another_server", 0x9C, "push"), ("server_moved", 0x9D, "push-2")],
)
def test_a_unit_that_is_sent_to_another_server_goes_there_and_is_reached(
    sent, reason, code, comes_back_to
):
    bench = sent()
    with bench.cloud.failing(f"connack_refused:reason={reason},server={OTHER}") as armed:
        bench.wait(30)
        assert asked(bench)[1:] == [("push", code, OTHER), ("push-2", 0, "")]
        assert armed[0].met >= 1
        assert bench.owner.unlock("cloud_app").acted
        # a lost channel: the one is asked where it was told to go for good, else where it began
        before = len(asked(bench))
        with bench.cloud.failing("reset_peer:service=push"):
            bench.wait(30)
        assert asked(bench)[before][0] == comes_back_to
        assert bench.owner.unlock("cloud_app").acted
    with bench.cloud.failing("reset_peer:service=push"):
        bench.wait(30)
    bench.wait(120)
    assert asked(bench)[-1] == ("push", 0, ""), "there is no such server any more"
    assert bench.owner.unlock("cloud_app").acted


def test_what_led_a_unit_to_another_server_is_its_refusal(sent):
    bench = sent()
    with bench.cloud.failing(MOVED + OTHER):
        bench.wait(30)
    entries = bench.journal.entries
    there = next(x for x in entries if getattr(x.event, "host", "") == OTHER)
    why = [entries[there.cause].event]
    why.append(entries[entries[there.cause].cause].event)
    assert [w.kind for w in why] == ["request_sent", "exchange_failed"]
    assert why[1].detail == f"CONNACK 157, go to {OTHER}"


@pytest.mark.parametrize(
    ("server", "each_try"),
    [("push.maker.example", ["push", "push"]), ("nowhere.example", ["push"]),
     ("[fe80::1]:8883", ["push"])],
    ids=["a circle", "nowhere", "no name"],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_costs_one_more_try_and_the_back_off_stays(
    sent, server, each_try
):
    bench = sent()
    with bench.cloud.failing(MOVED + server) as armed:
        bench.wait(120)
    tries = [host for host, code, _ in asked(bench) if code]
    assert set(tries) == {"push"}
    assert len(tries) % len(each_try) == 0
    assert 3 * len(each_try) <= len(tries) <= 30 * len(each_try)
    assert armed[0].met <= 60 * len(each_try)
    bench.wait(60)
    assert bench.owner.unlock("cloud_app").acted


@pytest.mark.parametrize(
    "more", ["follows_server_reference = false\n", 'mqtt_version = "3.1.1"\n'], ids=["off", "3.1.1"]
)
def test_a_unit_may_ignore_it_and_an_older_one_is_never_told(tmp_path, more):
    file = bench_file(tmp_path, "5.0")
    text = (
        file.read_text().replace('mqtt_version = "5.0"\n', "")
        if "version" in more
        else file.read_text()
    )
    file.write_text(text + more)
    with Bench(make_setup(file)) as bench:
        with bench.cloud.failing(MOVED + OTHER):
            bench.wait(60)
            assert not bench.owner.unlock("cloud_app").acted
        assert {host for host, _, _ in asked(bench)} == {"push"}
        assert any(to for _, _, to in asked(bench)) == ("version" not in more)


def test_a_unit_goes_where_a_disconnect_sends_it_and_is_left_alone_there(sent):
    bench = sent()
    spec = f"broker_disconnects:reason=server_moved,period_s=5,server={OTHER}"
    with bench.cloud.failing(spec) as armed:
        bench.wait(60)
        assert asked(bench)[1:] == [("push-2", 0, "")]
        assert armed[0].met == 2  # the witness's unit, too
        assert bench.owner.unlock("cloud_app").acted


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
