"""The digital inputs of Waveshare's Modbus RTU Relay (D) and IO 8CH modules (RS-485).

Tried on the device: no. From the maker's wiki: 9600 bit/s 8N1, address 1, FC02 reads inputs 1 to 8
in one byte; 5 to 36 V, isolated by optocouplers. An exchange takes about 15 ms on the wire.
"""

from bench.instruments.line_reader import DigitalInputs
from bench.instruments.modbus_driver import WaveshareModbus
from bench.instruments.modbus_rtu import READ_INPUTS


class WaveshareModbusInputs(WaveshareModbus, DigitalInputs):
    """Digital inputs of a Waveshare Modbus RTU module, 8 lines (tried on the device: no)."""

    numbers = range(1, 9)
    sample_s = 0.03

    def _high(self, numbers: set[int]) -> set[int]:
        bits = self._bits(READ_INPUTS)
        return {number for number in numbers if bits >> (number - 1) & 1}
