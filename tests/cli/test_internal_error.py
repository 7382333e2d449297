"""What nobody foresaw: a status of its own, what to report, and nothing lost that was reached."""

import asyncio
import threading
from pathlib import Path

import pytest

from bench.access import campaign
from bench.access.pool import Pool
from bench.cli import catalogue, main
from bench.errors import InternalError
from bench.evidence.stored_run import read_stored_run

ONE_LINE = "bench: defect of the bench, no verdict on the car: "


def failing(error: BaseException):
    def fail(*_arguments, **_named):
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("door"), "KeyError: 'door'"),
        (OSError(2, "No such file", "/gone"), "FileNotFoundError: [Errno 2] No such file: '/gone'"),
        (RecursionError(), "RecursionError"),
        (BrokenPipeError(32, "Broken pipe"), "BrokenPipeError: [Errno 32] Broken pipe"),
        (asyncio.CancelledError(), "CancelledError"),
        (BaseExceptionGroup("two", [ValueError("a"), SystemExit(1)]), "BaseExceptionGroup: two ("),
        (ValueError("a\n\x1b[2Jb"), r"ValueError: a\n\x1b[2Jb"),
    ],
)
def test_it_is_no_failed_verdict_and_says_in_one_line_whose_mistake_it_is(
    monkeypatch, capsys, error, said
):
    monkeypatch.setattr(catalogue, "catalogue", failing(error))
    assert main.main(["list", "cars"]) == 70
    printed = capsys.readouterr()
    assert printed.out == ""
    first, *rest = printed.err.splitlines()
    assert first.startswith(ONE_LINE + said)
    assert first.endswith("; please report what follows")
    assert "Traceback (most recent call last):" in rest[0] or "Exception Group" in rest[0]
    assert any("test_internal_error.py" in line for line in rest), "where it was raised"


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("output", [[], ["--json"]])
def test_a_run_keeps_what_it_has_reached(monkeypatch, capsys, tmp_path, jobs, output):
    judge = campaign.judge

    def judge_but_one(recording, baseline=None):
        if recording.header.scenario["outage"] == "refuse":
            raise ZeroDivisionError("of a judge")
        return judge(recording, baseline)

    monkeypatch.setattr(campaign, "judge", judge_but_one)
    out = tmp_path / "run"
    status = main.main([
        "run", "--paths", "keypad", "--faults", "latency", "refuse", "--jobs", jobs, *output,
        "--out", str(out),
    ])  # fmt: skip
    assert status == 70
    printed = capsys.readouterr()
    lines = printed.err.splitlines()
    assert lines[0].startswith(f"{ONE_LINE}ZeroDivisionError: of a judge")
    assert any("in judge_but_one" in line for line in lines), "the worker's own traceback"
    assert lines[-1] == f"what was reached is kept in {out}"
    assert output == [] or printed.out == "", "half a document is none"
    stored = read_stored_run(out)
    assert "phone_only.keypad.unlock.baseline" in {v.scenario for v in stored.verdicts}
    assert any("refuse" in name for name in stored.left), "what was not reached is named"
    assert (out / "junit.xml").is_file()
    assert (out / "report.html").is_file()


def test_a_worker_hands_on_what_cannot_be_pickled():
    class Odd(Exception):
        def __init__(self, first, second):
            super().__init__(first)
            self.lock = threading.Lock()

    def work(task):
        yield task
        raise Odd("strange", 2)

    with pytest.raises(InternalError, match=r"Odd: strange") as raised:
        list(Pool(work, 1).run([1]))
    assert "in work" in raised.value.traceback


def test_the_status_is_told_where_the_others_are():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert "70 a defect of the bench itself" in " ".join(readme.split())
    assert "70 a defect of the bench itself" in " ".join(main.DESCRIPTION.split())
