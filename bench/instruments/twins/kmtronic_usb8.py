"""The twin of a KMtronic USB relay board with 8 channels."""

from bench.instruments.wire_twin import RelayTwin


class KmtronicUsb8(RelayTwin):
    """Obeys three-byte commands; answers only when it is asked for states."""

    numbers = range(1, 9)
    needs_s = 0.005

    def split(self) -> bytes | None:
        """Find the next whole command; noise before it is passed over."""
        self._pending = (
            self._pending[self._pending.find(b"\xff") :] if b"\xff" in self._pending else b""
        )
        if len(self._pending) < 3:
            return None
        command, self._pending = self._pending[:3], self._pending[3:]
        return command

    def execute(self, command: bytes) -> bytes:
        """Obey a command; answer a query."""
        if command == b"\xff\x09\x00":
            return bytes(self.closed.values())
        if command[2] in {0, 1}:
            self.switch(command[1], on=bool(command[2]))
        return b""
