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
        counters = range(1 << self._counter.length) if self._counter else range(1)
        return [self._protect(payload, n) for n in counters]

    def _protect(self, payload: bytes, counter: int) -> bytes:
        decoded: Any = self._message.decode(payload, decode_choices=False, scaling=False)
        values = {**decoded, self._sum.name: 0}
        if self._counter:
            values[self._counter.name] = counter
        data = self._message.encode(values, scaling=False, strict=False)
        values[self._sum.name] = (self._start + sum(data)) & 0xFF
        return bytes(self._message.encode(values, scaling=False, strict=False))
