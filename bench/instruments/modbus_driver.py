"""Words for devices that speak Modbus RTU. Mixed into a driver."""

from collections.abc import Callable
from typing import ClassVar, NoReturn

from bench.instruments import modbus_rtu
from bench.instruments.modbus_rtu import READ_REGISTERS, SILENCE_S, WRITE_COIL
from bench.instruments.visa_link import VisaLink

VERSION = 0x8000  # Waveshare's register of the software version, in hundredths


class WaveshareModbus:
    """A Waveshare module at the address that it is delivered with.

    Attributes:
        address: the module's address on the bus.
    """

    address: ClassVar[int] = 1
    gap_s: ClassVar[float] = 2.5 * SILENCE_S
    half_sent_end: ClassVar[bytes] = b""  # silence ends it
    baud_rate: ClassVar[int] = 9600

    _link: VisaLink
    _refuse: Callable[..., NoReturn]
    _nonsense: Callable[..., NoReturn]

    def _identify(self) -> str:
        frame = modbus_rtu.request(self.address, READ_REGISTERS, VERSION, 1)
        reply = self._link.ask(frame, modbus_rtu.whole)
        data = modbus_rtu.payload(reply, self.address, READ_REGISTERS)
        if isinstance(data, str) or len(data) != 2:
            self._refuse(reply, f"it answers with {data if isinstance(data, str) else 'data'}:")
        return f"Waveshare Modbus module, software {int.from_bytes(data, 'big') / 100:.2f}"

    def _bits(self, function: int) -> int:
        """Return the first eight coils or inputs, the first in the lowest bit."""
        data = self._ask(function, 0, 8)
        if len(data) != 1:
            self._nonsense(data, "eight states")
        return data[0]

    def _write_coil(self, place: int, *, on: bool) -> None:
        """Set a coil; the module echoes the request."""
        value = 0xFF00 if on else 0
        data = self._ask(WRITE_COIL, place, value)
        if data != place.to_bytes(2, "big") + value.to_bytes(2, "big"):
            self._nonsense(data, "the echo of what it was told")

    def _ask(self, function: int, place: int, value: int) -> bytes:
        frame = modbus_rtu.request(self.address, function, place, value)
        reply = self._link.ask(frame, modbus_rtu.whole)
        data = modbus_rtu.payload(reply, self.address, function)
        if isinstance(data, str):
            self._nonsense(reply, f"what was asked for, but {data}")
        return data
