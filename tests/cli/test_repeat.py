"""`--repeat`, `--plan` and `--budget` at the command line."""

import json
from pathlib import Path

import pytest

from bench.cli.main import main
from bench.evidence.recording_file import read_recording
from bench.evidence.run_folder import VERDICTS
from bench.evidence.stored_run import read_stored_run


def run(capsys, *arguments: str) -> tuple[int, dict]:
    status = main(["run", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_each_scenario_has_one_verdict_and_a_recording_per_repetition(capsys, tmp_path):
    out = tmp_path / "run"
    status, document = run(
        capsys, "--paths", "rke_fob", "--faults", "refuse", "--repeat", "7", "--out", str(out)
    )
    assert status == 0
    assert document["counts"]["pass"] == 2
    for verdict in document["verdicts"]:
        repeat = verdict["repeat"]
        assert (repeat["n"], repeat["passed"], repeat["stable"]) == (7, 7, True)
        assert repeat["interval"]["passed"]["method"] == "Wilson score, 95 %"
        low, high = (repeat["interval"]["median_s"][end] for end in ("low", "high"))
        assert low <= repeat["median_s"] <= high <= repeat["p95_s"]
        assert len(repeat["runs"]) == 7
        for one in repeat["runs"]:
            _, stored = read_recording(out / one["recording"])
            assert stored.measured_s == one["measured_s"]
    assert len(list((out / "recordings").iterdir())) == 14


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_ran_once_has_no_figures_of_repetitions(capsys, tmp_path, jobs):
    options = ("--paths", "rke_fob", "--faults", "refuse", "--jobs", jobs)
    _, document = run(capsys, *options, "--out", str(tmp_path / "run"))
    assert len(document["verdicts"]) == 2
    for verdict in document["verdicts"]:
        assert "repeat" not in verdict
        assert "1 of 1" not in verdict["reason"]


def test_repetitions_differ_by_chance_and_moment_and_the_first_is_the_plain_run(capsys, tmp_path):
    options = ("--paths", "ble_key", "--faults", "latency")
    _, plain = run(capsys, *options, "--out", str(tmp_path / "plain"))
    _, again = run(capsys, *options, "--repeat", "3", "--out", str(tmp_path / "again"))
    assert len(plain["verdicts"]) > 1
    for one, repeated in zip(plain["verdicts"], again["verdicts"], strict=True):
        first, second, third = (
            (tmp_path / "again" / r["recording"]).read_bytes() for r in repeated["repeat"]["runs"]
        )
        assert (tmp_path / "plain" / one["recording"]).read_bytes() == first
        assert len({first, second, third}) == 3


def test_mixed_results_are_unstable_and_end_with_1(capsys, tmp_path):
    car = tmp_path / "hasty.toml"
    sound = (Path(__file__).parents[2] / "bench/cars/sound.toml").read_text()
    car.write_text('defects = ["doubt_is_failure"]\n' + sound)
    status, document = run(
        capsys, "--car", str(car), "--paths", "cloud_app", "--repeat", "8",
        "--faults", "truncated_body:share=0.4", "--out", str(tmp_path / "run"),
    )  # fmt: skip
    baseline, outage = document["verdicts"]
    assert baseline["repeat"]["stable"]
    assert outage["repeat"]["stable"] is False
    assert 0 < outage["repeat"]["passed"] < 8, "the app lies only where an answer was cut off"
    assert outage["verdict"] == "fail"
    assert outage["reason"].startswith(f"unstable: {outage['repeat']['passed']} of 8 passed, ")
    assert status == 1


def test_repetitions_of_a_killed_run_are_found_in_the_recordings(capsys, tmp_path):
    out = tmp_path / "run"
    run(capsys, "--paths", "rke_fob", "--faults", "refuse", "--repeat", "3", "--out", str(out))
    kept = {v.scenario: v for v in read_stored_run(out).verdicts}
    (out / VERDICTS).write_text("")
    found = {v.scenario: v for v in read_stored_run(out).verdicts}
    assert found == kept
    next((out / "recordings").glob("*refuse.r3.jsonl.gz")).unlink()
    fewer = {v.scenario: v.repeat.n for v in read_stored_run(out).verdicts}
    assert sorted(fewer.values()) == [2, 3]


def test_a_pipe_gets_one_line_per_scenario(capsys, tmp_path):
    main(
        [
            "run",
            "--paths",
            "rke_fob",
            "--faults",
            "refuse",
            "--repeat",
            "2",
            "--out",
            str(tmp_path / "r"),
        ]
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "campaign on sound: 2 scenarios × 2"
    assert [line.split()[0] for line in lines[1:3]] == ["PASS", "PASS"]
    assert "2 of 2 passed" in lines[1]


def test_a_plan_runs_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--plan", "--paths", "keypad", "--faults", "refuse", "--repeat", "2"]) == 0
    said = capsys.readouterr().out
    assert "plan: campaign on sound: 2 scenarios × 2" in said
    assert "keypad.keypad_7              8" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["run", "--faults", "refuse"], ["replay", "byd-2025-01-09"]])
def test_a_plan_agrees_with_its_run(capsys, tmp_path, command):
    options = [*command, "--paths", "ble_key", "--owners", "phone_only", "--repeat", "2", "--json"]
    assert main([*options, "--plan"]) == 0
    planned = json.loads(capsys.readouterr().out)["plan"]
    main([*options, "--out", str(tmp_path / "run")])
    done = json.loads(capsys.readouterr().out)
    assert done["simulated_s"] == pytest.approx(
        planned["duration_s"], abs=1.0 * planned["scenarios"]
    )
    assert len(done["verdicts"]) == planned["scenarios"]


def test_a_budget_names_what_it_leaves_out(capsys, tmp_path):
    options = ["--paths", "ble_key", "--budget", "20min", "--out", str(tmp_path / "run")]
    status, document = run(capsys, *options)
    assert status == 0
    assert 0 < len(document["verdicts"]) * 325 <= 1200
    assert document["simulated_s"] <= 1200
    assert main(["run", *options[:2], "--plan", "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)["plan"]["scenarios"]
    assert len(document["left_out"]) + len(document["verdicts"]) == planned > 50
    assert main(["run", "--plan", *options[:4]]) == 0
    assert "are left out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--repeat", "0"], "0 is not a positive number"),
        (["--budget", "8 hours"], "is not a duration: write 8h, 90min, 45s or 1h30min"),
        (["--budget", "0s"], "is no time at all"),
    ],
)
def test_a_wrong_option_is_one_clear_error(capsys, options, said):
    with pytest.raises(SystemExit) as left:
        main(["run", *options])
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_a_budget_that_is_too_small_says_what_the_least_is(capsys, tmp_path):
    assert main(["run", "--budget", "1min", "--out", str(tmp_path / "run")]) == 2
    assert "the least that can be run takes 10.8 min" in capsys.readouterr().err
    assert not Path(tmp_path / "run").exists()
