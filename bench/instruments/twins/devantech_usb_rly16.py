"""The twin of a Devantech USB-RLY16."""

from bench.instruments.wire_twin import RelayTwin

SET_ALL = 0x5C


class DevantechUsbRly16(RelayTwin):
    """Takes every byte for a command: also those that were meant for another board."""

    module = 9
    numbers = range(1, 9)

    def split(self) -> bytes | None:
        """Take one byte, or two where states follow."""
        length = 2 if self._pending[:1] == bytes((SET_ALL,)) else 1
        if len(self._pending) < length:
            return None
        command, self._pending = self._pending[:length], self._pending[length:]
        return command

    def execute(self, command: bytes) -> bytes:
        """Obey a command; answer a query."""
        code = command[0]
        if code == 0x5A:
            return bytes((self.module, 3))
        if code == 0x5B:
            return bytes((self.bits(),))
        if code == SET_ALL:
            self._switch_all(command[1])
        elif code in {0x64, 0x6E}:
            self._switch_all(0xFF if code == 0x64 else 0)
        elif 0x65 <= code <= 0x6C:
            self.switch(code - 0x64, on=True)
        elif 0x6F <= code <= 0x76:
            self.switch(code - 0x6E, on=False)
        return b""

    def _switch_all(self, states: int) -> None:
        for number in self.numbers:
            self.switch(number, on=bool(states >> (number - 1) & 1))
