"""The twin of a KMtronic USB relay board with 2 channels."""

from bench.instruments.twins.kmtronic_usb8 import KmtronicUsb8


class KmtronicUsb2(KmtronicUsb8):
    """Is asked for each relay by itself."""

    numbers = range(1, 3)

    def execute(self, command: bytes) -> bytes:
        """Obey a command; answer a query."""
        if command[2] == 3 and command[1] in self.closed:
            return bytes((0xFF, command[1], self.closed[command[1]]))
        return b"" if command[1] == 9 else super().execute(command)
