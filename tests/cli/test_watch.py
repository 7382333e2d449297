"""`bench watch`: following a run from outside, and playing a scenario again."""

import gzip
import io
import json
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext

import pytest
from rich.console import Console

from bench.cli import watching
from bench.cli.main import main
from bench.cli.watching import Watching, beside
from bench.evidence.being_made import hold
from bench.evidence.following import GrowingFile, RunFollower
from bench.evidence.run_folder import ENDED, RunFolder

CHOSEN = ["--paths", "ble_key", "nfc_card", "--faults", "http_status", "latency"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    assert main(["run", *CHOSEN, "--out", str(folder)]) == 0
    return folder


def test_a_run_is_followed_to_its_end_from_another_process(tmp_path):
    folder = tmp_path / "run"
    command = [sys.executable, "-m", "bench.cli.main"]
    with subprocess.Popen([*command, "run", *CHOSEN, "--json", "--out", str(folder)],
                          stdout=subprocess.PIPE, text=True) as running:  # fmt: skip
        while not (folder / "verdicts.jsonl").exists():
            assert running.poll() is None
        watched = subprocess.run(
            [*command, "watch", str(folder)],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        document = json.loads(running.stdout.read())
    told = watched.stdout.splitlines()
    assert len(told) == len(document["verdicts"]) > 1
    assert all(line.startswith("PASS") for line in told)


def test_what_runs_at_this_moment_is_shown_with_what_has_been_recorded(run, tmp_path):
    half = tmp_path / "half"
    shutil.copytree(run, half)
    (half / ENDED).unlink()
    finished = min((half / "recordings").iterdir())
    text = gzip.decompress(finished.read_bytes()).decode()
    finished.unlink()
    growing = half / "recordings" / finished.name.removesuffix(".gz")
    growing.write_text(text[: len(text) // 3], encoding="utf-8")
    watching = Watching(half)
    assert not watching.over
    assert len(watching.look()) == len((half / "verdicts.jsonl").read_text().splitlines())
    before_ns = watching.state.t_ns
    assert before_ns > 0
    assert watching.state.header.scenario["id"] == finished.name.removesuffix(".jsonl.gz")
    with growing.open("a", encoding="utf-8") as file:
        file.write(text[len(text) // 3 :])
    assert watching.look() == []
    assert watching.state.t_ns > before_ns
    assert watching.state.over


def test_a_run_that_was_killed_never_says_that_it_is_over(tmp_path):
    folder = tmp_path / "run"
    command = [sys.executable, "-m", "bench.cli.main", "run", "--out", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        while not list(folder.glob("recordings/*.gz")):
            assert running.poll() is None
        running.kill()
    watching = Watching(folder)
    assert not watching.over
    deadline_s = time.monotonic() + 60
    while not watching.cut_short:  # its workers die with it, a moment later
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def killed(run, folder):
    """Return a copy of a run as one that has died in its last scenario."""
    shutil.copytree(run, folder)
    (folder / ENDED).unlink()
    lines = (folder / "verdicts.jsonl").read_text().splitlines(keepends=True)
    (folder / "verdicts.jsonl").write_text("".join(lines[:-1]))
    last = folder / json.loads(lines[-1])["recording"]
    last.with_suffix("").write_bytes(gzip.decompress(last.read_bytes())[:-200])
    last.unlink()
    return last.name.removesuffix(".jsonl.gz"), len(lines)


def test_a_run_that_has_died_says_where_and_no_longer_how_much_is_left(run, tmp_path, capsys):
    name, count = killed(run, tmp_path / "dead")
    assert main(["watch", str(tmp_path / "dead"), "--once"]) == 0
    said = capsys.readouterr().out
    assert f"the run has died after {count - 1} of {count} scenarios, in {name}"[:79] in said
    assert " left" not in said
    assert main(["watch", str(tmp_path / "dead")]) == 0  # it does not wait for more
    told = capsys.readouterr()
    assert (
        told.err == f"bench: the run has died after {count - 1} of {count} scenarios, in {name}\n"
    )
    assert len(told.out.splitlines()) == count - 1


def test_a_run_that_was_stopped_does_not_say_that_it_came_to_its_end(run, tmp_path, capsys):
    name, count = killed(run, tmp_path / "stopped")
    shutil.copy(run / ENDED, tmp_path / "stopped")  # Ctrl-C: what was reached was put in order
    said = f"the run was stopped after {count - 1} of {count} scenarios, in {name}"
    assert main(["watch", str(tmp_path / "stopped"), "--once"]) == 0
    assert said[:79] in capsys.readouterr().out
    assert main(["watch", str(tmp_path / "stopped")]) == 0
    assert capsys.readouterr().err == f"bench: {said}\n"
    assert main(["watch", str(run)]) == 0
    assert capsys.readouterr().err == ""


def test_a_part_of_a_run_that_has_done_its_share_is_over(run, tmp_path, capsys):
    killed(run, tmp_path / "gw0")
    shutil.copy(run / ENDED, tmp_path / "gw0")
    assert main(["watch", str(tmp_path / "gw0"), "--once"]) == 0
    assert "the run is over" in capsys.readouterr().out


def test_how_long_a_run_takes_is_not_said_after_the_calendar_was_set_back(run, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / ENDED).unlink()
    info = json.loads((tmp_path / "run" / "run.json").read_text())
    planned = len(info["planned"])
    for began, said in (("2020-01-01", f"{planned} of {planned} scenarios in "),
                        ("2220-01-01", f"{planned} of {planned} scenarios, nothing new")):  # fmt: skip
        info["began"] = f"{began}T00:00:00+00:00"
        (tmp_path / "run" / "run.json").write_text(json.dumps(info))
        with (tmp_path / "run" / "verdicts.jsonl").open("ab") as writing:
            hold(writing.fileno())
            watching = Watching(tmp_path / "run")
            watching.look()
            watching._news_s = 0.0
            assert watching._footer().startswith(said)


def test_a_run_that_is_being_made_has_not_died(tmp_path):
    folder = RunFolder(tmp_path / "run")
    follower = RunFollower(tmp_path / "run")
    assert not follower.cut_short
    assert not follower.cut_short  # to ask changes nothing
    folder.close()
    assert follower.over
    assert not follower.cut_short


def test_a_run_whose_folder_is_taken_away_has_not_died(run, tmp_path):
    shutil.copytree(run, tmp_path / "gw0")
    watching = Watching(tmp_path / "gw0")
    (tmp_path / "gw0" / ENDED).unlink()
    (tmp_path / "gw0" / "verdicts.jsonl").unlink()  # as it is put together with others
    assert not watching.gone
    shutil.rmtree(tmp_path / "gw0")
    assert watching.gone
    assert not watching.cut_short
    assert len(watching.look()) == 0
    console = Console(file=io.StringIO(), width=200)
    console.print(watching.dashboard())
    assert f"{tmp_path / 'gw0'}: the run is not here any more" in console.file.getvalue()


def test_who_still_makes_a_run_is_asked_from_another_process(tmp_path):
    code = """
import sys
from bench.evidence.run_folder import RunFolder

folder = RunFolder(sys.argv[1])
print(flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "run")],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as making:  # fmt: skip
        making.stdout.readline()
        follower = RunFollower(tmp_path / "run")
        assert not follower.cut_short
        making.kill()
    assert follower.cut_short


def test_half_a_line_waits_for_its_other_half(tmp_path):
    path = tmp_path / "growing.jsonl"
    file = GrowingFile(path)
    assert list(file.lines()) == []
    path.write_text('{"a": 1}\n{"b"')
    assert list(file.lines()) == [{"a": 1}]
    with path.open("a") as more:
        more.write(': 2}\nnot json\n{"c": 3}\n')
    assert list(file.lines()) == [{"b": 2}, {"c": 3}]


def test_a_line_that_is_read_up_to_the_middle_of_a_letter_comes_whole(tmp_path):
    path, line = tmp_path / "growing.jsonl", '{"text": "Sending …"}\n'.encode()
    file = GrowingFile(path)
    middle = line.index("…".encode()) + 1
    path.write_bytes(line[:middle])
    assert list(file.lines()) == []
    with path.open("ab") as more:
        more.write(line[middle:])
    assert list(file.lines()) == [{"text": "Sending …"}]


def test_once_shows_how_it_stands_and_ends(run, capsys):
    assert main(["watch", str(run), "--once"]) == 0
    said = capsys.readouterr().out
    assert "ble_key" in said
    assert "the run is over; shown: the end of " in said
    assert "door lock state" in said
    assert "nothing is known of it yet" not in said


def test_a_finished_run_without_its_recordings_is_still_shown(run, tmp_path, capsys):
    import shutil

    bare = tmp_path / "bare"
    shutil.copytree(run, bare, ignore=shutil.ignore_patterns("*.gz"))
    assert main(["watch", str(bare), "--once"]) == 0
    assert "the run is over" in capsys.readouterr().out


def test_a_finished_run_shows_how_its_last_scenario_ended(run, tmp_path, capsys):
    last = json.loads((run / "verdicts.jsonl").read_text().splitlines()[-1])
    assert main(["watch", str(run), "--once"]) == 0
    shown = capsys.readouterr().out
    assert "nothing is known of it yet" not in shown
    assert "door lock state" in shown
    assert f"the run is over; shown: the end of {last['scenario']}"[:79] in shown
    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / last["recording"]).write_bytes(b"spoilt")
    assert main(["watch", str(tmp_path / "run"), "--once"]) == 0  # the one before it is shown
    assert "door lock state" in capsys.readouterr().out


def test_a_scenario_is_played_again_to_its_end(run, capsys):
    scenario = min((run / "recordings").iterdir()).name.removesuffix(".jsonl.gz")
    assert main(["watch", str(run), "--scenario", scenario, "--speed", "1e6"]) == 0
    said = capsys.readouterr().out
    assert scenario in said
    assert "1 pass" in said
    assert "door lock state" in said


def test_while_a_scenario_is_played_again_its_verdict_is_shown(run, monkeypatch):
    drawn = []

    def live(view, **_rest):
        drawn.append(view)
        return nullcontext()

    monkeypatch.setattr(watching, "Live", live)
    scenario = min((run / "recordings").iterdir()).name.removesuffix(".jsonl.gz")
    assert main(["watch", str(run), "--scenario", scenario, "--speed", "1e6"]) == 0
    console = Console(file=io.StringIO(), width=80, height=24)
    console.print(drawn[0])
    assert "1 pass" in console.file.getvalue()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{run}/none"], "none: is no folder"),
        (["{run}", "--scenario", "nobody"], 'no scenario named "nobody"'),
        (["{run}", "--scenario", "x", "--speed", "0"], "--speed: 0 is not between"),
        (["{run}", "--scenario", "x", "--speed", "nan"], "--speed: nan is not between"),
        (["{run}", "--speed", "5"], "--speed: a run is followed as it happens"),
        (["{run}", "--scenario", "x", "--once"], "--once: shows how a run stands"),
    ],
)
def test_bad_input_is_one_clear_error(run, capsys, arguments, said):
    assert main(["watch", *(each.format(run=run) for each in arguments)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_ctrl_c_reaches_the_run_and_not_the_process_that_draws_it(run, monkeypatch):
    before, seen = signal.getsignal(signal.SIGINT), []
    popen = subprocess.Popen

    def started(*arguments, **how):
        seen.append(signal.getsignal(signal.SIGINT))
        return popen(*arguments, **how, stdout=subprocess.DEVNULL)

    monkeypatch.setattr(subprocess, "Popen", started)
    with beside(run):
        assert signal.getsignal(signal.SIGINT) is before
    assert seen == [signal.SIG_IGN]
