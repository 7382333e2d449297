"""KMtronic USB relay boards with 1 or 2 channels.

Tried on the device: no. From info.kmtronic.com: as `kmtronic_usb8`, but a relay is asked for by
`FF channel 03`, and answers `FF channel state`.
"""

from bench.instruments.relays.kmtronic_usb8 import KmtronicUsb8


class KmtronicUsb2(KmtronicUsb8):
    """KMtronic USB relay board, 1 or 2 channels (tried on the device: no)."""

    numbers = range(1, 3)

    def _identify(self) -> str:
        reply = self._ask(1)
        more = self._link.rest()
        if more or not self._of(reply, 1):
            self._refuse(reply + more, "it answers to a query")
        return "KMtronic USB relay board, 1 or 2 channels"

    def _state(self, number: int) -> bool | None:
        reply = self._ask(number)
        if not self._of(reply, number):
            self._nonsense(reply, f"the state of relay {number}")
        return bool(reply[2])

    def _ask(self, number: int) -> bytes:
        return self._link.ask(bytes((0xFF, number, 3)), 3)

    @staticmethod
    def _of(reply: bytes, number: int) -> bool:
        return reply[:2] == bytes((0xFF, number)) and reply[2] in {0, 1}
