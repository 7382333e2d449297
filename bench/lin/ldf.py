"""LIN description files (LDF): what a LIN bus carries, who publishes it, and when.

The files are parsed by ldfparser (extra `lin`). Their frames become messages as a DBC file's do,
so that roles and expectations are the same on LIN as on CAN. Encoding types with logical values
become value tables; an array of bytes becomes one little-endian number.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import ConfigError, DatabaseRefused, MissingExtra, nearest
from bench.file_name import FileName
from bench.lin.checksum import (
    LAST_SIGNAL_FRAME,
    MASTER_REQUEST,
    MOST_BYTES,
    SLAVE_RESPONSE,
    longest_frame_ns,
)
from bench.units import to_ns

if TYPE_CHECKING:
    from cantools.database.can import Message, Signal

FIRST_ENHANCED = 2  # LIN 2.0 brought the enhanced checksum


@dataclass(frozen=True)
class Slot:
    """A line of a schedule table: a header, and when the next one is due.

    Attributes:
        identifier: of the frame; None for an entry that a master here cannot send.
        what: the frame's name, or the kind of entry.
        delay_s: from this header to the next.
        length: bytes of the response.
    """

    identifier: int | None
    what: str
    delay_s: float
    length: int = MOST_BYTES


@dataclass(frozen=True)
class Description:
    """One LDF file.

    Attributes:
        path: the file.
        bitrate: bits per second.
        master: the name of the master's node.
        messages: its frames.
        classic: identifiers whose checksum is the classic one.
        schedules: its schedule tables by name.
    """

    path: Path
    bitrate: int
    master: str
    messages: "tuple[Message, ...]"
    classic: frozenset[int]
    schedules: dict[str, tuple[Slot, ...]]

    def schedule(self, name: str | None, bitrate: int) -> tuple[Slot, ...]:
        """Return a table that a master can run (None: the first); raises ConfigError."""
        if name is None and self.schedules:
            name = next(iter(self.schedules))
        if name not in self.schedules:
            hint = nearest(name or "", self.schedules)
            raise ConfigError(f'{self.path}: no schedule table "{name or ""}": {hint}')
        for slot in self.schedules[name]:
            where = f"{self.path}: schedule {name}: {slot.what}"
            if slot.identifier is None:
                raise ConfigError(f"{where}: the bench's master sends unconditional frames only")
            longest_ns = longest_frame_ns(slot.length, bitrate)
            if to_ns(slot.delay_s) < longest_ns:
                raise ConfigError(
                    f"{where}: a slot of {slot.delay_s * 1e3:g} ms is too short: the frame may "
                    f"take {longest_ns / 1e6:.2f} ms at {bitrate} bit/s"
                )
        return self.schedules[name]


def describe(path: FileName) -> Description:
    """Return what an LDF file says (parsed once per process and version of the file).

    Raises:
        MissingExtra: ldfparser is not installed.
        DatabaseRefused: it does not parse, or breaks the specification.
    """
    path = Path(path)
    return _describe(path, path.stat().st_mtime_ns)


def messages(path: Path, _mtime_ns: int, *, strict: bool) -> "tuple[Message, ...]":
    """Return the frames of an LDF file as messages; raises as `describe` does."""
    del strict  # there is nothing to be lax about
    return describe(path).messages


@cache
def _describe(path: Path, _mtime_ns: int) -> Description:
    parsed = _parsed(path)
    frames = list(parsed.get_unconditional_frames())
    for frame in frames:
        _check(frame, path)
    return Description(
        path, int(parsed.get_baudrate()), parsed.get_master().name,
        tuple(_message(frame) for frame in frames),
        frozenset(frame.frame_id for frame in frames if _is_classic(frame, parsed)),
        {table.name: tuple(_slot(each) for each in table.schedule)
         for table in parsed.get_schedule_tables()},
    )  # fmt: skip


def _parsed(path: Path) -> Any:
    try:
        import ldfparser
        from lark.exceptions import LarkError, UnexpectedInput
    except ImportError:
        raise MissingExtra(f"{path}: an LDF file", "lin") from None
    try:
        return ldfparser.parse_ldf(str(path), encoding="utf-8")
    except UnexpectedInput as error:
        line = error.line if error.line > 0 else "the last"
        raise DatabaseRefused(f"{path}: is no LDF file: line {line} cannot be read") from None
    except (LarkError, LookupError, ValueError, TypeError, AttributeError, OSError) as error:
        raise DatabaseRefused(f"{path}: cannot be read as an LDF file: {error}") from None


def _check(frame: Any, path: Path) -> None:
    if not 0 <= frame.frame_id <= LAST_SIGNAL_FRAME:
        raise DatabaseRefused(
            f"{path}: frame {frame.name}: identifier {frame.frame_id} is out of range: frames "
            f"with signals have 0 to {LAST_SIGNAL_FRAME}"
        )
    if not 1 <= frame.length <= MOST_BYTES:
        raise DatabaseRefused(
            f"{path}: frame {frame.name}: {frame.length} bytes: a LIN frame has 1 to {MOST_BYTES}"
        )


def _is_classic(frame: Any, parsed: Any) -> bool:
    """Whether a LIN 1.x node has to do with a frame, or the whole bus is that old."""
    nodes = {s.publisher.name for _, s in frame.signal_map if s.publisher}
    nodes |= {node.name for _, s in frame.signal_map for node in s.subscribers}
    if frame.publisher is not None:
        nodes.add(frame.publisher.name)
    versions = [parsed.get_protocol_version()]
    versions += [s.lin_protocol for s in parsed.get_slaves() if s.name in nodes and s.lin_protocol]
    return any(getattr(version, "major", FIRST_ENHANCED) < FIRST_ENHANCED for version in versions)


def _message(frame: Any) -> "Message":
    from cantools.database.can import Message

    return Message(
        frame.frame_id, frame.name, frame.length,
        [_signal(start, signal) for start, signal in frame.signal_map],
        senders=[frame.publisher.name] if frame.publisher else [],
    )  # fmt: skip


def _signal(start: int, signal: Any) -> "Signal":
    from cantools.database.can import Signal
    from cantools.database.conversion import BaseConversion

    initial = signal.init_value
    scale, offset, choices = _encoding(signal)
    return Signal(
        signal.name, start, signal.width,
        raw_initial=int.from_bytes(bytes(initial), "little") if signal.is_array() else initial,
        conversion=BaseConversion.factory(scale, offset, choices or None),
        receivers=[node.name for node in signal.subscribers],
    )  # fmt: skip


def _encoding(signal: Any) -> tuple[float, float, OrderedDict[int, Any]]:
    """Return scale, offset and value table of a signal's encoding type."""
    scale, offset = 1.0, 0.0
    choices: OrderedDict[int, Any] = OrderedDict()
    for each in signal.encoding_type.get_converters() if signal.encoding_type else ():
        kind = type(each).__name__
        if kind == "LogicalValue" and each.info is not None:
            choices[each.phy_value] = each.info
        elif kind == "PhysicalValue":
            scale, offset = each.scale, each.offset
    return scale, offset, choices


def _slot(entry: Any) -> Slot:
    kind = type(entry).__name__
    if kind == "MasterRequestEntry":
        return Slot(MASTER_REQUEST, "MasterReq", entry.delay)
    if kind == "SlaveResponseEntry":
        return Slot(SLAVE_RESPONSE, "SlaveResp", entry.delay)
    frame: Any = getattr(entry, "frame", None) if kind == "LinFrameEntry" else None
    if type(frame).__name__ == "LinUnconditionalFrame":
        return Slot(frame.frame_id, frame.name, entry.delay, frame.length)
    what = f"{frame.name} ({type(frame).__name__})" if frame else kind.removesuffix("Entry")
    return Slot(None, what, entry.delay)
