"""One message that a node sends: its values, counters, CRC, and when it goes."""

import asyncio
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from can.util import dlc2len, len2dlc

from bench.can.databases import is_fd
from bench.can.frame import Frame
from bench.can.port import CyclicHandle, Port
from bench.can.role_file import ProtectionSection
from bench.can.roles import RoleMap
from bench.can.signed_cyclic import SignedCyclic
from bench.errors import BenchError, ConfigError, placed
from bench.registry import registry

if TYPE_CHECKING:
    from cantools.database.can import Message

BURST, BURST_GAP_S = 3, 0.02  # assumed: event messages are commonly sent three times
HELD = 3  # assumed: cycles for which a level that asks for something commonly stands


class Protection(Protocol):
    """A rule for counters and CRCs."""

    def table(self, payload: bytes) -> list[bytes]:
        """Return the payload with each of its counters, in order."""
        ...


@runtime_checkable
class KnownProtection(Protection, Protocol):
    """A rule that is known well enough to be checked by a receiver, and broken by a fault."""

    @property
    def counters(self) -> int:
        """How many counters there are (1: the message has none)."""
        ...

    def counter_of(self, payload: bytes) -> int | None:
        """Return a payload's counter; None when its CRC is wrong."""
        ...

    def spoil(self, payload: bytes) -> bytes:
        """Return the payload with a wrong CRC."""
        ...


@runtime_checkable
class Authenticator(Protection, Protocol):
    """A rule that signs each frame anew: no two are alike."""

    def sign(self, payload: bytes) -> bytes:
        """Return the payload with the next freshness value and its authenticator."""
        ...


def protection_of(message: "Message", section: ProtectionSection | None) -> Protection | None:
    """Return the protection that a role file names for a message."""
    if section is None:
        return None
    schemes = registry("protection scheme", "can/protection")
    # what the file does not set is left to the scheme: their start values differ
    skipped = {"scheme", "note", "groups", "parameters"}
    parameters = section.model_dump(exclude=skipped, exclude_unset=True)
    with placed(f"protection.{message.name}.scheme"):
        scheme = schemes.get(section.scheme)
    try:
        made: Protection = scheme(message=message, **parameters, **section.parameters)
    except (KeyError, TypeError) as error:
        raise ConfigError(
            f"protection.{message.name}: {section.scheme} needs counter and crc to name signals "
            f"of the message, or takes other keys ({error})"
        ) from None
    return made


