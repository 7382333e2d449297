"""`bench report`, and the report at the end of a run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from reading import Read

from bench.cli.main import main

SMALL = ["run", "--paths", "keypad", "--faults", "refuse", "--jobs", "1", "--json"]


def test_it_says_where_the_report_is(run, capsys, tmp_path):
    out = tmp_path / "elsewhere.html"
    assert main(["report", str(run), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"report: {out}\n"
    assert out.read_bytes() == (run / "report.html").read_bytes()


def test_a_run_makes_the_report_that_the_command_makes(capsys, tmp_path):
    folder = tmp_path / "run"
    assert main([*SMALL, "--out", str(folder)]) == 0
    made = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    assert main(["report", str(folder)]) == 0
    assert (folder / "report.html").read_bytes() == made


def test_no_report_makes_none(capsys, tmp_path):
    assert main([*SMALL, "--no-report", "--out", str(tmp_path / "run")]) == 0
    assert not (tmp_path / "run" / "report.html").exists()


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_is_no_run_is_one_clear_error(capsys, tmp_path, there):
    folder = tmp_path / "x"
    if there:
        folder.mkdir()
    assert main(["report", str(folder)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"bench: error: {folder}: ")
    assert "name the folder that `bench run` has written" in line


def test_a_place_that_cannot_be_written_is_one_clear_error(run, capsys, tmp_path):
    assert main(["report", str(run), "--out", str(tmp_path / "no" / "r.html")]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "cannot be written: No such file or directory" in line


def test_a_report_that_cannot_be_made_does_not_change_how_a_run_ends(capsys, tmp_path):
    (tmp_path / "run" / "report.html").mkdir(parents=True)
    assert main([*SMALL, "--out", str(tmp_path / "run")]) == 0
    assert "bench: no report: " in capsys.readouterr().err


def campaign(folder: Path) -> subprocess.Popen[bytes]:
    """Begin the default campaign in a group of its own; return when it has some verdicts."""
    command = [sys.executable, "-m", "bench.cli.main", "run", "--jobs", "1", "--out", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + 60
    verdicts = folder / "verdicts.jsonl"
    while not verdicts.exists() or verdicts.read_bytes().count(b"\n") < 3:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def test_a_campaign_that_is_interrupted_gets_its_report(tmp_path):
    process = campaign(tmp_path / "run")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    said = f"bench: interrupted; what was reached is kept in {tmp_path / 'run'}\n"
    assert (process.returncode, err.decode()) == (130, said)
    text = Read((tmp_path / "run" / "report.html").read_text()).text
    assert "the run was cut short: " in text
    assert "planned scenarios have no verdict" in text


def test_a_campaign_that_was_killed_can_still_be_reported(tmp_path, capsys):
    process = campaign(tmp_path / "run")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    report = tmp_path / "run" / "report.html"
    assert not report.exists()
    assert main(["report", str(tmp_path / "run")]) == 0
    text = Read(report.read_text()).text
    assert "the run was cut short: " in text
    assert "the run has not said that it ended" in text


def test_repetitions_are_in_the_report(capsys, tmp_path):
    from reading import pack

    folder = tmp_path / "run"
    assert main([*SMALL, "--repeat", "2", "--out", str(folder)]) == 0
    page = (folder / "report.html").read_text()
    repeat = pack(page, 1)["verdict"]["repeat"]
    assert (repeat["n"], repeat["passed"]) == (2, 2)
    assert pack(page, 1)["timeline"]["t"]
