"""What a linter or the type checker is told to overlook stands there with its reason."""

import re
from pathlib import Path

import bench
import bench_fixtures

ROOMS = [Path(room.__path__[0]) for room in (bench, bench_fixtures)]
SUPPRESSED = re.compile(r"# (?:noqa|type: ignore)\b(?P<rest>.*)")
MARK = re.compile(r"#? ?(?:noqa|type: ignore)\b|[:,]? ?[A-Z]+[0-9]{3}\b|\[[a-z,-]+\]|#")


def reason(line: str) -> str | None:
    """Return what a line says beside what it has overlooked; None where that is nothing."""
    found = SUPPRESSED.search(line)
    return None if found is None else MARK.sub("", found["rest"]).strip()


def test_every_suppression_says_why():
    files = [file for room in ROOMS for file in sorted(room.rglob("*.py"))]
    lines = [(file, line) for file in files for line in file.read_text().splitlines()]
    told = [(file, line, reason(line)) for file, line in lines if reason(line) is not None]
    assert len(told) > 20
    assert [(str(file), line) for file, line, why in told if not why] == []


def test_a_bare_suppression_is_seen():
    assert reason("x = 1  # noqa: S101, S102") == ""
    assert reason("x = 1  # type: ignore[a-b,c]  # noqa: SLF001") == ""
    assert reason("x = 1  # type: ignore[a-b]  # it knows better") == "it knows better"
    assert reason("x = 1  # a comment") is None
