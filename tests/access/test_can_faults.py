"""Faults of the car's own buses: what is asked of whom, and which defect each of them shows."""

from pathlib import Path

import pytest
from real_databases import needs_opendbc
from short_scenario import judged, recorded

from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.choosing.usual_faults import default_faults
from bench.access.handles.bench import Bench, make_setup
from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.clock.simulated import SimulatedTime
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.events import BusStateChanged, ErrorSeen, FaultMet
from bench.faults.can.lost_node import LostNode
from bench.faults.can.stale_value import StaleValue
from bench.faults.can.wrong_crc import WrongCrc
from bench.faults.injector import faults
from bench.journal import Journal
from bench.judge.judge import judge
from bench.station.defects import defects
from bench.station.opening import open_station
from bench.station.plan import Plan

CAN_FAULTS = [name for name in faults().names() if faults().folder_of(name) == "can"]
CAN_DEFECTS = {
    defects().get(name).example.split()[2]: name
    for name in defects().names()
    if defects().get(name).example and defects().get(name).example.split()[2] in CAN_FAULTS
}
REAL = Path(__file__).parents[1] / "smoke" / "real.toml"


# ── which faults a run injects ────────────────────────────────────────────────────────────


def test_there_are_nine_and_each_has_a_defect_of_the_car_that_it_shows():
    assert len(CAN_FAULTS) == 9
    assert set(CAN_DEFECTS) == set(CAN_FAULTS)


def test_a_campaign_injects_none_of_them_unless_they_are_asked_for():
    for push in ("websocket", "mqtt"):
        assert not {spec.partition(":")[0] for spec in default_faults(push)} & set(CAN_FAULTS)
        assert len(default_faults(push)) >= 20
    model = load_car("sound", Path())
    chosen = campaign(model, Choice(paths=["ble_key"], faults=["bus_off"]), seed=1)
    assert [o.name for group in chosen.groups for o in group.outages] == ["bus_off", "bus_off"]


# ── what a sound car does ─────────────────────────────────────────────────────────────────

TAKES_AWAY = {"bus_off", "lost_node", "frozen_counter", "wrong_crc"}


@pytest.mark.parametrize("fault", CAN_FAULTS)
def test_a_sound_car_passes_with_a_key_that_needs_the_bus(fault):
    verdict = judged("ble_key", "unlock", fault)
    assert verdict.verdict == "pass", verdict.reason
    assert verdict.outcome == ("no_effect" if fault in TAKES_AWAY else "acted")
    assert verdict.faults_met[fault] > 0
    if fault in TAKES_AWAY:
        assert "which the fault takes away" in verdict.reason


@pytest.mark.parametrize("fault", CAN_FAULTS)
def test_the_blade_opens_whatever_the_body_bus_does(fault):
    verdict = judged("mechanical_key", "unlock", fault)
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted"), verdict.reason


@pytest.mark.parametrize("path", ["rke_fob", "keypad"])
def test_what_ends_at_the_body_controller_itself_opens_with_the_bus_off(path):
    verdict = judged(path, "unlock", "bus_off")
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted"), verdict.reason


@pytest.mark.parametrize("fault", ["bus_off", "bus_off:bus=telematics", "wrong_crc"])
@pytest.mark.parametrize("path", ["cloud_app", "voice"])
def test_a_command_from_afar_does_not_get_through_and_nobody_is_told_that_it_did(path, fault):
    verdict = judged(path, "unlock", fault)
    assert (verdict.verdict, verdict.oracle) == ("pass", "honest_claims"), verdict.reason
    assert verdict.outcome in {"refused", "no_effect"}


def test_a_lost_unit_is_missed_only_by_who_needs_it():
    assert judged("peps_fob", "unlock", "lost_node").outcome == "acted"
    assert judged("nfc_card", "unlock", "lost_node").outcome == "no_effect"
    assert judged("nfc_card", "unlock", "lost_node:node=PEPS").outcome == "acted"


def test_a_fault_that_nobody_meets_proves_nothing():
    verdict = judged("voice", "wake", "bus_off")
    assert (verdict.verdict, verdict.oracle) == ("inconclusive", "evidence")


def test_a_bus_without_room_for_anybody_is_taken_away():
    verdict = judged("ble_key", "unlock", "bus_overload:load=1")
    assert (verdict.verdict, verdict.outcome) == ("pass", "no_effect"), verdict.reason
    verdict = judged("mechanical_key", "unlock", "bus_overload:load=1")
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted"), verdict.reason


# ── defects: under their own fault, and under no other kind ───────────────────────────────


