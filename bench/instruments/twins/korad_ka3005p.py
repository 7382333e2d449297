"""The twin of a Korad KA3005P."""

import re

from bench.instruments.wire_twin import SupplyTwin

COMMANDS = re.compile(
    rb"\*IDN\?|STATUS\?|VOUT1\?|IOUT1\?|VSET1:\d\d\.\d\d|ISET1:\d\.\d\d\d|OUT[01]|OCP1"
)


class KoradKa3005p(SupplyTwin):
    """Knows the end of a command by what it is, and loses what comes within 20 ms."""

    outputs = (1,)
    needs_s = 0.02

    def split(self) -> bytes | None:
        """Find the next whole command; noise before it is passed over."""
        match = COMMANDS.search(self._pending)
        if match is None:
            return None
        self._pending = self._pending[match.end() :]
        return match[0]

    def execute(self, command: bytes) -> bytes:
        """Obey a command; nothing ends a reply."""
        name, _, value = command.partition(b":")
        if name == b"*IDN?":
            return b"KORADKA3005PV2.0"
        if name == b"STATUS?":
            return bytes((0x11 | 0x40 * self.on[1],))
        if name == b"VOUT1?":
            return f"{self.measured_volts(1):05.2f}".encode()
        if name == b"IOUT1?":
            return f"{self.measured_amperes(1):.3f}".encode()
        if name == b"OCP1":
            self.over_current.add(1)
        elif name == b"VSET1":
            self.adjust_volts(1, float(value))
        elif name == b"ISET1":
            self.adjust_amperes(1, float(value))
        else:
            self.switch(1, on=command == b"OUT1")
        return b""
