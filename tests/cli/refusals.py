"""Commands that must be refused: one clear error that names file and key or option, exit 2."""

from pathlib import Path

import pytest

from bench.cli.main import main
from bench.config.bench_file import DEFAULT


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused; return its one line of error."""
    status = main(arguments)
    said = capsys.readouterr()
    assert status == 2, said
    lines = said.err.strip().splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("bench: error: ")
    assert "Traceback" not in said.err
    return lines[0]


def bench_file(tmp_path: Path, change: tuple[str, str] | None = None, more: str = "") -> str:
    text = DEFAULT.read_text()
    if change is not None:
        assert change[0] in text
        text = text.replace(*change)
    file = tmp_path / "bench.toml"
    file.write_text(text + more)
    return str(file)


def check(capsys, tmp_path, change=None, more="") -> str:
    return refused(capsys, "check", "--bench", bench_file(tmp_path, change, more))


INCIDENTS = Path(DEFAULT).parents[1] / "incidents"
QUICK = ["run", "--paths", "keypad", "--faults", "refuse"]
