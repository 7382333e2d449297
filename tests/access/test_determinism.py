"""Same seed, same bytes: in five processes with different hash seeds, with any number of jobs."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIOS = ["--paths", "ble_key", "cloud_app", "--faults", "http_status", "latency", "reset_peer"]


def run(out: Path, hash_seed: str, *more: str) -> dict[str, str]:
    """Run in a process of its own; return a digest per recording."""
    command = [sys.executable, "-m", "bench.cli.main", "run", *SCENARIOS, "--out", str(out), *more]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    recordings = sorted((out / "recordings").iterdir())
    assert len(recordings) > 6
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in recordings}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return run(tmp_path_factory.mktemp("runs") / "0", "0")


@pytest.mark.parametrize("hash_seed", ["1", "2", "3", "4"])
def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed(first, tmp_path, hash_seed):
    jobs = ("--jobs", "1") if hash_seed == "3" else ()
    assert run(tmp_path / "run", hash_seed, *jobs) == first


def test_another_seed_gives_other_bytes(first, tmp_path):
    other = run(tmp_path / "run", "0", "--seed", "2")
    assert other.keys() == first.keys()
    assert all(other[name] != first[name] for name in first)
