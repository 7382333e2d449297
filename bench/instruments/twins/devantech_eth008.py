"""The twin of a Devantech ETH008."""

from bench.instruments.wire_twin import RelayTwin

LENGTHS = {0x10: 1, 0x20: 3, 0x21: 3, 0x24: 1}


class DevantechEth008(RelayTwin):
    """Takes commands as they come in a packet: half of one is lost, and begins no other."""

    module = 19
    numbers = range(1, 9)

    def receive(self, data: bytes) -> bytes:
        """Take one packet."""
        reply = super().receive(data)
        self._pending = b""
        return reply

    def split(self) -> bytes | None:
        """Take the next command off the packet; what is none is passed over."""
        while self._pending:
            length = LENGTHS.get(self._pending[0], 0)
            command, self._pending = self._pending[: length or 1], self._pending[length or 1 :]
            if length and len(command) == length:
                return command
        return None

    def execute(self, command: bytes) -> bytes:
        """Obey a command; every one is answered."""
        if command[0] == 0x10:
            return bytes((self.module, 1, 5))
        if command[0] == 0x24:
            return self.bits().to_bytes((len(self.numbers) + 7) // 8, "little")
        if command[1] not in self.closed:
            return b"\x01"
        self.switch(command[1], on=command[0] == 0x20)
        return b"\x00"
