"""How commands end before their time: signals, a full or closed output, a folder that is gone."""

import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bench.cli import running
from bench.cli.ending import Ended
from bench.cli.main import main
from bench.evidence.stored_run import read_stored_run

BENCH = (sys.executable, "-m", "bench.cli.main")
LONG = ("run", "--jobs", "2", "--out", "run")
SHORT = ("run", "--paths", "keypad", "--faults", "refuse", "--no-report")


def begin(folder: Path) -> subprocess.Popen[bytes]:
    """Begin a campaign and wait until it has reached some verdicts."""
    process = subprocess.Popen(
        [*BENCH, *LONG], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    verdicts, deadline = folder / "run" / "verdicts.jsonl", time.monotonic() + 60
    while not verdicts.exists() or verdicts.read_bytes().count(b"\n") < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGTERM, 143, b"ended by SIGTERM"), (signal.SIGHUP, 129, b"ended by SIGHUP")],
)
def test_what_asks_a_run_to_end_ends_it_in_order(tmp_path, number, status, said):
    process = begin(tmp_path)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    assert err == b"bench: " + said + b"; what was reached is kept in run\n"
    stored = read_stored_run(tmp_path / "run")
    assert stored.ended
    cases = list(ET.parse(tmp_path / "run" / "junit.xml").iter("testcase"))
    left = [case.get("name") for case in cases if case.find("error") is not None]
    assert len(cases) - len(left) == len(stored.verdicts) >= 3
    assert left == list(stored.left), "what was never asked is no pass"


@pytest.mark.parametrize(("car", "said"), [("sound", "error"), ("cloud_bound_key", "failure")])
def test_repetitions_that_were_cut_short_are_no_pass_and_still_a_fail(tmp_path, car, said):
    process = subprocess.Popen(
        [*BENCH, "run", "--car", car, "--paths", "ble_key", "--faults", "refuse", "--repeat", "9",
         "--budget", "4h", "--jobs", "1", "--out", "run"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    recordings, deadline = tmp_path / "run" / "recordings", time.monotonic() + 60
    while len(list(recordings.glob("*.gz"))) < 4:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    cases = list(ET.parse(tmp_path / "run" / "junit.xml").iter("testcase"))
    assert [len(case.findall(said)) for case in cases[:2]] == [1, 1]
    unlock = read_stored_run(tmp_path / "run").verdicts[1]
    if car == "sound":
        assert (unlock.verdict, unlock.oracle) == ("inconclusive", "evidence")
        assert re.match(r"cut short after [2-8] of 9 repetitions: \d of \d passed: ", unlock.reason)
    else:
        assert unlock.verdict == "fail"


def test_an_interrupt_while_the_report_is_made_says_how_to_make_it(tmp_path, monkeypatch, capsys):
    def interrupted(_folder, **_rest):
        raise Ended(signal.SIGINT)

    monkeypatch.setattr(running, "report_at_the_end", interrupted)
    out = tmp_path / "run"
    assert main([*SHORT, "--jobs", "1", "--out", str(out)]) == 130
    kept = f"the run was over, and is kept: bench report {out} makes its report"
    assert capsys.readouterr().err == f"bench: interrupted; {kept}\n"
    assert read_stored_run(out).missing == ()


def test_three_interrupts_in_a_row_leave_what_one_does(tmp_path):
    process = begin(tmp_path)
    for _ in range(3):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert b"bench: interrupted; what was reached is kept in " in err.splitlines()[-1]
    assert b"still writing down what there is" in err
    assert (tmp_path / "run" / "report.html").exists()
    assert read_stored_run(tmp_path / "run").ended


@pytest.mark.parametrize("arguments", [SHORT, ("list", "faults"), (*SHORT, "--json")])
def test_an_output_that_cannot_be_written_is_one_error(tmp_path, arguments):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*BENCH, *arguments], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False,
            timeout=60,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        b"bench: error: standard output cannot be written: No space left on device\n"
    )


def test_a_reader_who_has_gone_away_is_no_pass(tmp_path):
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [*BENCH, *SHORT], cwd=tmp_path, stdout=theirs, stderr=subprocess.PIPE, check=False,
        timeout=60,
    )  # fmt: skip
    os.close(theirs)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_current_folder_that_is_gone_is_one_error(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'rmdir "$PWD"; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *BENCH, *SHORT], cwd=gone, capture_output=True, check=False,
        timeout=60, env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, ("", "fixtures")))},
    )  # fmt: skip
    assert done.returncode == 2, done
    assert done.stderr == (
        b"bench: error: the current folder is gone: change into one that is there\n"
    )
