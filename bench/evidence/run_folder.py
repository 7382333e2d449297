"""The folder of one run, as it is written."""

import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from bench.config.bench_file import StationFile
from bench.errors import ConfigError, RunFolderError, StationError
from bench.evidence.being_made import hold
from bench.evidence.recording_file import OPEN_SUFFIX, UNPAIRED, RecordingWriter
from bench.evidence.run_facts import RunFacts
from bench.evidence.whole_file import keep_whole, write_whole
from bench.file_name import FileName
from bench.judge.verdict import Verdict

RUN, VERDICTS, RECORDINGS = "run.json", "verdicts.jsonl", "recordings"
CAPTURES, CAPTURE_SUFFIX = "captures", ".pcapng"  # what the network carried, where it was asked for
ENDED = "ended.json"  # a run that was killed has none
DEFAULT_ROOT = "runs"
SYNC_S = 1.0


def default_folder() -> Path:
    """Return a fresh folder's name below `runs/`, by the time of day."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d_%H%M%S")
    folder = Path(DEFAULT_ROOT) / stamp
    number = 1
    while folder.exists():
        number += 1
        folder = Path(DEFAULT_ROOT) / f"{stamp}_{number}"
    return folder


class RunFolder:
    """The folder of a run that is being made.

    Args:
        path: the folder; made if it is not there.
        durable: sync each verdict to the disk at once, and keep recordings current (on hardware).

    Raises:
        RunFolderError: it cannot be written, or already holds a run.
    """

    def __init__(self, path: FileName, *, durable: bool = False) -> None:
        path = Path(path)
        self.path = path
        self.recordings = path / RECORDINGS
        self._durable = durable
        self._synced_s = 0.0
        self._latest: RecordingWriter | None = None
        if (path / RUN).exists() or (path / VERDICTS).exists():
            raise RunFolderError(f"{path}: already holds a run; name another folder")
        self._made = not path.exists()
        try:
            self.recordings.mkdir(parents=True, exist_ok=True)
            self._verdicts: FileIO = (path / VERDICTS).open("wb", buffering=0)
        except OSError as error:
            raise RunFolderError(f"{path}: cannot be written: {error.strerror}") from None
        hold(self._verdicts.fileno())

    def write_run(self, file: StationFile, facts: RunFacts) -> None:
        """Write what can differ between two runs of the same thing: versions, time, host."""
        self._write(RUN, facts.document(file))

    def _write(self, name: str, document: dict[str, Any]) -> None:
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        keep_whole(self.path / name, text.encode("utf-8", errors=UNPAIRED))

    def _refused(self, name: str, error: OSError) -> RunFolderError:
        return RunFolderError(f"{self.path / name}: cannot be written: {error.strerror}")

    def writer(self, scenario: str) -> RecordingWriter:
        """Return what writes a scenario's recording."""
        self._latest = RecordingWriter(self.recordings, scenario, live=self._durable)
        return self._latest

    def capture(self, scenario: str) -> Path:
        """Return where what a scenario's network carries is kept."""
        return self.path / CAPTURES / f"{scenario}{CAPTURE_SUFFIX}"

    def add(self, verdict: Verdict) -> None:
        """Write a verdict down; it survives whatever comes after.

        Raises:
            RunFolderError: there was no room for the whole line; the list is as it was before.
        """
        line = json.dumps(asdict(verdict), ensure_ascii=False, separators=(",", ":")) + "\n"
        end = self._verdicts.tell()
        try:
            left = memoryview(line.encode("utf-8", errors=UNPAIRED))
            while left:  # a disk that fills up takes a part
                left = left[self._verdicts.write(left) :]
            self._sync()
        except OSError as error:
            with suppress(OSError):
                self._verdicts.truncate(end)
                self._verdicts.seek(end)
            raise self._refused(VERDICTS, error) from None

    def _sync(self) -> None:
        now_s = time.monotonic()
        if self._durable or now_s - self._synced_s > SYNC_S:
            self._synced_s = now_s
            os.fsync(self._verdicts.fileno())

    @property
    def gone(self) -> bool:
        """Whether somebody has taken the folder away, or its list of verdicts."""
        return not (self.path / VERDICTS).exists()

    def taken_away(self, error: BaseException | None) -> bool:
        """Take the folder away if an error has refused the run before it came to anything.

        So the same command can be given again when what was wrong has been put right. Return
        whether that was so.
        """
        if self._verdicts.closed or self._verdicts.tell() or isinstance(error, RunFolderError):
            return False
        # a file or an option that is wrong, found when the station was open; or it would not open
        unbegun = isinstance(error, StationError) and not any(self.recordings.glob("*"))
        if not (unbegun or isinstance(error, ConfigError)):
            return False
        if self._latest is not None:
            self._latest.abandon()
        self._verdicts.close()
        if self._made:
            shutil.rmtree(self.path, ignore_errors=True)
            return True
        begun = self.recordings.glob(f"*{OPEN_SUFFIX}")
        for path in (self.path / RUN, self.path / VERDICTS, *begun):
            path.unlink(missing_ok=True)
        with suppress(OSError):
            self.recordings.rmdir()
        return True

    def close(self) -> None:
        """Close the verdicts' file; raises RunFolderError where the disk has not taken them all."""
        if self._verdicts.closed:
            return
        try:
            os.fsync(self._verdicts.fileno())
        except OSError as error:
            raise self._refused(VERDICTS, error) from None
        finally:
            self._say_ended()  # before it is let go of: a run that nobody writes has died
            self._verdicts.close()

    def _say_ended(self) -> None:
        text = json.dumps({"ended": datetime.now(UTC).isoformat(timespec="seconds")}) + "\n"
        with suppress(OSError):  # a full disk: what is written says enough
            write_whole(self.path / ENDED, text.encode("utf-8"))
