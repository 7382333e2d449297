"""`bench judge`: stored recordings by today's oracles."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from verdicts import verdict

from bench.cli.main import main
from bench.evidence.judged_again import judge_again
from bench.evidence.stored_run import read_stored_run
from bench.judge.oracles import opens_in_time
from bench.judge.verdict import Judgement


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """A run with repetitions, failures, and a path that is not fitted."""
    folder = tmp_path_factory.mktemp("judge") / "run"
    main(["run", "--car", "cloud_bound_key", "--paths", "ble_key", "cloud_app", "keypad", "--faults",
          "http_status", "--repeat", "2", "--jobs", "1", "--no-report", "--json",
          "--out", str(folder)])  # fmt: skip
    return folder


@pytest.fixture
def copy(kept, tmp_path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "run"))


def test_the_same_oracles_say_the_same(kept, capsys):
    stored = read_stored_run(kept)
    assert {v.verdict for v in stored.verdicts} == {"pass", "fail", "not_fitted"}
    again = list(judge_again(stored))
    assert again
    for each in again:
        assert each.now == each.before
    assert main(["judge", str(kept)]) == 1
    assert capsys.readouterr().out.endswith("0 differ from the run\n")


def test_another_oracle_is_said_to_say_something_else(kept, capsys, monkeypatch):
    def stricter(self, case):
        return Judgement("opens_in_time", "fail", "today's limit is another")

    monkeypatch.setattr(opens_in_time.OpensInTime, "judge", stricter)
    before = (kept / "verdicts.jsonl").read_bytes()
    assert main(["judge", str(kept)]) == 1
    out = capsys.readouterr().out
    assert "phone_only.cloud_app.unlock.baseline: was pass (opens_in_time: 2 of 2 passed: " in out
    assert "; is fail (opens_in_time: 2 of 2 failed: " in out
    assert "today's limit is another" in out
    assert (kept / "verdicts.jsonl").read_bytes() == before  # what was said stays on record


def test_without_its_baseline_a_local_path_is_inconclusive(copy, capsys):
    for file in (copy / "recordings").glob("phone_only.ble_key.unlock.baseline*"):
        file.unlink()
    assert main(["judge", str(copy), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    differ = {each["scenario"]: each for each in document["differ"]}
    assert differ["phone_only.ble_key.unlock.baseline"]["why"] == "its recording is not there"
    outage = [
        v for v in document["verdicts"] if v["scenario"] == "phone_only.ble_key.unlock.http_status"
    ]
    assert {j["oracle"]: j["reason"] for j in outage[0]["judgements"]}["independence"] == (
        "there is no baseline to compare with"
    )


def test_a_recording_that_cannot_be_read_is_no_pass(copy, capsys):
    for file in (copy / "recordings").iterdir():
        if "ble_key" in file.name or "start" in file.name:
            file.write_bytes(b"nothing")
    verdicts = [v for v in read_stored_run(copy).verdicts if "ble_key" in v.scenario]
    (copy / "verdicts.jsonl").write_text("")
    assert main(["judge", str(copy)]) == 3
    out = capsys.readouterr().out
    assert verdicts
    for each in verdicts:
        assert f"{each.scenario}: was no verdict; is cannot be judged: its recording" in out


def test_a_run_that_was_cut_short_is_no_pass(copy, capsys):
    kept_one = "phone_only.cloud_app.unlock.baseline"
    for file in (copy / "recordings").iterdir():
        if not file.name.startswith(f"{kept_one}."):
            file.unlink()
    (line,) = [x for x in (copy / "verdicts.jsonl").read_text().splitlines() if kept_one in x]
    (copy / "verdicts.jsonl").write_text(f"{line}\n")
    assert main(["judge", str(copy)]) == 3
    missing, today = capsys.readouterr().out.splitlines()
    assert missing.startswith("the run was cut short: ")
    assert "phone_only.ble_key.unlock.http_status" in missing
    assert today == "today: 1 pass; 0 differ from the run"


def test_a_test_that_never_began_differs_in_nothing(kept, tmp_path):
    run = tmp_path / "run"
    (run / "recordings").mkdir(parents=True)
    shutil.copy(kept / "run.json", run)
    skipped = verdict("test", word="inconclusive", intent="test", outcome="not_tried")
    (run / "verdicts.jsonl").write_text(json.dumps(asdict(skipped)) + "\n")
    assert main(["judge", str(run)]) == 3  # as the run itself
    (again,) = judge_again(read_stored_run(run))
    assert not again.differs


def test_a_folder_that_is_no_run_is_one_clear_error(tmp_path, capsys):
    assert main(["judge", str(tmp_path)]) == 2
    assert "holds no run" in capsys.readouterr().err


def test_who_names_something_inside_a_run_is_told_which_run_it_is(kept, capsys):
    for inside in ("phone_only.ble_key.unlock.baseline", "recordings"):
        assert main(["judge", str(kept / inside)]) == 2
        assert f"the run is {kept}\n" in capsys.readouterr().err
