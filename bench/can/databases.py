"""Loading CAN databases: strict first, and a clear offer of what to do when one is refused."""

import importlib.util
import logging
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.can.frame import key
from bench.errors import ConfigError, DatabaseRefused, MissingExtra, nearest
from bench.file_name import FileName, meant

if TYPE_CHECKING:
    from cantools.database.can import Message, Signal

# what cantools logs is for who asks for logs: what matters of it is an error here
logging.getLogger("cantools").addHandler(logging.NullHandler())

Parse = Callable[..., "tuple[Message, ...]"]
PREFIX = "opendbc:"
# the release whose files the role files are written for, and the first Python that it refuses
OPENDBC, TOO_NEW = "opendbc==0.3.1", (3, 13)
NOBODY = {"XXX", "Vector__XXX", ""}  # as senders: what files say that do not know
HEAD = 4096  # bytes in which a file shows that it is no text
_PACKAGE = Path(__file__).parent.parent


def bundled(name: str) -> Path | None:
    """Return the path of one of the product's own data files in `dbc/`, or None."""
    for folder in (_PACKAGE / "_dbc", _PACKAGE.parent / "dbc"):
        if (folder / name).is_file():
            return folder / name
    return None


def find(name: str, base: FileName) -> Path:
    """Return where a database (or role file) is.

    Args:
        name: a path from `base`, the name of a bundled one, or `opendbc:<file>`.
        base: the folder of the file that names it.

    Raises:
        MissingExtra: it is in the package opendbc, which is not installed.
        ConfigError: it is nowhere.
    """
    base = Path(base)
    if name.startswith(PREFIX):
        return _in_opendbc(name.removeprefix(PREFIX))
    path = base / name
    found = path if path.is_file() else bundled(name)
    if found is None:
        if path.is_dir():
            raise ConfigError(f"{path}: is a folder, not a database")
        raise ConfigError(f"{path}: no such file{_meant(path)}")
    return found


def _meant(path: Path) -> str:
    """Return what may have been meant by a file that is not there."""
    alike = _bundled_names(path.suffix)
    return meant(path) or (f"; bundled ones: {', '.join(alike)}" if alike else "")


def _bundled_names(suffix: str) -> list[str]:
    folder = _PACKAGE / "_dbc"
    folder = folder if folder.is_dir() else _PACKAGE.parent / "dbc"
    kinds = {".dbc", ".ldf", ".toml"} & {suffix}
    return sorted(f.name for f in folder.iterdir() if f.suffix in kinds)


def _in_opendbc(name: str) -> Path:
    spec = importlib.util.find_spec("opendbc")  # found, never imported: it wants numpy
    if spec is None or spec.origin is None:
        raise MissingExtra(f"the database {PREFIX}{name}", "opendbc", _by_hand(sys.version_info))
    folder = Path(spec.origin).parent / "dbc"
    if not (folder / name).is_file():
        known = [file.name for file in folder.glob("*.dbc")]
        raise ConfigError(f"{PREFIX}{name}: the package has no such file: {nearest(name, known)}")
    return folder / name


def _by_hand(python: tuple[Any, ...]) -> str:
    """Return how to get the package where pip refuses it; "": it does not."""
    if python < TOO_NEW:
        return ""
    return (
        f"its package refuses Python {python[0]}.{python[1]}, but only its files are wanted: "
        f"pip install --no-deps --ignore-requires-python {OPENDBC}"
    )


@dataclass(frozen=True)
class Database:
    """The messages of one bus, from one or several files.

    Attributes:
        messages: by name.
        by_key: by identifier, 29-bit ones with bit 31 set.
    """

    messages: "dict[str, Message]"
    by_key: "dict[int, Message]" = field(repr=False)

    @property
    def senders(self) -> set[str]:
        """Every node that sends one of them, as far as the files say."""
        return {sender for message in self.messages.values() for sender in senders_of(message)}

    def message(self, name: str) -> "Message":
        """Return a message by name; raises ConfigError that names the nearest."""
        if name not in self.messages:
            raise ConfigError(f'no message "{name}": {nearest(name, self.messages)}')
        return self.messages[name]


def key_of(message: "Message") -> int:
    """Return a message's identifier, with bit 31 set for a 29-bit one."""
    return key(message.frame_id, extended=message.is_extended_frame)


def senders_of(message: "Message") -> set[str]:
    """Return who sends a message, as far as its file says."""
    return set(message.senders) - NOBODY


def is_fd(message: "Message") -> bool:
    """Return whether a message needs CAN FD: many files do not say, but the length does."""
    return bool(message.is_fd) or message.length > 8


def fits(signal: "Signal", raw: int) -> bool:
    """Return whether a raw value has room in a signal's bits."""
    if signal.is_float:
        return True
    low = -(1 << signal.length - 1) if signal.is_signed else 0
    return low <= raw < low + (1 << signal.length)


