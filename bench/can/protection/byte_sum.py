"""A sum of bytes."""

from typing import TYPE_CHECKING

from bench.can.signal_checksum import SignalChecksum

if TYPE_CHECKING:
    from cantools.database.can import Message


class ByteSum(SignalChecksum):
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
        super().__init__(message, crc, counter or "")
        self._start = initial + sum(message.frame_id.to_bytes(4))

    def checksum(self, data: bytes) -> int:
        """Return the low byte of the sum."""
        return (self._start + sum(data)) & 0xFF
