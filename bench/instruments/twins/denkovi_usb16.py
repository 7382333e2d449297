"""The twin of a Denkovi USB relay board with 16 channels."""

import re

from bench.instruments.wire_twin import RelayTwin

END = b"//"


class DenkoviUsb16(RelayTwin):
    """Obeys without a word; what comes within 20 ms of another command is lost."""

    numbers = range(1, 17)
    needs_s = 0.02

    def split(self) -> bytes | None:
        """Take the next whole command off what has come."""
        if END not in self._pending:
            return None
        command, _, self._pending = self._pending.partition(END)
        return command

    def execute(self, command: bytes) -> bytes:
        """Obey a command; answer a query."""
        if command == b"ask":
            places = enumerate(self.closed.values())
            return sum(1 << (15 - place) for place, closed in places if closed).to_bytes(2, "big")
        if command in {b"on", b"off"}:
            for number in self.numbers:
                self.switch(number, on=command == b"on")
        elif match := re.fullmatch(rb"(\d\d)([+-])", command):
            self.switch(int(match[1]), on=match[2] == b"+")
        return b""
