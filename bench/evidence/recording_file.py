"""Recordings on disk: one line per entry, written as it happens, compressed when it is over.

The first line is the header, the last one the verdict. Nothing in it comes from the computer's
clock or from where it runs: the same seed and versions give the same bytes.
"""

import gzip
import json
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from bench.errors import RecordingDamaged, RunFolderError
from bench.evidence.entry_line import decode_entry, encode, encode_entry
from bench.evidence.whole_file import write_whole
from bench.file_name import FileName
from bench.journal import Entry, Journal
from bench.judge.interval import Interval
from bench.judge.repeat import Repeat, Run
from bench.judge.verdict import Judgement, Measurement, Verdict
from bench.recording import READY, EndPoint, Header, MovementPattern, Recording

FLUSH_S = 0.25
BLOCK = 256  # entries that are encoded in one go, which costs less than one by one
LEVEL = 4  # 12 per cent more bytes than 6, in half the time
# half of a surrogate pair (a byte of a header that is no UTF-8 comes as one) stands as JSON's own
# escape for it, and is read back as it was
UNPAIRED = "backslashreplace"
SUFFIX, OPEN_SUFFIX = ".jsonl.gz", ".jsonl"


def _plain(header: Header) -> dict[str, Any]:
    """Return a header for JSON; `asdict` would copy all of it, and it is as JSON has it."""
    movements = {function: asdict(each) for function, each in header.movements.items()}
    return {**vars(header), "start_ends": asdict(header.start_ends), "movements": movements}


class RecordingWriter:
    """Writes one recording.

    Args:
        folder: where recordings go.
        name: the scenario's id.
        live: hand what is written to the operating system within `FLUSH_S`, for who watches, and
            for the evidence of a run that is killed (else by the block, which costs less).
    """

    def __init__(self, folder: FileName, name: str, *, live: bool = False) -> None:
        folder = Path(folder)
        self._live = live
        self.path = folder / (name + SUFFIX)
        self._open_path = folder / (name + OPEN_SUFFIX)
        self._file: TextIO | None = None
        self._pending: list[Entry] = []
        self._stop: Callable[[], None] = lambda: None
        self._lost: OSError | None = None

    @property
    def begun(self) -> bool:
        """Whether there is anything that `finish` could end."""
        return self._file is not None

    def sink(self, header: Header, journal: Journal) -> Callable[[], None]:
        """Write the header, and each entry from now on; return what ends that.

        A disk that is full disturbs nothing that goes on in the scenario: who writes an event does
        not write a file. `finish` then raises.

        Raises:
            RunFolderError: there is not even room to begin.
        """
        try:
            file = self._file = self._open_path.open("w", encoding="utf-8", errors=UNPAIRED)
        except OSError as error:
            raise self._refused(error) from None
        write = self._put if self._live else self._put_later
        self._stop = journal.watch(_flushing(file, write, self._lose) if self._live else write)
        try:
            file.write(encode({"header": _plain(header)}) + "\n")
        except OSError as error:
            self._lose(error)
        for entry in journal.entries:
            write(entry)
        return self._done

    def _put(self, *entries: Entry) -> None:
        if self._file is None or self._lost is not None:
            return
        try:
            self._file.write("".join([encode_entry(entry) + "\n" for entry in entries]))
        except OSError as error:
            self._lose(error)

    def _put_later(self, entry: Entry) -> None:
        self._pending.append(entry)
        if len(self._pending) == BLOCK:
            self._put_pending()

    def _put_pending(self) -> None:
        pending, self._pending = self._pending, []
        self._put(*pending)

    def _done(self) -> None:
        self._stop()
        self._put_pending()
        if self._file is not None and self._lost is None:
            try:
                self._file.flush()
            except OSError as error:
                self._lose(error)

    def _lose(self, error: OSError) -> None:
        """Give the rest of the recording up."""
        self._stop()
        self._lost = self._lost or error
        if self._file is not None:
            with suppress(OSError):  # what is in its buffer cannot be written either
                self._file.close()

    def _refused(self, error: OSError) -> RunFolderError:
        return RunFolderError(f"{self._open_path}: cannot be written: {error.strerror}")

    def abandon(self) -> None:
        """Write nothing more, and leave what there is as it stands."""
        self._stop()
        if self._file is not None:
            self._file.close()

    def finish(self, verdict: Verdict) -> Path:
        """Add the verdict, compress, and return where it is.

        Raises:
            RunFolderError: there was no room for all of it.
        """
        if self._file is None:
            raise RecordingDamaged(f"{self._open_path}: nothing was recorded")
        if self._lost is not None:
            raise self._refused(self._lost)
        try:
            self._file.write(encode({"verdict": asdict(verdict)}) + "\n")
            self._file.close()
            raw = self._open_path.read_bytes()
            # no time stamp: the same entries give the same bytes
            write_whole(self.path, gzip.compress(raw, compresslevel=LEVEL, mtime=0))
            self._open_path.unlink()
        except OSError as error:
            self._lose(error)
            raise self._refused(error) from None
        return self.path


