"""The twin of a Waveshare Modbus RTU relay module."""

from bench.instruments.modbus_rtu import (
    READ_COILS,
    READ_INPUTS,
    READ_REGISTERS,
    SILENCE_S,
    WRITE_COIL,
    crc,
    framed,
)
from bench.instruments.wire_twin import RelayTwin

REQUEST = 8  # bytes of every request that a bench sends
VERSION, SOFTWARE = 0x8000, 200
HIGH_MV = 5_000


class WaveshareModbusRelay(RelayTwin):
    """Answers requests to its address with a right CRC, and is silent to everything else."""

    numbers = range(1, 9)
    needs_s = SILENCE_S
    address = 1

    def split(self) -> bytes | None:
        """Find the next whole request; noise before it is passed over."""
        while len(self._pending) >= REQUEST:
            frame, rest = self._pending[:REQUEST], self._pending[REQUEST:]
            if crc(frame[:-2]) == frame[-2:]:
                self._pending = rest
                return frame
            self._pending = self._pending[1:]
        return None

    def execute(self, command: bytes) -> bytes:
        """Obey a request; one for another address is not answered."""
        if command[0] != self.address:
            return b""
        function, place = command[1], int.from_bytes(command[2:4], "big")
        value = int.from_bytes(command[4:6], "big")
        data = self._data(function, place, value)
        if data is None:
            return framed(bytes((self.address, function | 0x80, 2)))
        return framed(bytes((self.address, function)) + data)

    def _data(self, function: int, place: int, value: int) -> bytes | None:
        if function == READ_REGISTERS and place == VERSION:
            return b"\x02" + SOFTWARE.to_bytes(2, "big")
        if function == READ_COILS and (place, value) == (0, 8):
            return bytes((1, self.bits()))
        if function == READ_INPUTS and (place, value) == (0, 8):
            return bytes((1, sum(self.high_at(n, HIGH_MV) << (n - 1) for n in self.numbers)))
        if function == WRITE_COIL and place < len(self.numbers):
            self.switch(place + 1, on=value == 0xFF00)
            return place.to_bytes(2, "big") + value.to_bytes(2, "big")
        return None
