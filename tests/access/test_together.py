"""Faults that act together, as a command line names them: `a+b` is one outage of both."""

import json
from pathlib import Path

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.outage import Phase, single
from bench.access.runner import run_scenario
from bench.access.together import together
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.events import FaultArmed, FaultMet
from bench.judge.judge import judge
from bench.requirements.coverage import could_be
from bench.requirements.pattern import parse_pattern

FILE, SOUND = load_bench(DEFAULT), load_car("sound", Path())
BOTH = "http_status:status=500,endpoint=command+latency:delay_s=2"


def outages(*faults: str, phases: tuple[str, ...] = ()):
    """Return what goes wrong on the phone's key while these faults are asked for."""
    return campaign(SOUND, Choice(paths=["ble_key"], faults=faults, phases=phases), seed=1).outages


def test_faults_with_a_plus_are_one_outage_and_keep_their_parameters():
    [outage] = outages(BOTH)
    assert [phase.faults for phase in outage.phases] == [
        ("http_status:status=500,endpoint=command", "latency:delay_s=2")
    ]
    assert outage.asked.meets == (("down", ("http_status", "latency")),)
    assert len(outages(BOTH, "refuse")) == 2
    assert single(BOTH, 60.0).phases[0].faults == outage.phases[0].faults


def test_both_are_armed_and_met_and_a_key_that_needs_no_cloud_opens():
    group = campaign(SOUND, Choice(paths=["ble_key"], faults=[BOTH]), seed=1).groups[0]
    baseline, outage = (run_scenario(FILE, SOUND, s) for s in group.scenarios())
    assert [event.spec for _, event in outage.of(FaultArmed)] == [
        "http_status:endpoint=command,status=500", "latency:delay_s=2.0",
    ]  # fmt: skip
    assert {event.fault for _, event in outage.of(FaultMet)} == {"http_status", "latency"}
    verdict = judge(outage, baseline)
    assert (verdict.verdict, verdict.outage) == ("pass", BOTH), verdict.reason


def test_a_fault_that_nobody_can_meet_behind_the_other_earns_no_verdict():
    group = campaign(SOUND, Choice(paths=["ble_key"], faults=["refuse+html_200"]), seed=1).groups[0]
    baseline, outage = (run_scenario(FILE, SOUND, s) for s in group.scenarios())
    verdict = judge(outage, baseline)
    assert verdict.verdict == "inconclusive"
    assert verdict.reason.startswith("html_200 was never met in the phase down")


def test_in_a_brown_out_each_is_halved_in_its_own_way():
    [outage] = outages("http_status+no_coverage", phases=("brown_out",))
    lengths = {len(phase.faults) for phase in outage.phases}
    assert lengths == {2, 3}, "no coverage comes and goes, beside half of the requests and delay"
    assert all("http_status:share=0.5" in phase.faults for phase in outage.phases)
    alone = outages("no_coverage", phases=("brown_out",))[0]
    assert outage.duration_s == pytest.approx(alone.duration_s)
    assert len(outage.phases) == len(alone.phases)


def test_schedules_are_cut_where_any_of_them_changes():
    first = [Phase("onset", 4.0, ("a",)), Phase("onset", 6.0, ())]
    second = [Phase("onset", 7.0, ("b",)), Phase("onset", 3.0, ("b", "c"))]
    assert together([first, second]) == (
        Phase("onset", 4.0, ("a", "b")), Phase("onset", 3.0, ("b",)), Phase("onset", 3.0, ("b", "c")),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "said"),
    [("refuse+latencee", 'no fault named "latencee"'),
     ("refuse+", r'no fault named "refuse\+"'),
     ("latency:delay_s=x+refuse", "latency.delay_s: 'x' is not right"),
     ("refuse+puback_lost", "puback_lost acts on mqtt")],
)  # fmt: skip
def test_a_wrong_part_is_named(spec, said):
    with pytest.raises(ConfigError, match=said):
        outages(spec)


def test_the_command_line_has_it_and_the_run_is_kept_under_its_name(tmp_path, capsys):
    out = tmp_path / "run"
    options = ["--paths", "keypad", "--faults", BOTH, "--out", str(out), "--no-report", "--json"]
    assert main(["run", *options]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [v["outage"] for v in document["verdicts"]] == [None, BOTH]
    [recording] = (out / "recordings").glob("*latency*")
    assert "http_status_status=500,endpoint=command+latency_delay_s=2" in recording.name
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    assert "http_status:share=0.5+latency" in "".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("outage", ["http_status@recovery", "http_status+latency"])
def test_a_list_of_requirements_can_name_it(outage):
    pattern = parse_pattern(f"path=ble_key outage={outage}", source="test")
    assert could_be(f"phone_only.ble_key.unlock.{outage}", pattern)