def _flushing(
    file: TextIO, write: Callable[[Entry], None], lose: Callable[[OSError], None]
) -> Callable[[Entry], None]:
    flushed_s = 0.0

    def write_and_flush(entry: Entry) -> None:
        nonlocal flushed_s
        write(entry)
        now_s = time.monotonic()
        if now_s - flushed_s > FLUSH_S and not file.closed:
            flushed_s = now_s
            try:
                file.flush()
            except OSError as error:
                lose(error)

    return write_and_flush


def read_recording(path: FileName) -> tuple[Recording, Verdict | None]:
    """Return a stored recording, and its verdict if it was reached.

    A recording that was cut off (a killed run) is returned as far as it goes; an oracle sees that
    its end mark is missing.

    Raises:
        RecordingDamaged: there is not even a header.
    """
    path = Path(path)
    lines = _lines(path)
    if not lines or "header" not in lines[0]:
        raise RecordingDamaged(f"{path}: is not a recording")
    header = decode_header(lines[0]["header"])
    verdict = None
    entries = []
    for line in lines[1:]:
        if "verdict" in line and "kind" not in line:
            verdict = decode_verdict(line["verdict"])
        else:
            entries.append(decode_entry(line))
    return Recording(header, entries), verdict


def read_ends(path: FileName) -> tuple[Header, Verdict | None]:
    """Return a stored recording's header and verdict, whatever kinds of events stand between them.

    Raises:
        RecordingDamaged: it cannot be read, or there is no header that this version understands.
    """
    path = Path(path)
    lines, _ = whole_lines(path)
    try:
        header = decode_header(json.loads(lines[0])["header"])
        last = json.loads(lines[-1])
        verdict = (
            decode_verdict(last["verdict"]) if "verdict" in last and "kind" not in last else None
        )
    except (LookupError, TypeError, ValueError) as error:
        raise RecordingDamaged(f"{path}: is not a whole recording ({error})") from None
    return header, verdict


def decode_header(fields: dict[str, Any]) -> Header:
    """Return a header from its fields; one from before `start_ends` means a car that is ready."""
    end = EndPoint(**fields["start_ends"]) if "start_ends" in fields else READY
    patterns = fields.get("movements", {})
    moves = {function: MovementPattern(**each) for function, each in patterns.items()}
    return Header(
        **{**fields, "fitted": tuple(fields["fitted"]), "start_ends": end, "movements": moves}
    )


def decode_verdict(fields: dict[str, Any]) -> Verdict:
    """Return a verdict from its fields."""
    judgements = tuple(map(_judgement, fields["judgements"]))
    helpless = tuple((a, b) for a, b in fields["helpless"])
    repeat = decode_repeat(fields["repeat"]) if fields.get("repeat") else None
    named = tuple(fields.get("requirements", ()))
    own = {"judgements": judgements, "helpless": helpless, "repeat": repeat, "requirements": named}
    return Verdict(**{**fields, **own})


def _judgement(fields: dict[str, Any]) -> Judgement:
    measurements = tuple(Measurement(**each) for each in fields.get("measurements", ()))
    return Judgement(**{**fields, "measurements": measurements})


def decode_repeat(fields: dict[str, Any]) -> Repeat:
    """Return what repetitions came to from its fields."""
    interval = {k: Interval(**v) if v else None for k, v in fields["interval"].items()}
    runs = tuple(Run(**run) for run in fields["runs"])
    return Repeat(**{**fields, "interval": interval, "runs": runs})


def whole_lines(path: FileName) -> tuple[list[bytes], bool]:
    """Return a recording's lines as they are, and whether it was closed (not cut off).

    Raises:
        RecordingDamaged: it cannot be read.
    """
    path = Path(path)
    closed = path.suffix == ".gz"
    raw = _unpacked(path)
    *whole, _rest = raw.split(b"\n")  # of a recording that was cut off, the last line may be half
    return whole, closed


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        # of what the system refused, its reason alone: it names the file again
        why = getattr(error, "strerror", None) or error
        raise RecordingDamaged(f"{path}: {why}") from None


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return every whole line; the last one of a killed run may be half."""
    lines = []
    for line in _unpacked(path).decode("utf-8", errors="replace").split("\n"):
        try:
            lines.append(json.loads(line))
        except ValueError:
            break
    return lines
