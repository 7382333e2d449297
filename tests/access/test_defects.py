"""Every defect is caught by the oracle that it names, and the same without it passes.

An oracle that nothing can fail does not count, and neither does a defect that nothing catches.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bench.access.choosing.selection import OUTAGE_S
from bench.access.handles.bench import Bench, make_setup
from bench.access.outage import single
from bench.access.path import get_path
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, StationFile, load_bench
from bench.events import TelematicsCommand
from bench.faults.injector import parse_fault
from bench.judge.asking import ask, oracles
from bench.judge.judge import judge
from bench.judge.ledger import make_ledger
from bench.judge.verdict import Case
from bench.protocol.command import Command
from bench.station.defects import defects

REAL = Path(__file__).parents[1] / "smoke" / "real.toml"
ALL = defects().names()
WITH_EXAMPLE = [name for name in ALL if defects().get(name).example]
# tried out in test_discipline.py: their outages last for hours
LONG = {name for name in ALL if defects().get(name).caught_by == "telematics_discipline"}
CUSTOM = {
    "revoked_key_opens", "expired_key_opens", "replayed_press_opens", "shows_state_without_time",
    "unbounded_share", "never_asks_revocation", "unit_believes_clock",
    "executes_unsigned", "reports_nothing",
}  # fmt: skip


def test_every_defect_is_tried_out_here():
    assert set(ALL) == set(WITH_EXAMPLE) | CUSTOM | LONG


def test_every_oracle_has_a_defect_that_it_catches():
    assert {defects().get(name).caught_by for name in ALL} == set(oracles().names())


def bench_for(fault: str) -> StationFile:
    """Return the built-in bench, with the push protocol that a fault acts on."""
    file = load_bench(DEFAULT)
    push = parse_fault(fault, source="example").push or "websocket"
    return replace(file, content=file.content.model_copy(update={"telematics": {"push": push}}))


def judged(example: str, *switched_on: str):
    """Run an example (path, intent, fault) with its baseline; return the verdict."""
    path, intent, fault = example.split()
    file, model = bench_for(fault), load_car("sound", Path())
    scenario = Scenario(
        "sound", get_path(path).owner, path, intent, None, short_timeline(OUTAGE_S),
        defects=switched_on,
    )  # fmt: skip
    baseline = run_scenario(file, model, scenario)
    outage = Scenario(**{**scenario.__dict__, "outage": single(fault, OUTAGE_S)})
    return judge(run_scenario(file, model, outage), baseline)


@pytest.mark.parametrize("name", WITH_EXAMPLE)
def test_a_defect_is_caught_by_its_oracle_and_its_absence_is_not(name):
    defect = defects().get(name)
    with_it = {j.oracle: j for j in judged(defect.example, name).judgements}
    without = judged(defect.example)
    wanted = "inconclusive" if defect.caught_by == "evidence" else "fail"
    assert with_it[defect.caught_by].verdict == wanted, with_it[defect.caught_by]
    assert without.verdict == "pass", without.reason


def opened_without_right(bench: Bench) -> str:
    """Return what the oracle of unauthorised opening says of a bench's whole recording."""
    return ask("no_unauthorised_opening", Case(bench.close())).verdict


def test_a_unit_that_waits_for_a_punctual_report_hears_one_in_real_time_too():
    with Bench(make_setup(REAL, defects=("waits_for_cycle",))) as bench:
        assert bench.owner.unlock("ble_key").acted


@pytest.mark.parametrize(("on", "verdict"), [((), "pass"), (("revoked_key_opens",), "fail")])
def test_a_revoked_key_opens_only_with_the_defect(on, verdict):
    bench = Bench(make_setup(DEFAULT, defects=on)).open()
    assert bench.owner.unlock("ble_key").acted, "positive control"
    bench.wait(60)
    bench.cloud.revoke_key("phone-1")
    bench.wait(5)
    second = bench.owner.unlock("ble_key")
    assert second.acted is bool(on)
    assert opened_without_right(bench) == verdict


@pytest.mark.parametrize(("on", "verdict"), [((), "pass"), (("unbounded_share",), "fail")])
def test_a_shared_key_that_was_taken_away_outlives_its_bound_only_with_the_defect(on, verdict):
    bench = Bench(make_setup(DEFAULT, defects=on)).open()
    bench.cloud.share_key("phone-1")
    bench.wait(60)
    with bench.cloud.failing("revocation_lag") as (lag,):
        bench.cloud.revoke_key("phone-1")
        bench.wait(60)
        assert bench.owner.unlock("ble_key").acted, "its car does not know yet"
        bench.wait(49 * 3600)
        assert bench.owner.lock("ble_key").acted is bool(on)
        assert bench.owner.unlock("ble_key").acted is bool(on)
    assert lag.met == 1
    bench.wait(60)
    assert not bench.owner.unlock("ble_key").acted, "cleared: the car was woken, and told"
    assert opened_without_right(bench) == verdict


@pytest.mark.parametrize(("on", "verdict"), [((), "pass"), (("expired_key_opens",), "fail")])
def test_an_expired_key_opens_only_with_the_defect(on, verdict, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + "\n[cloud]\nentitlement_s = 60.0\n")
    bench = Bench(make_setup(file, defects=on)).open()
    assert bench.owner.unlock("ble_key").acted, "positive control"
    bench.wait(120)
    second = bench.owner.unlock("ble_key")
    assert second.acted is bool(on)
    assert opened_without_right(bench) == verdict


