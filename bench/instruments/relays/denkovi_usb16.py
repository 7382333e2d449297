"""Denkovi USB relay board, 16 channels (FT232R, virtual serial port).

Tried on the device: no. From public drivers: `01+//` closes relay 1, `01-//` opens it, `off//`
opens all, `ask//` returns two bytes, relay 1 in the highest bit. The manual asks for 5 ms between
commands; corruption was still seen at 20 ms and 50 ms are used
(petersbingham/dae-py-relay-controller).
Boards with 4 and 8 channels are driven pin by pin or as HID: not through VISA.
"""

from bench.instruments.relay_board import RelayDriver


class DenkoviUsb16(RelayDriver):
    """Denkovi USB relay board, 16 channels (tried on the device: no)."""

    numbers = range(1, 17)
    gap_s = 0.05
    bridge = "FT232R"
    # not "//" alone: it could end a half-sent "01+"
    half_sent_end = b"?//"
    all_off = b"off//"

    def _identify(self) -> str:
        self._every()
        return "Denkovi USB relay board, 16 channels (it answers as one; it has no name to tell)"

    def _switch(self, number: int, *, closed: bool) -> None:
        self._link.write(f"{number:02d}{'+' if closed else '-'}//".encode())

    def _state(self, number: int) -> bool | None:
        return self._every()[number]

    def _every(self) -> dict[int, bool]:
        """Return all states; that nothing follows them is all that tells them from noise."""
        reply = self._link.ask(b"ask//", 2)
        more = self._link.rest()
        if more:
            self._refuse(reply + more, "it answers to a query")
        states = int.from_bytes(reply, "big")
        return {number: bool(states >> (16 - number) & 1) for number in self.numbers}