class Transmitter:
    """A message on its way: cyclic, on change, or as a burst of events.

    Args:
        port: the sender's connection.
        message: what is sent.
        roles: the bus's role map, for cycle time and protection.
    """

    def __init__(self, port: Port, message: "Message", roles: RoleMap) -> None:
        self._port = port
        self._message = message
        self._section, self._role_file = roles.protection.get(message.name), roles.path
        self._protection = protection_of(message, self._section)
        self._signer = self._protection if isinstance(self._protection, Authenticator) else None
        self.cycle_s, self.cycle_source = roles.cycle_of(message)
        fd = is_fd(message)
        self._frame = Frame(message.frame_id, b"", message.is_extended_frame, fd, fd)
        self._values: dict[str, int] = _initial_values(message)
        self._table = self._make_table()
        self._place = 0
        self._bursts = 0
        self._rest: dict[str, int] = {}
        self._handle: CyclicHandle | None = None

    @property
    def running(self) -> bool:
        """Whether it is being sent cyclically."""
        return self._handle is not None

    def set(self, values: dict[str, int], cause: int | None) -> None:
        """Change raw values; a cyclic message with a new value is sent at once."""
        if any(self._values.get(name) != value for name, value in values.items()):
            self._values.update(values)
            self._table = self._make_table()
            if self.running:
                self.stop()
                self.start(cause)

    def start(self, cause: int | None, offset_s: float = 0.0) -> None:
        """Send it cyclically, first after `offset_s`."""
        if self._handle is None and self._signer is not None:
            self._handle = SignedCyclic(lambda: self.send(cause), self.cycle_s, offset_s)
        elif self._handle is None:
            table = [self._padded(data) for data in self._rotated()]
            self._handle = self._port.cyclic(
                self._frame, table, period_s=self.cycle_s, offset_s=offset_s, cause=cause
            )

    def stop(self) -> None:
        """Send it no more."""
        if self._handle is not None:
            self._handle.stop()
            self._place += self._handle.place
            self._handle = None

    def send(self, cause: int | None) -> None:
        """Send it once, with the values that it has."""
        self._send(self._table, cause)

    def burst(self, values: dict[str, int], cause: int | None, times: int = BURST) -> None:
        """Send an event: these values at once, repeated a few times, and then forgotten."""
        self._bursts += 1
        self._repeat(self._bursts, times, self._make_table(values), cause)

    def _repeat(self, burst: int, left: int, table: list[bytes], cause: int | None) -> None:
        if burst != self._bursts or left == 0:
            return  # a newer event has taken over
        self._send(table, cause)
        loop = asyncio.get_running_loop()
        loop.call_later(BURST_GAP_S, self._repeat, burst, left - 1, table, cause)

    def hold(self, values: dict[str, int], cause: int | None) -> None:
        """Send an event as a level: these values for a few cycles, and then what was before."""
        self._bursts += 1
        for name in values:
            if not self._message.get_signal_by_name(name).is_multiplexer:  # its page falls back
                self._rest.setdefault(name, self._values[name])
        self.set(values, cause)
        self._hold(self._bursts, 0 if self.running else HELD, cause)
        loop = asyncio.get_running_loop()
        loop.call_later(HELD * self.cycle_s, self._fall_back, self._bursts, cause)

    def _hold(self, event: int, left: int, cause: int | None) -> None:
        """Repeat what nobody sends cyclically."""
        if event == self._bursts and left:
            self.send(cause)
            loop = asyncio.get_running_loop()
            loop.call_later(self.cycle_s, self._hold, event, left - 1, cause)

    def _fall_back(self, event: int, cause: int | None) -> None:
        if event == self._bursts:
            self.set(self._rest, cause)
            self._rest = {}
            if not self.running:
                self.send(cause)

    def _send(self, table: list[bytes], cause: int | None) -> None:
        data = table[self._place % len(table)]
        self._place += 1
        if self._signer is not None:
            data = self._signed(self._signer, data)
        data = self._padded(data)
        frame = self._frame
        self._port.send(Frame(frame.identifier, data, frame.extended, frame.fd, frame.brs), cause)

    def _rotated(self) -> list[bytes]:
        """Return the table beginning at the next counter, so that counters go on without a gap."""
        place = self._place % len(self._table)
        return self._table[place:] + self._table[:place]

    def _padded(self, data: bytes) -> bytes:
        """Return the data as long as a frame can be: CAN FD has few lengths above 8 bytes."""
        return data.ljust(dlc2len(len2dlc(len(data))), b"\0")

    def _make_table(self, changed: dict[str, int] | None = None) -> list[bytes]:
        values = {**self._values, **(changed or {})}
        payload = bytes(self._message.encode(values, scaling=False, strict=False))
        return self._laid_out(self._protection, payload) if self._protection else [payload]

    # ── schemes, which may be somebody else's ─────────────────────────────────────────────

    def _laid_out(self, protection: Protection, payload: bytes) -> list[bytes]:
        try:
            table: object = protection.table(payload)
        except BenchError:
            raise  # it says by itself what is wrong
        except Exception as error:
            raise self._mistaken("table", repr(error)) from error
        if not isinstance(table, list) or not table or not all(map(_is_bytes, table)):
            raise self._mistaken("table", f"returned {table!r}, which is no list of payloads")
        return table

    def _signed(self, signer: Authenticator, payload: bytes) -> bytes:
        try:
            signed: object = signer.sign(payload)
        except BenchError:
            raise  # it says by itself what is wrong
        except Exception as error:
            raise self._mistaken("sign", repr(error)) from error
        if not isinstance(signed, bytes):
            raise self._mistaken("sign", f"returned {signed!r}, which is no payload")
        return signed

    def _mistaken(self, method: str, what: str) -> ConfigError:
        scheme = self._section.scheme if self._section else "none"
        file = f"{self._role_file}: " if self._role_file else ""
        return ConfigError(f"{file}protection.{self._message.name}: {scheme}.{method}: {what}")


def _is_bytes(each: object) -> bool:
    return isinstance(each, bytes)


def _initial_values(message: "Message") -> dict[str, int]:
    """Return the database's initial raw values, or zeros; a multiplexer's is one of its pages."""
    values = {signal.name: int(signal.raw_initial or 0) for signal in message.signals}
    pages: dict[str, set[int]] = {}
    for signal in message.signals:
        if signal.multiplexer_signal is not None:
            pages.setdefault(signal.multiplexer_signal, set()).update(signal.multiplexer_ids or ())
    for name, known in pages.items():
        if known and values[name] not in known:
            values[name] = min(known)
    return values