@pytest.mark.parametrize(("on", "verdict"), [((), "pass"), (("never_asks_revocation",), "fail")])
def test_a_revoked_certificate_is_talked_to_only_with_the_defect(on, verdict, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + '\n[network]\nocsp = "soft_fail"\n')
    bench = Bench(make_setup(file, defects=on)).open()
    bench.wait(60)
    with bench.cloud.failing("ocsp:kind=revoked"):
        assert bench.owner.unlock("cloud_app").acted is bool(on)
        assert bench.owner.unlock("ble_key").acted
    assert ask("refuses_bad_certificates", Case(bench.close())).verdict == verdict


@pytest.mark.parametrize(("on", "verdict"), [((), "pass"), (("unit_believes_clock",), "fail")])
def test_a_late_command_moves_a_car_whose_clock_is_late_only_with_the_defect(on, verdict):
    bench = Bench(make_setup(DEFAULT, defects=on)).open()
    bench.wait(30)
    with bench.cloud.failing("clock_skew:whose=tcu,at_1970=True", "delayed") as (skew, late):
        bench.owner.unlock("cloud_app")
        bench.wait(180)
    assert skew.met
    assert late.met
    assert ask("nothing_stale", Case(bench.close())).verdict == verdict


@pytest.mark.parametrize(("on", "verdict"), [((), "pass"), (("reports_nothing",), "fail")])
def test_an_owner_is_left_in_doubt_where_nothing_has_failed_only_with_the_defect(on, verdict):
    bench = Bench(make_setup(DEFAULT, defects=on)).open()
    unlock = bench.owner.unlock("cloud_app")
    bench.wait(120)
    assert unlock.opened_within(30.0), unlock.story()
    judgement = ask("honest_claims", Case(bench.close()))
    assert judgement.verdict == verdict, judgement
    assert judgement.reason.startswith("left in doubt") == (verdict == "fail"), judgement


@pytest.mark.parametrize("fault", ["no_coverage", "silence"])
@pytest.mark.parametrize(("on", "starts"), [((), True), (("silence_blocks_start",), False)])
def test_a_car_starts_after_hours_of_silence_and_a_restart_of_its_telematics_unit(
    on, starts, fault
):
    bench = Bench(make_setup(DEFAULT, owner="phone_and_fob", defects=on)).open()
    assert bench.owner.unlock("rke_fob").acted, "positive control"
    with bench.cloud.failing(fault):
        bench.wait(6 * 3600)
        bench.telematics.power_off()
        bench.wait(10)
        bench.telematics.power_on()
        bench.wait(3600)
        assert bench.owner.start("peps_fob").acted is starts
        assert bench.owner.unlock("rke_fob").acted, "it opens all the same"
    if on:
        bench.telematics.tap()
        bench.wait(60)
        assert bench.owner.start("peps_fob").acted, "until the unit has its cloud back"
    bench.close()


@pytest.mark.parametrize(("on", "verdict"), [((), "pass"), (("replayed_press_opens",), "fail")])
def test_a_replayed_press_opens_only_with_the_defect(on, verdict):
    bench = Bench(make_setup(DEFAULT, owner="phone_and_fob", defects=on)).open()
    assert bench.owner.unlock("rke_fob").acted, "positive control"
    bench.wait(60)
    bench.thief.replay("uhf")
    assert opened_without_right(bench) == verdict


def forged(bench: Bench, **changed) -> dict[str, str]:
    """Return a command to unlock, as somebody makes it who has no key to sign it with."""
    now_s = bench.time.wall().timestamp()
    command = Command(
        "forged-1", bench.setup.model.file.vin, "door_unlock", now_s, now_s + 60.0, "epoch", 1, "f"
    )
    body = json.dumps({**asdict(command), **changed}).encode()
    return {"type": "command", "signed": (bytes(64) + body).hex()}


def pushed(document, file=DEFAULT, *, on):
    """Return what is recorded when a document comes by push to a car that is parked."""
    with Bench(make_setup(file, defects=on)) as bench:
        push, vin = bench.station.cloud.state.push, bench.setup.model.file.vin
        assert bench.run(push.send(vin, "command", document(bench), None)), "it is connected"
        bench.wait(10)
    return bench.recording()


@pytest.mark.parametrize("push", ["websocket", "mqtt"])
@pytest.mark.parametrize(("on", "verdict"), [((), "pass"), (("executes_unsigned",), "fail")])
def test_a_command_that_nobody_has_signed_opens_only_with_the_defect(on, verdict, push, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text(f'{DEFAULT.read_text()}\n[telematics]\npush = "{push}"\n')
    recording = pushed(forged, file, on=on)
    opened = [a for a in make_ledger(recording).actuations if a.function == "unlock"]
    assert len(opened) == len(on)
    assert ask("no_unauthorised_opening", Case(recording)).verdict == verdict


@pytest.mark.parametrize("changed", [{"expires_at": "never"}, {"counter": None}, {"more": 1}])
def test_what_is_no_command_is_refused_even_where_nobody_looks_at_signatures(changed):
    recording = pushed(lambda bench: forged(bench, **changed), on=("executes_unsigned",))
    decided = [event.decision for _, event in recording.of(TelematicsCommand)]
    assert decided == ["refused: not a command"]
    assert ask("no_unauthorised_opening", Case(recording)).verdict == "pass"
