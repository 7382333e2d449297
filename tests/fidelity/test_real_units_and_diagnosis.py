"""A unit that is real answers diagnosis itself: the simulated one in its place keeps silent."""

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT
from bench.errors import DiagnosisError


def test_a_simulated_unit_leaves_diagnosis_to_the_real_one(tmp_path):
    file = tmp_path / "bench.toml"
    text = DEFAULT.read_text().replace('time = "simulated"', 'time = "real"')
    file.write_text(text + '\n[car]\nreal = ["passive_entry"]\n')
    with Bench(make_setup(file)) as bench:
        assert bench.diagnosis.read("BCM", 0xF189) == b"1.0"
        with pytest.raises(DiagnosisError, match="PEPS: ReadDataByIdentifier: no answer"):
            bench.diagnosis.read("PEPS", 0xF189)
