"""What a door's line is told by: its name, in the same way wherever it counts."""

import pytest

from bench import events as e
from bench.access.sensing import nobody_sees
from bench.config.bench_file import load_bench
from bench.judge.ledger import function_of
from bench.recording import Header
from bench.station.sensed_lines import level

HEADER = Header({}, {}, (), {}, {}, 1, "simulated")


@pytest.mark.parametrize(
    ("line", "volts", "word"),
    [
        ("lock_motor_rear_left", 12.0, "unlock"),
        ("latch_tailgate", 12.0, "unlocked"),
        ("lock_motor", 12.0, "closed"),  # of no door
        ("lock_motors_fuse", 12.0, "closed"),
        ("latches", 12.0, "closed"),
    ],
)
def test_a_line_is_a_doors_for_all_or_for_none(tmp_path, line, volts, word):
    file = tmp_path / "bench.toml"
    file.write_text(f'[meters.inputs]\nmodel = "simulated"\nchannels = {{ {line} = 1 }}\n')
    of_a_door = word != "closed"
    assert level(line, volts) == word
    assert function_of(e.Edge(line, word), HEADER) == ("unlock" if of_a_door else None)
    assert bool(nobody_sees(load_bench(file), (), "unlock")) is not of_a_door
