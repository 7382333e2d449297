"""Devantech USB-RLY16 and USB-RLY16B, 8 relays (CDC serial, binary).

Tried on the device: no. From the maker's technical documentation: `65` to `6C` close relays 1 to
8, `6F` to `76` open them, without an answer; `5A` returns module id and version, `5B` the states,
relay 1 in the lowest bit. The baud rate has no meaning. Every readback asks for the module's id,
too: one byte of states could not be told from noise.
"""

from bench.instruments.relay_board import RelayDriver

VERSION_AND_STATES = b"\x5a\x5b"
CLOSE, OPEN = 0x64, 0x6E  # plus the relay's number


class DevantechUsbRly16(RelayDriver):
    """Devantech USB-RLY16, 8 relays (tried on the device: no)."""

    module = 9
    name = "USB-RLY16"
    numbers = range(1, 9)
    gap_s = 0.005  # assumed: the maker names none
    usb_family = "Devantech"
    # to a half-sent "set all relays" this is "all open"; by itself it is no command
    half_sent_end = b"\x00"

    def _identify(self) -> str:
        reply = self._link.ask(VERSION_AND_STATES, 3)
        if reply[0] != self.module:
            self._refuse(reply, f"module id {reply[0]} in")
        return f"Devantech {self.name}, firmware {reply[1]}"

    def _switch(self, number: int, *, closed: bool) -> None:
        self._link.write(bytes(((CLOSE if closed else OPEN) + number,)))

    def _state(self, number: int) -> bool | None:
        reply = self._link.ask(VERSION_AND_STATES, 3)
        if reply[0] != self.module:
            self._nonsense(reply, f"module id {self.module}, version and states")
        return bool(reply[2] >> (number - 1) & 1)
