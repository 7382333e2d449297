"""A project of its own that has the distribution installed, and tests that it may have."""

from pathlib import Path

import dpkt
import pytest


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    """Run tests that use the bench in a pytest of their own."""
    pytester.makepyfile(code)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


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
