"""Protections whose checksum and counter are signals of the database: what they have in common."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cantools.database.can import Message


class SignalChecksum(ABC):
    """A checksum over a message in one of its signals.

    Args:
        message: which message.
        checksum: the signal that carries it.
        counter: the signal that counts ("": none does).
    """

    def __init__(self, message: "Message", checksum: str, counter: str) -> None:
        self._message = message
        self.signal = message.get_signal_by_name(checksum)
        self._counter = message.get_signal_by_name(counter) if counter else None

    @abstractmethod
    def checksum(self, data: bytes) -> int:
        """Return the checksum of a message in which it is zero."""

    @property
    def counters(self) -> int:
        """How many counters there are (1: the message has none)."""
        return 1 << self._counter.length if self._counter else 1

    def table(self, payload: bytes) -> list[bytes]:
        """Return the payload with each of its counters, in order."""
        return [self._protect(payload, n) for n in range(self.counters)]

    def counter_of(self, payload: bytes) -> int | None:
        """Return a payload's counter; None when its CRC is wrong, or it is too short for one."""
        from cantools.database.errors import DecodeError

        try:
            values = self._decode(payload)
        except DecodeError:
            return None
        counter = int(values[self._counter.name]) if self._counter else 0
        return counter if self._protect(payload, counter) == payload else None

    def spoil(self, payload: bytes) -> bytes:
        """Return the payload with a wrong CRC."""
        values = self._decode(payload)
        values[self.signal.name] ^= (1 << self.signal.length) - 1
        return self._encode(values)

    def _protect(self, payload: bytes, counter: int) -> bytes:
        values = {**self._decode(payload), self.signal.name: 0}
        if self._counter:
            values[self._counter.name] = counter
        values[self.signal.name] = self.checksum(self._encode(values))
        return self._encode(values)

    def _decode(self, payload: bytes) -> dict[str, Any]:
        decoded: Any = self._message.decode(payload, decode_choices=False, scaling=False)
        return dict(decoded)

    def _encode(self, values: dict[str, Any]) -> bytes:
        return bytes(self._message.encode(values, scaling=False, strict=False))
