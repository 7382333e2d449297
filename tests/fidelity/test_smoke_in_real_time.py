"""The smoke suite, unchanged, in real time: python-can's virtual interface, loopback sockets."""

import re
import subprocess
import sys
from pathlib import Path

SMOKE = Path(__file__).parents[1] / "smoke"


def test_the_smoke_suite_passes_in_real_time():
    run_smoke("real.toml", least=6)


def test_the_same_tests_pass_over_udp_multicast():
    run_smoke("multicast.toml", "-k", "ble_key or app_opens", count=2)


def run_smoke(bench: str, *options: str, count: int | None = None, least: int = 1) -> None:
    every = (SMOKE / "test_smoke.py").read_text().count("\ndef test_")
    count = every if count is None else count
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
               "--bench", str(SMOKE / bench), *options, str(SMOKE)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
    found = re.search(r"(\d+) passed", done.stdout)
    assert found is not None
    assert int(found[1]) == count >= least