def decode(message: "Message", data: bytes, *, physical: bool = False) -> dict[str, Any]:
    """Return a frame's signals: raw, or physical values and labels.

    Nothing of a multiplexed frame whose page the database does not know: real files are partial.
    """
    from cantools.database.errors import DecodeError

    try:
        found: Any = message.decode(
            data, decode_choices=physical, scaling=physical, allow_truncated=True
        )
    except DecodeError:
        return {}
    return dict(found)


def load(paths: tuple[Path, ...], *, strict: bool = True, parse: "Parse | None" = None) -> Database:
    """Load the databases of a bus; raises DatabaseRefused.

    Args:
        paths: the files.
        strict: as cantools means it.
        parse: reads one file (path, its time of change, `strict`); None: a CAN database.
    """
    parse = parse or _parse
    messages: dict[str, Message] = {}
    by_key: dict[int, Message] = {}
    for path in paths:
        for message in parse(path, path.stat().st_mtime_ns, strict=strict):
            other = by_key.get(key_of(message)) or messages.get(message.name)
            if other is not None:
                raise DatabaseRefused(
                    f"{path}: message {message.name} (0x{message.frame_id:X}) is already defined "
                    f"on this bus, as {other.name} (0x{other.frame_id:X})"
                )
            messages[message.name] = by_key[key_of(message)] = message
    return Database(messages, by_key)


@cache
def _parse(path: Path, _mtime_ns: int, *, strict: bool) -> "tuple[Message, ...]":
    """Parse one file (once per process and version of the file)."""
    import cantools
    from cantools.database.can import Database as Parsed
    from cantools.database.errors import UnsupportedDatabaseFormatError

    _refuse_what_is_no_text(path)
    try:
        parsed = cantools.database.load_file(path, strict=strict)
    except UnsupportedDatabaseFormatError as error:
        raise DatabaseRefused(f"{path}: {_explain(str(error), path, strict=strict)}") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise DatabaseRefused(f"{path}: cannot be read as a database: {error}") from None
    if not isinstance(parsed, Parsed):
        raise DatabaseRefused(f"{path}: holds no CAN messages")
    return tuple(parsed.messages)


def _refuse_what_is_no_text(path: Path) -> None:
    """Say what a file is that cannot be a database: parsers only say where they stumbled."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise DatabaseRefused(f"{path}: is empty")
    if any(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in head):
        raise DatabaseRefused(f"{path}: is no text, so no database")


def _explain(reason: str, path: Path, *, strict: bool) -> str:
    """Return why a database was refused and what to do, from cantools' own words."""
    reason = reason.partition('DBC: "')[2].strip('"') or reason
    text = path.read_text(errors="replace").splitlines()
    if strict and ("overlapping" in reason or "does not fit" in reason):
        return f'{reason} Load it all the same with "strict = false" in the role file'
    too_wide = re.search(r"frame id 0x([0-9a-f]+) .* message (\w+)", reason)
    if too_wide:
        return f"{reason} {_wide_identifier(int(too_wide[1], 16), text)}"
    syntax = re.search(r"line (\d+)", reason)
    if syntax:
        return f"{reason} {_syntax(int(syntax[1]), text)}"
    if "unused VAL_" in reason:
        if twice := _defined_twice(text):
            return twice
        names = re.findall(r"VAL_ (\d+) (\w+)", reason)
        lines = [str(n) for n, line in enumerate(text, 1) for i, s in names
                 if line.startswith(f"VAL_ {i} {s}")]  # fmt: skip
        return f"value tables for signals that do not exist; take out line {', '.join(lines)}"
    return reason


def _defined_twice(text: list[str]) -> str | None:
    """Return which two messages have one identifier: of these only the second is known."""
    first: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text, 1):
        if found := re.match(r"BO_ (\d+) (\w+)", line):
            before, other = first.setdefault(found[1], (number, found[2]))
            if before != number:
                return (
                    f"{other} (line {before}) and {found[2]} (line {number}) have the same "
                    f"identifier, {found[1]}"
                )
    return None


def _wide_identifier(identifier: int, text: list[str]) -> str:
    if identifier >= 1 << 29:
        return "No CAN identifier has more than 29 bits: take that message out"
    for number, line in enumerate(text, 1):
        if line.startswith(f"BO_ {identifier} "):
            mended = line.replace(str(identifier), str(identifier | 1 << 31), 1)
            return f'A 29-bit identifier needs bit 31; line {number} should read "{mended}"'
    return "A 29-bit identifier needs bit 31 set in the file"


def _syntax(number: int, text: list[str]) -> str:
    line = text[number - 1].strip() if number <= len(text) else ""
    before = text[number - 2].strip() if number >= 2 else ""
    if re.match(r"(BO_ \d+|SG_) \d", line):
        return "A name cannot begin with a digit"
    if before and not before.endswith(";") and before.split("_")[0] in {"CM", "VAL", "BA"}:
        return f'Line {number - 1} may lack its final ";"'
    return f"The line reads: {line[:80]}"
