"""Following a run from outside while it is made: what its folder says, line by line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.evidence.being_made import is_held
from bench.evidence.entry_line import decode_entry
from bench.evidence.recording_file import (
    OPEN_SUFFIX,
    decode_header,
    decode_verdict,
)
from bench.evidence.run_folder import ENDED, RECORDINGS, VERDICTS
from bench.evidence.stored_run import require_run
from bench.journal import Entry
from bench.judge.verdict import Verdict
from bench.recording import Header


@dataclass
class GrowingFile:
    """A file to which another process adds lines."""

    path: Path
    _at: int = 0
    _rest: bytes = b""  # half a line, which may end within a letter

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the whole lines that have been added since the last call."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._at)
                added = file.read()
        except OSError:
            return  # it is not there yet, or not any more
        self._at += len(added)
        *whole, self._rest = (self._rest + added).split(b"\n")
        for line in whole:
            try:
                document = json.loads(line)
            except ValueError:
                continue  # a disk that was full left half a line
            if isinstance(document, dict):
                yield document


@dataclass
class Followed:
    """One recording that is being made.

    Attributes:
        name: the scenario's.
        header: None so long as it has not been read.
    """

    name: str
    file: GrowingFile
    header: Header | None = None

    def entries(self) -> Iterator[Entry]:
        """Yield what was added since the last call."""
        for line in self.file.lines():
            if "header" in line:
                self.header = decode_header(line["header"])
            elif "kind" in line:
                yield decode_entry(line)


@dataclass
class RunFollower:
    """A run that is being made, or is over.

    Args:
        path: its folder.

    Raises:
        RunFolderError: there is no such folder, or no run in it.
    """

    path: Path
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_run(self.path)
        self._verdicts = GrowingFile(self.path / VERDICTS)

    @property
    def over(self) -> bool:
        """Whether the run came to its end (a run that was killed never says so)."""
        return (self.path / ENDED).exists()

    @property
    def moved(self) -> bool:
        """Whether its folder is gone: that of a worker of pytest-xdist goes into another."""
        return not self.path.is_dir()

    @property
    def cut_short(self) -> bool:
        """Whether the run is not over, and nobody makes it any more: it was killed."""
        return not is_held(self.path / VERDICTS) and not self.over

    def new_verdicts(self) -> list[Verdict]:
        """Return the verdicts that were reached since the last call."""
        found = [decode_verdict(line) for line in self._verdicts.lines() if "scenario" in line]
        self.verdicts |= {verdict.scenario: verdict for verdict in found}
        return found

    def running(self) -> Followed | None:
        """Return the recording that was begun last and is not finished; None: there is none."""
        begun = list((self.path / RECORDINGS).glob(f"*{OPEN_SUFFIX}"))
        times = {file: _changed_ns(file) for file in begun}
        if not times:
            return None
        newest = max(times, key=lambda file: times[file])
        return Followed(newest.name.removesuffix(OPEN_SUFFIX), GrowingFile(newest))


def _changed_ns(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0  # finished between two looks
