"""What `cloud.failing` arms, it clears again; what it has not armed, it says."""

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.access.outage import Outage, Phase
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError
from bench.events import FaultArmed, FaultCleared, WitnessProbed


@pytest.fixture(name="bench")
def opened_bench():
    """A bench with the built-in car."""
    with Bench(make_setup(DEFAULT)) as bench:
        yield bench


def faults(bench, kind):
    return [e.event.fault for e in bench.journal.entries if isinstance(e.event, kind)]


def test_a_step_that_comes_after_the_block_arms_nothing(bench):
    attempt = bench.owner.begin("unlock", "cloud_app")
    with bench.cloud.failing("http_status", when=attempt.at("executed")):
        pass
    attempt.result()
    assert attempt.acted
    assert faults(bench, FaultArmed) == []


def test_a_step_that_is_not_reached_in_the_block_is_named(bench):
    with bench.cloud.failing("http_status:status=500", "refuse",
                             when=bench.owner.begin("unlock", "ble_key").at("delivered")):  # fmt: skip
        bench.wait(10)
    assert bench.cloud.unproven == (
        "never armed: http_status:status=500, refuse: act-1, unlock by ble_key, never reached "
        "delivered"
    )


def test_a_step_that_was_reached_before_the_block_arms_at_once(bench):
    attempt = bench.owner.begin("unlock", "cloud_app")
    assert attempt.reached("accepted", within_s=10)
    with bench.cloud.failing("executed_ack_lost", when=attempt.at("accepted")) as armed:
        attempt.result()
    assert [each.met for each in armed] == [1]
    assert bench.cloud.unproven == ""


@pytest.mark.parametrize("at_step", [False, True])
def test_where_one_of_several_faults_cannot_be_none_is_armed(bench, at_step):
    step = bench.owner.begin("unlock", "cloud_app").at("accepted") if at_step else None
    wrong = bench.cloud.failing("http_status", "refuse", "keepalive_ignored", when=step)
    with pytest.raises(ConfigError, match="keepalive_ignored acts on MQTT"), wrong:
        pass
    bench.wait(10)
    assert faults(bench, FaultArmed) == []
    assert bench.cloud.unproven == ""


def test_faults_are_cleared_though_the_witness_cannot_be_asked(bench, monkeypatch):
    async def probe():
        raise ConfigError("no witness here")

    monkeypatch.setattr(bench.station.witness, "probe", probe)
    with pytest.raises(ConfigError, match="no witness here"), bench.cloud.failing("nxdomain"):
        pass
    assert faults(bench, FaultCleared) == ["nxdomain"]


def test_the_witness_meets_what_the_owner_did_not_though_another_fault_was_met(bench):
    with bench.cloud.failing(
        "http_status:endpoint=status", "http_status:endpoint=command"
    ) as armed:
        bench.owner.look()
        assert [bool(each.met) for each in armed] == [True, False]
    assert [bool(each.met) for each in armed] == [True, True]
    assert bench.cloud.unproven == ""


@pytest.mark.parametrize("name", ["duplicate", "replay", "out_of_order", "retained"])
def test_the_witness_is_given_time_to_meet_what_comes_later(bench, name):
    with bench.cloud.failing(name) as armed:
        bench.owner.unlock("ble_key")
    met = armed[0].met
    assert met
    bench.wait(60)
    assert armed[0].met == met, "nothing comes after the block"
    assert bench.cloud.unproven == ""


TWO = Outage("two", (Phase("down", 30.0, ("nxdomain",)), Phase("recovery", 30.0, ("refuse",))))


def test_the_witness_meets_an_outage_that_is_played_while_nobody_acts(bench):
    bench.cloud.play(TWO)
    assert bench.cloud.unproven == ""


def test_the_witness_meets_an_outage_that_was_begun_as_far_as_it_went(bench):
    bench.cloud.begin(TWO)
    bench.wait(10)
    assert bench.cloud.armed_specs == ["nxdomain"]
    assert bench.cloud.unproven == ""


def test_the_witness_asks_no_more_than_it_has_to_as_an_outage_is_played(bench):
    bench.cloud.play(TWO)
    probes = [e for e in bench.journal.entries if isinstance(e.event, WitnessProbed)]
    assert len(probes) <= len(TWO.phases)
