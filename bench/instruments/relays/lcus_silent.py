"""LCUS-1, -2, -4, -8 USB relay boards (CH340), with a firmware that answers nothing.

Tried on the device: no. As `lcus`, but the board never says a word: it cannot be told from a port
with nothing behind it, and what it was told is commanded, never verified. Sense what it moves.
"""

from bench.errors import InstrumentTimeout
from bench.instruments.relay_board import RelayDriver
from bench.instruments.relays.lcus import QUERY, frame


class LcusSilent(RelayDriver):
    """LCUS USB relay board, 1 to 8 channels, that answers nothing (tried on the device: no)."""

    numbers = range(1, 9)
    gap_s = 0.05
    timeout_s = 0.2  # assumed: a firmware that answers does so within milliseconds
    bridge = "CH340"
    half_sent_end = b"\x00\x00\x00"
    identifies = False
    reads_back = False

    def _identify(self) -> str:
        """Refuse a device that answers: it is another, or `lcus` is the model to name."""
        try:
            reply = self._link.ask(QUERY, 1)
        except InstrumentTimeout:
            reply = b""
        if reply:
            self._refuse(reply, "that says nothing, or its model is lcus; this one says")
        return "LCUS relay board, assumed: it answers nothing"

    def _prepare(self) -> None:
        self._link.trust()  # its silence is its answer

    def _switch(self, number: int, *, closed: bool) -> None:
        self._link.write(frame(number, on=closed))

    def _state(self, number: int) -> bool | None:  # noqa: ARG002 it cannot tell of any
        return None
