"""What a car, a cloud or a file has said moves no cursor, hides nothing and rings no bell."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.car.model import load_car
from bench.cli.main import main
from bench.dashboard.progress import plain
from bench.evidence.stored_run import read_stored_run
from bench.presentation.lines import write_lines
from bench.presentation.printable import printable

EVIL = "\x1b[2J\x1b]0;owned\x07\u202e\x9b31m"
SHOWN = r"\x1b[2J\x1b]0;owned\x07\u202e\x9b31m"
ROOMS = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run whose verdicts' reasons and paths hold control characters."""
    folder = tmp_path_factory.mktemp("evil") / "run"
    main(["run", "--paths", "keypad", "--faults", "refuse", "--no-report", "--json",
          "--jobs", "1", "--out", str(folder)])  # fmt: skip
    listed = folder / "verdicts.jsonl"
    verdicts = [json.loads(line) for line in listed.read_text().splitlines()]
    smuggled = [each | {"reason": EVIL, "verdict": "fail"} for each in verdicts]
    listed.write_text("".join(json.dumps(each) + "\n" for each in smuggled))
    return folder


def refuse_control(said) -> str:
    """Return all that was printed; only the ends of lines may be control characters."""
    text = said.out + said.err
    assert text.replace("\n", "").isprintable(), text
    return text


def test_a_reason_in_a_pipe_is_escaped_in_its_one_line(run, capsys):
    verdict = read_stored_run(run).verdicts[0]

    class Reached:
        simulated_s, final = 1.0, True

    Reached.verdict = verdict
    with plain(f"car{EVIL}", "campaign\n", 1, 1) as tell:
        tell(Reached())
    assert SHOWN in refuse_control(capsys.readouterr())


@pytest.mark.parametrize("command", [["watch"], ["judge"], ["compare"]])
def test_a_stored_reason_is_escaped_by_every_command_that_tells_it(run, capsys, tmp_path, command):
    before = Path(shutil.copytree(run, tmp_path / "before"))
    listed = before / "verdicts.jsonl"
    listed.write_text(listed.read_text().replace('"verdict": "fail"', '"verdict": "pass"'))
    main([*command, *([str(before)] if command == ["compare"] else []), str(run)])
    assert SHOWN in refuse_control(capsys.readouterr())


def test_a_car_file_with_an_evil_name_is_escaped_in_lines_and_errors(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = "so\x1b[31mund.toml"
    shutil.copy(load_car("sound", tmp_path).path, name)
    assert main(["run", "--car", name, "--paths", "keypad", "--plan"]) == 0
    assert r"so\x1b[31mund" in refuse_control(capsys.readouterr())
    assert main(["run", "--car", "no\x1b[31mne.toml", "--plan"]) == 2
    assert r"no\x1b[31mne.toml" in refuse_control(capsys.readouterr())


def test_a_bench_file_with_an_evil_key_is_escaped_in_the_error(tmp_path, capsys):
    file = tmp_path / "bench.toml"
    file.write_text('[bench]\n"na\\u001b[2Jme" = 1\n')
    assert main(["check", "--bench", str(file)]) == 2
    assert r"na\x1b[2Jme" in refuse_control(capsys.readouterr())


def test_what_can_be_printed_stays_as_it_is():
    for text in ("", "Der Wagen öffnet: 1,5 s → offen", "车门已解锁", "back\\slash [bold]"):
        assert printable(text) == text


def test_half_a_surrogate_pair_can_be_written_too(capsys):
    write_lines("half \ud83d of one")
    assert capsys.readouterr().out == "half \\ud83d of one\n"


def test_there_is_one_place_that_writes_lines_and_one_that_writes_errors():
    writes = re.compile(r"sys\.(stdout|stderr)\.write|\bprint\(")
    found = {
        str(file.relative_to(ROOMS)) for file in ROOMS.rglob("*.py")
        if writes.search(file.read_text().replace("console.print(", "").replace("Console().print(", ""))
    }  # fmt: skip
    assert found == {"presentation/lines.py", "cli/ending.py"}


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize(
    "command", [["--help"], ["overload", "metastable"], ["watch", "{run}", "--once"]]
)
def test_a_terminal_that_has_not_every_letter_shows_question_marks(run, encoding, command):
    ended = subprocess.run(
        [sys.executable, "-m", "bench.cli.main", *(each.format(run=run) for each in command)],
        check=False, capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == b""
    assert b"?" in ended.stdout
