"""The smoke suite, unchanged, in real time: python-can's virtual interface, loopback sockets."""

import re
import subprocess
import sys
from pathlib import Path

SMOKE = Path(__file__).parents[1] / "smoke"


def test_the_smoke_suite_passes_in_real_time():
    count = (SMOKE / "test_smoke.py").read_text().count("\ndef test_")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
               "--bench", str(SMOKE / "real.toml"), str(SMOKE)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
    found = re.search(r"(\d+) passed", done.stdout)
    assert found is not None
    assert int(found[1]) == count >= 6
