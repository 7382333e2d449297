"""A project of its own that has the distribution installed, and tests that it may have."""

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import dpkt
import pytest

# what such a project does not have: without it, its pytest is there a sixth sooner
LEAN = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    """Run tests that use the bench in a pytest of their own."""
    pytester.makepyfile(code)
    return pytester.runpytest_subprocess(*LEAN, *arguments)


class Session:
    """A pytest of its own for tests that may stand beside each other: starting it takes longest.

    Attributes:
        folder: where it ran.
        status: what it ended with.
        said: all that it printed.
        outcomes: by a test's name "PASSED", "FAILED", "INCONCLUSIVE", …
    """

    def __init__(self, folder: Path, code: str, *arguments: str) -> None:
        (folder / "test_all.py").write_text(dedent(code))
        command = [sys.executable, "-m", "pytest", "-v", *LEAN, *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        self.folder, self.status, self.said = folder, done.returncode, done.stdout + done.stderr
        lines = re.findall(r"^test_all\.py::(\S+) ([A-Z]+)", done.stdout, re.MULTILINE)
        of_workers = re.findall(
            r"^\[gw\d.*\] ([A-Z]+) test_all\.py::(\S+)", done.stdout, re.MULTILINE
        )
        self.outcomes = dict(lines) | {name: outcome for outcome, name in of_workers}

    def of(self, name: str) -> str:
        """Return what was printed of a test that did not pass."""
        parts = re.split(r"^_{3,} (?:.*::| *)(test_\S+) _{3,}$", self.said, flags=re.MULTILINE)
        found = dict(zip(parts[1::2], parts[2::2], strict=True))
        return found[name].partition("\n=====")[0]


OPENS = """
    def test_key_opens(owner, cloud):
        with cloud.failing("http_status:status=503"):
            unlock = owner.unlock("ble_key")
        assert unlock.opened_within(1.5), unlock.story()
"""


def captured(folder: Path, marks: bytes = b"SERVER_HANDSHAKE_TRAFFIC_SECRET") -> list[str]:
    """Return the names of a run's captures, each of which holds frames and their secrets."""
    files = sorted((folder / "captures").iterdir())
    for file in files:
        raw = file.read_bytes()
        assert raw.startswith(b"\x0a\x0d\x0d\x0a"), file
        assert marks in raw, file
        with file.open("rb") as opened:
            assert len(list(dpkt.pcapng.Reader(opened))) > 20, file
    return [file.name for file in files]


def refused(result: pytest.RunResult, said: str) -> None:
    """Check that pytest ended with one usage error, before any test began."""
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = result.stderr.str() + result.stdout.str()
    assert said in told
    assert told.count("ERROR") == 1
    assert "Traceback" not in told
    assert "conclusion.py" not in told
