"""Waveshare Modbus RTU Relay, 8 channels (RS-485), also the models B, C and D.

Tried on the device: no. From the maker's wiki: 9600 bit/s 8N1, address 1; coils 0 to 7 are
relays 1 to 8, FC05 with FF00 or 0000, acknowledged by its echo; contacts 10 A at 30 V DC. It has
a timer of its own (FC05 at 0x0200 + channel, in 100 ms), which this driver does not use.
"""

from bench.instruments.modbus_driver import WaveshareModbus
from bench.instruments.modbus_rtu import READ_COILS
from bench.instruments.relay_board import RelayDriver


class WaveshareModbusRelay(WaveshareModbus, RelayDriver):
    """Waveshare Modbus RTU relay module, 8 channels (tried on the device: no)."""

    numbers = range(1, 9)
    contact_a = 10.0

    def _switch(self, number: int, *, closed: bool) -> None:
        self._write_coil(number - 1, on=closed)

    def _state(self, number: int) -> bool | None:
        return bool(self._bits(READ_COILS) >> (number - 1) & 1)
