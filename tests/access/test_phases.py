"""Phases: a try falls into the phase that is asked about, and the recording proves it."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.access.choosing.campaign_phase import get_phase, phases
from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.choosing.setting import Setting
from bench.access.choosing.usual_faults import default_faults
from bench.access.outage import PHASES
from bench.access.runner import run_scenario
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError, UnknownName
from bench.events import FaultArmed, PhaseBegan
from bench.judge.asking import ask
from bench.judge.judge import judge
from bench.judge.steps import STEPS, steps_of
from bench.judge.verdict import Case
from bench.recording import Recording
from bench.telematics.policy import TelematicsPolicy

FILE, SOUND = load_bench(DEFAULT), load_car("sound", Path())
ALL = phases().names()
ONSETS = [name for name in ALL if get_phase(name).of == "onset"]
SHORT = [name for name in ALL if not get_phase(name).down_h]


def run(path: str, names: list[str], fault: str = "http_status", intent: str = "unlock"):
    """Return (per phase its recording, the baseline's) of a path."""
    chosen = campaign(SOUND, Choice(paths=[path], faults=[fault], phases=names), seed=1).groups
    group = next(g for g in chosen if g.baseline.intent == intent)
    baseline, *outages = (run_scenario(FILE, SOUND, s) for s in group.scenarios())
    return {r.header.scenario["phase"]["name"]: r for r in outages}, baseline


@pytest.fixture(scope="module")
def by_app():
    return run("cloud_app", SHORT)


@pytest.fixture(scope="module")
def by_key():
    return run("ble_key", ["onset_accepted", "recovery", "brown_out"], "broker_unreachable")


@pytest.mark.parametrize("name", ALL)
def test_every_phase_is_one_of_an_outage_and_says_what_a_robust_car_must(name):
    phase = get_phase(name)
    assert phase.of in PHASES
    assert phase.must
    assert phase.name == name
    if phase.cut is not None:
        assert STEPS.index(phase.cut.after) < STEPS.index(phase.cut.before)


@pytest.mark.parametrize("name", ALL)
def test_every_phase_is_in_the_guide(name):
    assert f"`{name}`" in (Path(__file__).parents[2] / "docs/phases.md").read_text()


@pytest.mark.parametrize("name", SHORT)
def test_a_sound_car_passes_in_every_phase(name, by_app):
    recordings, baseline = by_app
    verdict = judge(recordings[name], baseline)
    assert (verdict.verdict, verdict.phase) == ("pass", name), verdict.reason
    marked = "http_status" if name == "down" else f"http_status@{name}"
    assert verdict.outage == marked
    assert verdict.scenario.endswith(f".{marked}")


@pytest.mark.parametrize("name", ONSETS)
def test_an_onset_cuts_the_command_between_its_two_steps(name, by_app):
    recording = by_app[0][name]
    cut = get_phase(name).cut
    steps = steps_of(recording, Case(recording).ledger, "act-1")
    armed = next(entry for entry, _ in recording.of(FaultArmed))
    began = next(entry for entry, _ in recording.of(PhaseBegan))
    assert steps[cut.after].t_ns == armed.t_ns
    assert began.cause == steps[cut.after].seq
    assert cut.before not in steps or steps[cut.before].seq > armed.seq


def test_the_car_moves_in_the_onsets_in_which_the_command_is_with_it(by_app):
    outcomes = {name: judge(r, by_app[1]).outcome for name, r in by_app[0].items()}
    assert outcomes["onset_before_send"] == outcomes["down"] == "refused"
    for name in ("onset_accepted", "onset_delivered", "onset_executed", "onset_acknowledged"):
        assert outcomes[name] == "acted"


def test_a_local_key_opens_while_a_command_by_the_app_hangs(by_key):
    recordings, baseline = by_key
    for recording in recordings.values():
        verdict = judge(recording, baseline)
        assert (verdict.verdict, verdict.outcome) == ("pass", "acted"), verdict.reason
    ledger = Case(recordings["onset_accepted"]).ledger
    assert [act.name for act in ledger.acts] == ["act-1"]
    assert [act.name for act in ledger.flights_and_acts] == ["flight-1", "act-1"]


def test_what_was_held_while_the_cloud_was_down_comes_in_the_recovery(by_key):
    recording = by_key[0]["recovery"]
    flight = Case(recording).ledger.flights_and_acts[0]
    began = {event.phase: entry.t_ns for entry, event in recording.of(PhaseBegan)}
    assert flight.is_flight
    assert flight.began_ns < began["recovery"]
    assert flight.actuations
    assert all(actuation.t_ns > began["recovery"] for actuation in flight.actuations)


def moved(recording: Recording, to: str) -> Recording:
    """Return a recording whose fault was armed at another step than its phase says."""
    scenario = recording.header.scenario
    asked = {**scenario["phase"], "cut": {"after": to, "before": "shown"}}
    header = replace(recording.header, scenario={**scenario, "phase": asked})
    return Recording(header, recording.entries)


def test_an_onset_at_another_step_is_inconclusive(by_app):
    recordings, _ = by_app
    too_early = ask("evidence", Case(moved(recordings["onset_before_send"], "sent")))
    assert too_early.verdict == "inconclusive"
    assert "not yet sent" in too_early.reason
    late = recordings["onset_acknowledged"]
    asked = {**late.header.scenario["phase"], "cut": {"after": "sent", "before": "accepted"}}
    header = replace(late.header, scenario={**late.header.scenario, "phase": asked})
    too_late = ask("evidence", Case(Recording(header, late.entries)))
    assert too_late.verdict == "inconclusive"
    assert "accepted already" in too_late.reason


def test_a_phase_in_which_its_fault_was_not_met_is_inconclusive(by_app):
    recording = by_app[0]["recovery"]
    scenario = recording.header.scenario
    asked = {**scenario["phase"], "meets": [["recovery", ["refuse"]]]}
    header = replace(recording.header, scenario={**scenario, "phase": asked})
    judgement = ask("evidence", Case(Recording(header, recording.entries)))
    assert judgement.verdict == "inconclusive"
    assert "refuse was never met in the phase recovery" in judgement.reason


@pytest.mark.parametrize(
    ("window", "enough"), [("for_s=20", "for_s=26"), ("from_s=60,for_s=30", "from_s=25")]
)
def test_a_try_beside_a_faults_window_of_time_is_inconclusive_and_says_what_would_do(
    window, enough
):
    recordings, baseline = run("ble_key", ["down"], f"http_status:{window}")
    verdict = judge(recordings["down"], baseline)
    assert verdict.verdict == "inconclusive"
    assert "http_status: not in force at the try at" in verdict.reason
    assert f", {enough} would reach it" in verdict.reason


@pytest.mark.parametrize("window", ["from_s=20,for_s=30", "for_s=26", "from_s=25,for_s=30"])
def test_a_try_in_a_faults_window_of_time_earns_its_verdict(window):
    recordings, baseline = run("ble_key", ["down"], f"http_status:{window}")
    assert judge(recordings["down"], baseline).verdict == "pass"


def test_an_act_in_another_phase_is_inconclusive(by_app):
    recording = by_app[0]["recovery"]
    scenario = recording.header.scenario
    asked = {**scenario["phase"], "of": "down"}
    header = replace(recording.header, scenario={**scenario, "phase": asked})
    judgement = ask("evidence", Case(Recording(header, recording.entries)))
    assert judgement.verdict == "inconclusive"
    assert "fell into recovery, not down" in judgement.reason


def test_a_command_that_never_gets_so_far_is_inconclusive():
    """The assistant's commands are acknowledged by nobody: there is no such step."""
    by_app, by_voice = (
        campaign(SOUND, Choice(paths=[path], faults=["http_status"], phases=names), seed=1)
        for path, names in (("cloud_app", ["onset_acknowledged"]), ("voice", ["onset_before_send"]))
    )
    outage = by_app.groups[0].outages[0]
    recording = run_scenario(FILE, SOUND, replace(by_voice.groups[0].baseline, outage=outage))
    judgement = ask("evidence", Case(recording))
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == (
        "act-1 was never seen to be acknowledged: there was nothing to cut in flight"
    )


# ── what a campaign consists of ───────────────────────────────────────────────────────────


def asked(selection) -> Counter:
    return Counter(o.asked.name for g in selection.groups for o in g.outages)


def test_the_default_campaign_asks_about_every_short_phase_and_stays_short():
    selection = campaign(SOUND, seed=1)
    assert set(asked(selection)) == set(SHORT)
    everything_down = len(default_faults("websocket")) * len(selection.groups)
    assert asked(selection)["down"] == everything_down
    assert selection.count < 1.5 * everything_down


def test_full_asks_every_fault_in_every_short_phase():
    names = ["cloud_app", "keypad"]
    selection = campaign(SOUND, Choice(paths=names, full=True), seed=1)
    each = len(default_faults("websocket"))
    assert set(asked(selection)) == set(SHORT)
    assert all(asked(selection)[name] == 2 * each for name in SHORT)


def test_named_faults_are_down_unless_phases_are_named_too():
    chosen = campaign(SOUND, Choice(faults=["refuse"]), seed=1)
    assert set(asked(chosen)) == {"down"}
    chosen = campaign(SOUND, Choice(faults=["refuse"], phases=["recovery"]), seed=1)
    assert set(asked(chosen)) == {"recovery"}


def test_an_onset_is_not_asked_where_there_is_no_command():
    chosen = campaign(
        SOUND,
        Choice(
            paths=["rke_fob"],
            owners=["phone_and_fob"],
            faults=["refuse"],
            phases=["onset_accepted"],
        ),
        seed=1,
    )
    assert asked(chosen) == {"onset_accepted": 1}
    with pytest.raises(ConfigError, match="nothing to run"):
        campaign(
            SOUND,
            Choice(
                paths=["nfc_card"],
                owners=["flat_phone_and_card"],
                faults=["refuse"],
                phases=["onset_accepted"],
            ),
            seed=1,
        )


def test_a_phase_that_does_not_exist_is_said_so():
    with pytest.raises(UnknownName, match=r'no phase named "onset_acepted".*onset_accepted'):
        campaign(SOUND, Choice(phases=["onset_acepted"]), seed=1)


def over_mqtt(heartbeat_s: float, **named):
    unit = TelematicsPolicy(push="mqtt", heartbeat_s=heartbeat_s)
    choice = Choice(paths=["ble_key"], **named)
    return campaign(SOUND, choice, seed=1, setting=Setting(push="mqtt", unit=unit))


@pytest.mark.parametrize(
    ("heartbeat_s", "left_out"),
    [(60.0, {"recovery", "aftermath"}), (20.0, set()), (20.1, {"recovery", "aftermath"})],
)
def test_a_phase_is_not_asked_that_is_over_before_the_fault_can_be_met(heartbeat_s, left_out):
    selection = over_mqtt(heartbeat_s, full=True)
    assert set(selection.unmet) == {f"keepalive_ignored@{name}" for name in left_out}
    names = {o.name for o in selection.outages}
    assert names.isdisjoint(selection.unmet)
    assert {"keepalive_ignored", "keepalive_ignored@brown_out", "puback_lost@recovery"} <= names
    assert all(
        why == f"keepalive_ignored is met only every {heartbeat_s:g} s (telematics.heartbeat_s), "
        "and is there for 20 s"
        for why in selection.unmet.values()
    )


def test_a_fault_that_is_named_in_a_phase_too_short_for_it_is_refused():
    both = ["puback_lost+keepalive_ignored"]
    for faults in (["keepalive_ignored"], both):
        with pytest.raises(ConfigError, match=r"ignored@recovery: .*every 60 s.*for 20 s: make"):
            over_mqtt(60.0, faults=faults, phases=["down", "recovery"])
    assert not over_mqtt(60.0, faults=both, phases=["down", "aftermath_24h"]).unmet
    assert over_mqtt(20.0, faults=both, phases=["recovery"]).outages


def test_a_shorter_heartbeat_is_met_in_the_phases_that_it_is_asked_in(tmp_path, capsys):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + '\n[telematics]\npush = "mqtt"\nheartbeat_s = 20\n')
    chosen = ["--faults", "keepalive_ignored", "--phases", "recovery", "aftermath"]
    run = ["--paths", "nfc_card", "--jobs", "1", "--no-report", "--out", str(tmp_path / "run")]
    assert main(["run", "--bench", str(file), *chosen, *run, "--json"]) == 0
    verdicts = json.loads(capsys.readouterr().out)["verdicts"]
    met = [v["faults_met"]["keepalive_ignored"] for v in verdicts if v["outage"]]
    assert len(met) == 4
    assert all(met)


def test_what_is_left_out_for_its_length_is_told_with_the_reason(tmp_path, capsys):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + '\n[telematics]\npush = "mqtt"\n')
    assert main(["run", "--bench", str(file), "--phases", "recovery", "--plan"]) == 0
    why = "keepalive_ignored is met only every 60 s (telematics.heartbeat_s), and is there for 20 s"
    assert f"left out: keepalive_ignored@recovery: {why}\n" in capsys.readouterr().out


def test_a_phase_of_hours_has_a_baseline_of_its_own():
    selection = campaign(
        SOUND, Choice(paths=["keypad"], faults=["refuse"], phases=["down", "aftermath_24h"]), seed=1
    )
    ids = [s.id.split(".")[-1] for g in selection.groups for s in g.scenarios()]
    assert ids == ["baseline", "refuse", "baseline@aftermath_24h", "refuse@aftermath_24h"]
    short, long = selection.groups
    assert long.baseline.timeline.acts_s[0] > 24 * 3600 > short.baseline.timeline.end_s
