"""The contract for programs: one JSON object, exit codes, plain lines in a pipe."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.cli.main import main
from bench.evidence.recording_file import read_recording
from bench.evidence.stored_run import read_stored_run

KEYS = {
    "schema", "stamp", "seed", "car", "compress", "simulated_s", "wall_s", "counts", "verdicts",
    "stranded_minutes", "stranded_known", "run",
}  # fmt: skip
VERDICT_KEYS = {
    "scenario", "path", "intent", "outage", "phase", "owner", "verdict", "outcome", "oracle",
    "reason", "measured_s", "limit_s", "baseline_s", "faults_met", "judgements", "recording",
}  # fmt: skip


def run(capsys, out: Path, *arguments: str) -> tuple[int, dict]:
    status = main(["run", *arguments, "--out", str(out), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_json_is_one_object_with_the_documented_keys(capsys, tmp_path):
    status, document = run(capsys, tmp_path / "run", "--paths", "ble_key", "--faults", "refuse")
    assert status == 0
    assert set(document) == KEYS
    assert document["counts"] == {"pass": 4, "fail": 0, "inconclusive": 0, "not_fitted": 0}
    assert all(set(verdict) == VERDICT_KEYS for verdict in document["verdicts"])
    baselines = [v for v in document["verdicts"] if v["outage"] is None]
    assert len(baselines) == 2
    for verdict in document["verdicts"]:
        assert (tmp_path / "run" / verdict["recording"]).is_file()
        assert {"oracle", "verdict", "reason"} == set(verdict["judgements"][0])
    outage = next(v for v in document["verdicts"] if v["outage"] == "refuse")
    assert outage["phase"] == "down"
    assert outage["faults_met"]["refuse"] > 0
    assert outage["baseline_s"] == outage["measured_s"]
    assert set(document["stranded_minutes"]["phone_only"]) == {
        "locked_out", "cannot_start", "cannot_secure",
    }  # fmt: skip


def test_each_key_is_in_the_guide():
    text = (Path(__file__).parents[2] / "docs/json.md").read_text()
    optional = {
        "left_out",
        "faults_left_out",
        "paths_left_out",
        "kept_working",
        "requirements",
        "repeat",
    }
    assert [key for key in KEYS | VERDICT_KEYS | optional if f"`{key}`" not in text] == []


def test_who_is_stranded_for_how_long_is_only_as_good_as_what_was_tried(capsys, tmp_path):
    _, document = run(capsys, tmp_path / "run", "--paths", "cloud_app", "--faults", "http_status")
    assert document["stranded_minutes"]["phone_only"]["locked_out"] > 0
    assert document["stranded_known"]["phone_only"] == {
        "locked_out": "at_most", "cannot_start": "not_asked", "cannot_secure": "not_asked",
    }  # fmt: skip
    assert document["stranded_minutes"]["phone_only"]["cannot_start"] is None


def test_a_fail_ends_with_1(capsys, tmp_path):
    status, document = run(
        capsys, tmp_path / "run", "--car", "cloud_bound_key", "--paths", "ble_key",
        "--faults", "http_status",
    )  # fmt: skip
    assert status == 1
    assert document["counts"]["fail"] > 0


def test_a_path_that_is_not_fitted_is_said_so_and_is_no_failure(capsys, tmp_path):
    status, document = run(
        capsys, tmp_path / "run", "--car", "cloud_bound_key", "--paths", "keypad", "mechanical_key",
        "--faults", "refuse",
    )  # fmt: skip
    assert status == 0
    assert document["counts"]["not_fitted"] == 1
    verdict = next(v for v in document["verdicts"] if v["verdict"] == "not_fitted")
    assert verdict["outcome"] == "not_fitted"
    assert verdict["reason"] == "cloud_bound_key has no keypad"


@pytest.mark.parametrize("owners", [["phone_and_card"], ["phone_and_blade", "phone_only"]])
def test_a_path_that_is_not_fitted_is_said_so_of_the_owners_that_were_asked_about(
    capsys, tmp_path, owners
):
    _, document = run(
        capsys, tmp_path / "run", "--car", "cloud_bound_key", "--paths", "keypad", "cloud_app",
        "--faults", "refuse", "--owners", *owners,
    )  # fmt: skip
    told = [v["owner"] for v in document["verdicts"] if v["verdict"] == "not_fitted"]
    assert told == owners


def test_a_run_of_nothing_but_paths_that_are_not_fitted_is_refused(capsys, tmp_path):
    command = ["run", "--car", "cloud_bound_key", "--paths", "keypad", "--out"]
    assert main([*command, str(tmp_path / "run")]) == 2
    said = capsys.readouterr().err
    assert said == "bench: error: nothing to run: cloud_bound_key has no keypad\n"
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("named", [[], ["--bench", "../../bench.toml"]])
def test_a_bench_file_further_up_is_not_passed_over_without_a_word(
    capsys, tmp_path, monkeypatch, named
):
    (tmp_path / "bench.toml").write_text("")
    (tmp_path / "tests" / "door").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "tests" / "door")
    command = ["run", "--paths", "keypad", "--faults", "refuse", "--out", "run", "--json"]
    assert main([*command, *named]) == 0
    said = capsys.readouterr().err
    told = "bench: this is the built-in bench, for ../../bench.toml is not in this folder: --bench "
    assert said == ("" if named else f"{told}../../bench.toml takes it\n")


def test_something_inconclusive_ends_with_3(capsys, tmp_path):
    car = tmp_path / "silent.toml"
    sound = (Path(__file__).parents[2] / "bench/cars/sound.toml").read_text()
    car.write_text('defects = ["silent_locks"]\n' + sound)
    status, document = run(
        capsys, tmp_path / "run", "--car", str(car), "--paths", "keypad", "--faults", "refuse"
    )
    assert status == 3
    assert document["counts"]["inconclusive"] == 2


def test_a_pipe_gets_plain_lines(tmp_path):
    command = [sys.executable, "-m", "bench.cli.main", "run", "--paths", "keypad",
               "--faults", "refuse", "--out", str(tmp_path / "run")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "campaign on sound: 2 scenarios"
    assert lines[1].startswith("PASS         keypad unlock, no outage (phone_only): keypad took")
    assert lines[-1] == f"evidence: {tmp_path / 'run'}"


def test_the_run_folder_holds_what_is_promised(capsys, tmp_path):
    run(capsys, tmp_path / "run", "--paths", "keypad", "--faults", "refuse")
    folder = tmp_path / "run"
    assert {file.name for file in folder.iterdir()} == {
        "run.json", "verdicts.jsonl", "recordings", "junit.xml", "report.html", "ended.json",
        "since.json",
    }  # fmt: skip
    info = json.loads((folder / "run.json").read_text())
    assert info["seed"] == 1
    assert info["stamp"] == "simulated"
    recordings = list((folder / "recordings").iterdir())
    assert len(recordings) == len(info["planned"]) > 1
    for file in recordings:
        recording, verdict = read_recording(file)
        assert recording.complete
        assert verdict is not None
        assert verdict.verdict == "pass"


@pytest.mark.parametrize("kind", ["paths", "faults", "phases", "advice", "incidents", "cars", "owners", "oracles",
                                  "defects", "recipes", "models"])  # fmt: skip
def test_list_says_a_sentence_about_each(capsys, kind):
    assert main(["list", kind]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(len(line.split(None, 1)) == 2 for line in lines)


def test_check_opens_everything_and_says_what_it_found(capsys):
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    for word in ("can.body", "can.telematics", "relays.doors", "supplies.kl30", "meters.locks"):
        assert word in said
    assert "door_lock_state=locked" in said
    assert "0xF190 BENCH000000000001" in said


def children(pid: int) -> list[int]:
    """Return the processes whose parent is `pid`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def begin(tmp_path: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    """Begin a campaign and wait until it has reached some verdicts."""
    command = [sys.executable, "-m", "bench.cli.main", "run", "--jobs", "2",
               "--out", str(tmp_path / "run")]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    verdicts = tmp_path / "run" / "verdicts.jsonl"
    deadline = time.monotonic() + 60
    while not verdicts.exists() or verdicts.read_bytes().count(b"\n") < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process, children(process.pid)


def gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(alive(pid) for pid in pids)


def test_ctrl_c_ends_with_130_leaves_no_process_and_keeps_what_is_finished(tmp_path):
    process, workers = begin(tmp_path)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, (out, err)
    assert err.startswith(b"bench: interrupted; what was reached is kept in ")
    assert err.count(b"\n") == 1
    assert workers
    assert gone(workers)
    assert len(read_stored_run(tmp_path / "run").verdicts) >= 3


def test_a_killed_run_leaves_no_process_and_every_finished_verdict(tmp_path):
    process, workers = begin(tmp_path)
    process.kill()
    process.communicate(timeout=30)
    assert workers
    assert gone(workers)
    verdicts = list(read_stored_run(tmp_path / "run").verdicts)
    assert len(verdicts) >= 3
    assert all(verdict.verdict == "pass" for verdict in verdicts)


def test_a_worker_that_dies_is_an_error_that_says_so(tmp_path):
    process, workers = begin(tmp_path)
    os.kill(workers[0], signal.SIGKILL)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert b"a worker process died" in err
    assert gone(workers)
