"""A recording's lines, without building its events: quick enough for a thousand of them.

Also of a file that is damaged or cut off: what can be read is read, and what is wrong is said.
"""

import json
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.file_name import FileName

# no recording is near it; a file that unpacks to more is not read to its end
MOST_BYTES = 512 * 1024 * 1024
_CHUNK = 1 << 16
_ENTRY = re.compile(
    r'^\{"t_ns":(-?\d+),"seq":(\d+),"kind":"(\w+)","cause":(null|\d+)(?:,(.*))?\}$', re.MULTILINE
)


@dataclass
class Lines:
    """What could be read of a recording; its entries as columns, in the order of the file.

    Attributes:
        header: its fields; empty where there is none.
        t_ns, seqs, kinds: of each entry.
        causes: of each entry; -1 where nothing caused it.
        fields: of each entry, the text of its event's own fields.
        verdict: its fields, if it was reached.
        wrong: what is wrong with the file, in half a sentence ("": nothing).
    """

    header: dict[str, Any] = field(default_factory=dict)
    t_ns: list[int] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    causes: list[int] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    verdict: dict[str, Any] | None = None
    wrong: str = ""


def read_lines(path: FileName) -> Lines:
    """Return what can be read of a recording; never raises for what a file holds."""
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Lines(wrong=f"cannot be read ({error.strerror})")
    raw, wrong = _unpacked(raw) if path.suffix == ".gz" else (raw, "")
    text = raw.decode("utf-8", errors="replace")
    found = _columns(_ENTRY.findall(text))
    found.wrong = wrong
    for line in _others(text, len(found.seqs)):
        _place(line, found)
    if not found.header:
        found.wrong = wrong or "has no header"
    elif not found.wrong and found.kinds[-1:] != ["end"]:
        found.wrong = "was cut off before its end"
    return found


def parse(text: str) -> Any:
    """Return a JSON value; raises ValueError, also for one that is nested too deeply to be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _columns(entries: list[tuple[str, str, str, str, str]]) -> Lines:
    if not entries:
        return Lines()
    t_ns, seqs, kinds, causes, fields = zip(*entries, strict=True)
    return Lines(
        t_ns=list(map(int, t_ns)),
        seqs=list(map(int, seqs)),
        kinds=list(kinds),
        causes=[-1 if cause == "null" else int(cause) for cause in causes],
        fields=list(fields),
    )


def _unpacked(raw: bytes) -> tuple[bytes, str]:
    """Return what a gzip file holds, as far as it goes, and what is wrong with it."""
    unpacker = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = 0
    for start in range(0, len(raw), _CHUNK):
        try:
            parts.append(unpacker.decompress(raw[start : start + _CHUNK], MOST_BYTES - size))
        except zlib.error:
            return b"".join(parts), "is damaged"
        size += len(parts[-1])
        if size >= MOST_BYTES:
            return b"".join(parts), "is too large to be read whole"
    return b"".join(parts), "" if unpacker.eof else "was cut off"


def _others(text: str, entries: int) -> list[str]:
    """Return the lines that are no entries: header and verdict, and what cannot be read."""
    lines = text.split("\n")
    if len(lines) <= entries + 3:  # as it should be: they are the first and the last
        lines = [lines[0], *lines[entries + 1 :]]
    return [line for line in lines if line and not _ENTRY.match(line)]


def _place(line: str, found: Lines) -> None:
    """Put a line that is no entry where it belongs."""
    try:
        fields = parse(line)
    except ValueError:
        found.wrong = found.wrong or "holds a line that cannot be read"
        return
    if isinstance(fields, dict) and isinstance(fields.get("header"), dict):
        found.header = fields["header"]
    elif isinstance(fields, dict) and isinstance(fields.get("verdict"), dict):
        found.verdict = fields["verdict"]
    else:
        found.wrong = found.wrong or "holds a line that is no entry"
