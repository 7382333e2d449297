"""The twin of an LCUS relay board that answers a query."""

from bench.instruments.wire_twin import RelayTwin

START, QUERY = 0xA0, 0xFF


class Lcus(RelayTwin):
    """Obeys frames with a right sum; what comes within 10 ms of another frame is lost."""

    numbers = range(1, 9)
    needs_s = 0.01

    def split(self) -> bytes | None:
        """Find the next whole frame, or a query; noise is passed over."""
        while self._pending:
            first = self._pending[0]
            if first == START and len(self._pending) < 4:
                return None
            length = 4 if first == START else 1
            command, self._pending = self._pending[:length], self._pending[length:]
            if first in {START, QUERY}:
                return command
        return None

    def execute(self, command: bytes) -> bytes:
        """Obey a frame, without a word; answer a query."""
        if command[0] == QUERY:
            return self.status()
        if sum(command[:3]) & 0xFF == command[3] and command[2] in {0, 1}:
            self.switch(command[1], on=bool(command[2]))
        return b""

    def status(self) -> bytes:
        """Return a line for each relay."""
        return b"".join(
            b"CH%d: %s\r\n" % (number, b"ON" if closed else b"OFF")
            for number, closed in self.closed.items()
        )
