"""How a car drives its locks for one request is said in its file, and kept with each recording."""

from pathlib import Path

import pytest

from bench.cli.main import main
from bench.evidence.recording_file import read_recording
from bench.recording import MovementPattern

SOUND = Path(__file__).parents[2] / "bench" / "cars" / "sound.toml"


def run(tmp_path, more):
    car = tmp_path / "car.toml"
    car.write_text(SOUND.read_text() + more)
    out = str(tmp_path / "run")
    return main(["run", "--car", str(car), "--paths", "keypad", "--faults", "refuse", "--jobs", "1",
                 "--out", out])  # fmt: skip


def test_a_declared_pattern_is_kept_with_each_recording(tmp_path):
    assert run(tmp_path, "\n[movements.lock]\npulses = 2\nwithin_s = 1.5\n") == 0
    files = list((tmp_path / "run" / "recordings").glob("*.jsonl.gz"))
    assert files
    for file in files:
        recording, _ = read_recording(file)
        assert recording.header.movements == {"lock": MovementPattern(2, 1.5)}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[movements.open]\npulses = 2\n", "movements.open"),
        (
            "[movements.lock]\npulse = 2\n",
            'movements.lock.pulse: unknown key: did you mean "pulses"',
        ),
        ("[movements.lock]\npulses = 0\n", "movements.lock.pulses"),
    ],
)
def test_a_pattern_that_is_none_is_refused_by_its_key(tmp_path, capsys, more, said):
    assert run(tmp_path, f"\n{more}") == 2
    assert said in capsys.readouterr().err
