"""Numato Lab USB relay modules (CDC serial, ASCII), 1 to 16 channels.

Tried on the device: no. From the maker's documentation and public drivers: commands end with CR,
the module echoes what it gets and ends each reply with a prompt ">". Channels above 9 are the
letters A to F, upper case; "relay on 12" would switch relay 1 without a word.
"""

from bench.instruments.numato import INDEX, Numato
from bench.instruments.relay_board import RelayDriver


class NumatoUsb(Numato, RelayDriver):
    """Numato Lab USB relay module, 1 to 16 channels (tried on the device: no)."""

    numbers = range(len(INDEX))

    def _switch(self, number: int, *, closed: bool) -> None:
        reply = self._command(f"relay {'on' if closed else 'off'} {INDEX[number]}")
        if reply:  # noise: its rest would be taken for the readback
            self._nonsense(reply, "nothing, to being switched")

    def _state(self, number: int) -> bool | None:
        reply = self._command(f"relay read {INDEX[number]}")
        if reply not in {"on", "off"}:
            self._nonsense(reply, "on or off")
        return reply == "on"
