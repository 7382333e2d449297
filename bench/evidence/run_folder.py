"""The folder of one run."""

import json
import os
import platform
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from io import FileIO
from pathlib import Path
from typing import Any

from bench import __version__
from bench.config.bench_file import StationFile
from bench.errors import RecordingDamaged, RunFolderError
from bench.evidence.recording_file import (
    OPEN_SUFFIX,
    SUFFIX,
    RecordingWriter,
    decode_verdict,
    read_ends,
)
from bench.evidence.whole_file import write_whole
from bench.judge.repetition import combine
from bench.judge.verdict import Verdict

RUN, VERDICTS, RECORDINGS = "run.json", "verdicts.jsonl", "recordings"
ENDED = "ended.json"  # a run that was killed has none
DEFAULT_ROOT = "runs"
SYNC_S = 1.0
_REPETITION = re.compile(r"\.r(\d+)$")  # no scenario's id ends so: outages have no dots in theirs
_LIBRARIES = ("aiohttp", "cantools", "cryptography", "pydantic", "python-can", "pyvisa", "rich")


def default_folder() -> Path:
    """Return a fresh folder's name below `runs/`, by the time of day."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d_%H%M%S")
    folder = Path(DEFAULT_ROOT) / stamp
    number = 1
    while folder.exists():
        number += 1
        folder = Path(DEFAULT_ROOT) / f"{stamp}_{number}"
    return folder


def versions() -> dict[str, str]:
    """Return the versions of the bench, of Python and of the libraries that a recording is of."""
    libraries = {name: version(name) for name in _LIBRARIES}
    return {"access-bench": __version__, "python": platform.python_version()} | libraries


class RunFolder:
    """The folder of a run that is being made.

    Args:
        path: the folder; made if it is not there.
        durable: sync each verdict to the disk at once, and keep recordings current (on hardware).

    Raises:
        RunFolderError: it cannot be written, or already holds a run.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self.path = path
        self.recordings = path / RECORDINGS
        self._durable = durable
        self._synced_s = 0.0
        if (path / RUN).exists() or (path / VERDICTS).exists():
            raise RunFolderError(f"{path}: already holds a run; name another folder with --out")
        try:
            self.recordings.mkdir(parents=True, exist_ok=True)
            self._verdicts: FileIO = (path / VERDICTS).open("wb", buffering=0)
        except OSError as error:
            raise RunFolderError(f"{path}: cannot be written: {error.strerror}") from None

    def write_run(
        self,
        file: StationFile,
        *,
        seed: int,
        car: str,
        stamp: str,
        what: str,
        planned: Sequence[str] = (),
        car_file: Path | None = None,
    ) -> None:
        """Write what can differ between two runs of the same thing: versions, time, host.

        `planned` names the scenarios in their order: whoever reads a run that was cut short can
        tell what is missing. `car_file` is where the car is described, if it is none of those
        that are shipped.
        """
        document: dict[str, Any] = {
            "schema": 1,
            "what": what,
            "car": car,
            "car_file": None if car_file is None else str(car_file.absolute()),
            "seed": seed,
            "stamp": stamp,
            "configuration": file.content.model_dump(mode="json"),
            "configuration_file": str(file.path.absolute()),
            "versions": versions(),
            "host": {"platform": platform.platform(), "machine": platform.machine()},
            "began": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": sys.argv,
            "planned": list(planned),
        }
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        try:
            write_whole(self.path / RUN, text.encode("utf-8"))
        except OSError as error:
            raise self._refused(RUN, error) from None

    def _refused(self, name: str, error: OSError) -> RunFolderError:
        return RunFolderError(f"{self.path / name}: cannot be written: {error.strerror}")

    def writer(self, scenario: str) -> RecordingWriter:
        """Return what writes a scenario's recording."""
        return RecordingWriter(self.recordings, scenario, live=self._durable)

    def add(self, verdict: Verdict) -> None:
        """Write a verdict down; it survives whatever comes after.

        Raises:
            RunFolderError: there was no room for the whole line; the list is as it was before.
        """
        line = json.dumps(asdict(verdict), ensure_ascii=False, separators=(",", ":")) + "\n"
        end = self._verdicts.tell()
        try:
            left = memoryview(line.encode("utf-8"))
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

    def close(self) -> None:
        """Close the verdicts' file; raises RunFolderError where the disk has not taken them all."""
        if self._verdicts.closed:
            return
        try:
            os.fsync(self._verdicts.fileno())
        except OSError as error:
            raise self._refused(VERDICTS, error) from None
        finally:
            self._verdicts.close()
            self._say_ended()

    def _say_ended(self) -> None:
        text = json.dumps({"ended": datetime.now(UTC).isoformat(timespec="seconds")}) + "\n"
        with suppress(OSError):  # a full disk: what is written says enough
            write_whole(self.path / ENDED, text.encode("utf-8"))


def read_run(path: Path) -> dict[str, Any]:
    """Return what is written about a run as a whole; empty where that was not reached."""
    try:
        document = json.loads((path / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def read_verdicts(path: Path) -> list[Verdict]:
    """Return every verdict of a run, also of one that was killed.

    What is missing in the list is recovered from finished recordings.

    Raises:
        RunFolderError: there is no run here.
    """
    if not (path / VERDICTS).exists():
        raise RunFolderError(f"{path}: holds no run")
    found: dict[str, Verdict] = {}
    for line in (path / VERDICTS).read_text(encoding="utf-8").split("\n"):
        try:
            verdict = decode_verdict(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue  # half a line of a killed run
        found[verdict.scenario] = verdict
    return [*found.values(), *recover(path, set(found), _verdict_in)]


def _verdict_in(recording: Path) -> Verdict | None:
    try:
        return read_ends(recording)[1]
    except RecordingDamaged:
        return None


def recover(
    path: Path, known: set[str], verdict_of: Callable[[Path], Verdict | None]
) -> Iterator[Verdict]:
    """Yield the verdicts that only recordings hold; repetitions of a scenario are combined.

    Also those that end a recording for which there was no room, or no time, to be compressed.

    Args:
        path: the run's folder.
        known: the scenarios whose verdict is known.
        verdict_of: reads a recording's.
    """
    runs: dict[str, list[tuple[int, Verdict]]] = defaultdict(list)
    for name, file in recordings(path).items():
        again = _REPETITION.search(name)
        number = int(again[1]) if again else 1
        if _REPETITION.sub("", name) not in known:
            verdict = verdict_of(file)
            if verdict is not None:
                runs[verdict.scenario].append((number, verdict))
    for numbered in runs.values():
        verdicts = [verdict for _, verdict in sorted(numbered, key=lambda each: each[0])]
        yield combine(verdicts) if len(verdicts) > 1 else verdicts[0]


def recordings(path: Path) -> dict[str, Path]:
    """Return a run's recordings by name; a compressed one counts before one that was left open."""
    found = {
        file.name.removesuffix(suffix): file
        for suffix in (OPEN_SUFFIX, SUFFIX)
        for file in (path / RECORDINGS).glob(f"*{suffix}")
    }
    return dict(sorted(found.items()))


def unfinished(path: Path) -> list[str]:
    """Return the scenarios that a killed run had begun and not finished."""
    found = recordings(path)
    return [name for name, file in found.items() if file.name.endswith(OPEN_SUFFIX)]
