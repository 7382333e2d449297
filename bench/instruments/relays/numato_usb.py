"""Numato Lab USB relay modules (CDC serial, ASCII), 1 to 16 channels.

Tried on the device: no. From the maker's documentation and public drivers: commands end with CR,
the module echoes what it gets and ends each reply with a prompt ">". Channels above 9 are the
letters A to F, upper case; "relay on 12" would switch relay 1 without a word.
"""

import re

from bench.instruments.relay_board import RelayDriver

PROMPT = b">"
INDEX = "0123456789ABCDEF"


class NumatoUsb(RelayDriver):
    """Numato Lab USB relay module, 1 to 16 channels (tried on the device: no)."""

    numbers = range(len(INDEX))
    gap_s = 0.005  # assumed: the module's documentation names none
    baud_rate = 115200
    half_sent_end = b"\r"
    usb_family = "Numato"

    def _identify(self) -> str:
        reply = self._command("ver")
        if not re.fullmatch(r"[0-9A-Fa-f]{8}|[0-9.]+", reply):
            self._refuse(reply, "it answers to its version")
        return f"Numato USB relay module, firmware {reply}"

    def _switch(self, number: int, *, closed: bool) -> None:
        reply = self._command(f"relay {'on' if closed else 'off'} {INDEX[number]}")
        if reply:  # noise: its rest would be taken for the readback
            self._nonsense(reply, "nothing, to being switched")

    def _state(self, number: int) -> bool | None:
        reply = self._command(f"relay read {INDEX[number]}")
        if reply not in {"on", "off"}:
            self._nonsense(reply, "on or off")
        return reply == "on"

    def _command(self, text: str) -> str:
        """Send a command; return its reply without echo and prompt."""
        raw = self._link.ask(text.encode() + b"\r", PROMPT)
        reply = raw.removesuffix(PROMPT).decode("ascii", errors="replace")
        lines = [line for line in re.split(r"[\r\n]+", reply) if line and line != text]
        return lines[-1].strip() if lines else ""
