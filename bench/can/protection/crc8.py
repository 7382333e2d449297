"""A CRC-8 over the rest of the message, and a counter."""

from typing import TYPE_CHECKING, Any

import crccheck

if TYPE_CHECKING:
    from cantools.database.can import Message


class Crc8:
    """A CRC-8 with a polynomial, start value and final XOR of the role file's choice.

    Makers that use one without AUTOSAR's data id: Chrysler (0x1D, 0xFF, 0xFF), Nissan (0x1D),
    Hyundai (0x1D). Counter and CRC are signals of the database; the CRC covers every byte but its
    own.
    """

    def __init__(
        self,
        *,
        message: "Message",
        counter: str,
        crc: str,
        polynomial: int = 0x1D,
        initial: int = 0xFF,
        final_xor: int = 0xFF,
        **_other: object,
    ) -> None:
        self._message = message
        self._counter = message.get_signal_by_name(counter)
        self._crc = message.get_signal_by_name(crc)
        self._calculator: Any = type(
            "_Crc8",
            (crccheck.crc.Crc8Base,),
            {"_poly": polynomial, "_initvalue": initial, "_xor_output": final_xor},
        )

    def table(self, payload: bytes) -> list[bytes]:
        """Return the payload with each of its counters, in order."""
        return [self._protect(payload, n) for n in range(self.counters)]

    @property
    def counters(self) -> int:
        """How many counters there are."""
        return 1 << self._counter.length

    def counter_of(self, payload: bytes) -> int | None:
        """Return a payload's counter; None when its CRC is wrong."""
        values = self._decode(payload)
        counter = int(values[self._counter.name])
        return counter if self._protect(payload, counter) == payload else None

    def spoil(self, payload: bytes) -> bytes:
        """Return the payload with a wrong CRC."""
        values = self._decode(payload)
        values[self._crc.name] ^= (1 << self._crc.length) - 1
        return bytes(self._message.encode(values, scaling=False, strict=False))

    def _decode(self, payload: bytes) -> dict[str, Any]:
        decoded: Any = self._message.decode(payload, decode_choices=False, scaling=False)
        return dict(decoded)

    def _protect(self, payload: bytes, counter: int) -> bytes:
        zeroed = {**self._decode(payload), self._counter.name: counter, self._crc.name: 0}
        data = self._message.encode(zeroed, scaling=False, strict=False)
        place = self._crc.start // 8
        crc = self._calculator.calc(data[:place] + data[place + 1 :])
        return bytes(
            self._message.encode({**zeroed, self._crc.name: crc}, scaling=False, strict=False)
        )