@pytest.mark.parametrize("fault", CAN_FAULTS)
def test_its_defect_fails_under_the_fault_and_passes_without_any(fault):
    defect = CAN_DEFECTS[fault]
    path, intent, _ = defects().get(defect).example.split()
    assert judged(path, intent, fault, defect).verdict == "fail"
    baseline = judge(recorded(path, intent, None, defect))
    assert baseline.verdict == "pass", baseline.reason


@pytest.mark.parametrize("fault", CAN_FAULTS)
def test_its_defect_does_not_show_when_only_the_cloud_fails(fault):
    defect = CAN_DEFECTS[fault]
    path, intent, _ = defects().get(defect).example.split()
    verdict = judged(path, intent, "http_status", defect)
    assert verdict.verdict == "pass", verdict.reason


# ── on record ─────────────────────────────────────────────────────────────────────────────


def test_bus_off_puts_units_off_again_and_again_and_they_come_back():
    recording = recorded("mechanical_key", "unlock", "bus_off")
    states = [e.state for _, e in recording.of(BusStateChanged) if e.node == "BCM"]
    assert states[:3] == ["error_passive", "bus_off", "error_active"]
    assert states.count("bus_off") > 3
    assert states[-1] == "error_active"
    errors = sum(1 for _ in recording.of(ErrorSeen))
    assert errors == sum(1 for _ in recording.of(FaultMet)) > 32 * states.count("bus_off") - 32


# ── what a station cannot do ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("bus_off:bus=bodi", 'no bus "bodi": did you mean "body"?'),
        ("bus_off:node=BMC", 'no simulated node "BMC" .* did you mean "BCM"'),
        ("lost_node:node=XYZ", 'no simulated node "XYZ"'),
        ("wrong_crc:message=PEPS_Handle", "no known protection"),
        ("frozen_counter:message=DKM_Acess", 'no message or role "DKM_Acess": did you mean'),
        ("wrong_cycle:factor=1", "1 changes nothing"),
        ("stale_value:message=door_lock", 'did you mean "door_lock_state"'),
        ("error_burst:errors=0", "errors"),
        ("bus_overload:load=1.5", "load"),
    ],
)
def test_a_fault_that_cannot_be_done_ends_the_run_before_anything_happens(spec, says):
    with pytest.raises(ConfigError, match=says):
        recorded("ble_key", "unlock", spec)


@needs_opendbc
def test_an_unknown_protection_cannot_be_broken():
    time = SimulatedTime()

    async def main():
        model = load_car("haval_h6", Path())
        station = await open_station(load_bench(DEFAULT), model, Plan(), time, Journal(time.now_ns))
        try:
            with pytest.raises(ConfigError, match="unknown: CAR_OVERALL_SIGNALS2"):
                station.injector.check(WrongCrc())
            with pytest.raises(ConfigError, match=r"is protected by unknown: .* cannot have its"):
                station.injector.check(StaleValue(message="CAR_OVERALL_SIGNALS2"))
        finally:
            await station.close()

    time.run(main())
    time.close()


@pytest.mark.parametrize("spec", ["error_burst", "bus_off"])
def test_in_real_time_what_needs_a_wire_is_refused_before_the_run(spec):
    scenario = Scenario(
        "sound", "phone_only", "ble_key", "unlock", single(spec, 1.0), short_timeline(1.0)
    )
    with pytest.raises(ConfigError, match=r"can.body: virtual cannot .* that needs"):
        run_scenario(load_bench(REAL), load_car("sound", Path()), scenario)


def test_what_two_faults_spoil_is_not_right_again():
    with Bench(make_setup(DEFAULT)) as bench:
        with bench.cloud.failing("wrong_crc+wrong_crc:message=digital_key_request"):
            assert not bench.owner.unlock("ble_key").acted
        assert bench.owner.unlock("ble_key").acted


# ── in real time ──────────────────────────────────────────────────────────────────────────


def test_in_real_time_a_spoiled_request_opens_nothing_and_opens_again_afterwards():
    bench = Bench(make_setup(REAL)).open()
    with bench.cloud.failing(WrongCrc(message="digital_key_request")) as armed:
        assert not bench.owner.unlock("ble_key").acted
    assert armed[0].met >= 3
    bench.wait(1)
    assert bench.owner.unlock("ble_key").acted
    bench.close()


def test_in_real_time_a_lost_unit_is_missed_by_who_needs_it():
    bench = Bench(make_setup(REAL)).open()
    with bench.cloud.failing(LostNode(node="DKM")) as armed:
        assert not bench.owner.unlock("ble_key").acted
    assert armed[0].met > 0
    with bench.cloud.failing(LostNode(node="IMMO")):
        assert bench.owner.unlock("ble_key").acted
    bench.close()
