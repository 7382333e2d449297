"""A sum of bytes."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cantools.database.can import Message


class ByteSum:
    """The low byte of the sum of the identifier's bytes and of the data, and a counter if named.

    Makers that use it: Tesla, Subaru (identifier and data), Toyota (also the length: set
    `initial` to it).
    """

    def __init__(
        self,
        *,
        message: "Message",
        crc: str,
        counter: str | None = None,
        initial: int = 0,
        **_other: object,
    ) -> None:
        self._message = message
        self._sum = message.get_signal_by_name(crc)
        self._counter = message.get_signal_by_name(counter) if counter else None
        self._start = initial + sum(message.frame_id.to_bytes(4))

    def table(self, payload: bytes) -> list[bytes]:
        """Return the payload with each of its counters, in order."""
        return [self._protect(payload, n) for n in range(self.counters)]

    @property
    def counters(self) -> int:
        """How many counters there are (1: the message has none)."""
        return 1 << self._counter.length if self._counter else 1

    def counter_of(self, payload: bytes) -> int | None:
        """Return a payload's counter; None when its CRC is wrong."""
        values = self._decode(payload)
        counter = int(values[self._counter.name]) if self._counter else 0
        return counter if self._protect(payload, counter) == payload else None

    def spoil(self, payload: bytes) -> bytes:
        """Return the payload with a wrong CRC."""
        values = self._decode(payload)
        values[self._sum.name] ^= (1 << self._sum.length) - 1
        return bytes(self._message.encode(values, scaling=False, strict=False))

    def _decode(self, payload: bytes) -> dict[str, Any]:
        decoded: Any = self._message.decode(payload, decode_choices=False, scaling=False)
        return dict(decoded)

    def _protect(self, payload: bytes, counter: int) -> bytes:
        values = {**self._decode(payload), self._sum.name: 0}
        if self._counter:
            values[self._counter.name] = counter
        data = self._message.encode(values, scaling=False, strict=False)
        values[self._sum.name] = (self._start + sum(data)) & 0xFF
        return bytes(self._message.encode(values, scaling=False, strict=False))
