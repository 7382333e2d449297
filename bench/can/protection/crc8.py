"""A CRC-8 over the rest of the message, and a counter."""

from typing import TYPE_CHECKING, Any

import crccheck

from bench.can.signal_checksum import SignalChecksum

if TYPE_CHECKING:
    from cantools.database.can import Message


class Crc8(SignalChecksum):
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
        super().__init__(message, crc, counter)
        self._calculator: Any = type(
            "_Crc8",
            (crccheck.crc.Crc8Base,),
            {"_poly": polynomial, "_initvalue": initial, "_xor_output": final_xor},
        )

    def checksum(self, data: bytes) -> int:
        """Return the CRC of every byte but its own."""
        place = self.signal.start // 8
        return int(self._calculator.calc(data[:place] + data[place + 1 :]))
