"""KMtronic USB relay boards with 8 channels.

Tried on the device: no. From info.kmtronic.com: 9600 bit/s 8N1, `FF channel 01` closes and
`FF channel 00` opens, never acknowledged; `FF 09 00` asks for one byte per channel.
"""

from bench.instruments.relay_board import RelayDriver

STATUS = b"\xff\x09\x00"


class KmtronicUsb8(RelayDriver):
    """KMtronic USB relay board, 8 channels (tried on the device: no)."""

    numbers = range(1, 9)
    gap_s = 0.02  # assumed: the maker names none
    # what these end is at worst "open a relay"
    half_sent_end = b"\x00\x00"

    def _identify(self) -> str:
        reply = self._link.ask(STATUS, len(self.numbers))
        more = self._link.rest()
        if more or not set(reply) <= {0, 1}:
            self._refuse(reply + more, "it answers to a query")
        return f"KMtronic USB relay board, {len(self.numbers)} channels"

    def _switch(self, number: int, *, closed: bool) -> None:
        self._link.write(bytes((0xFF, number, closed)))

    def _state(self, number: int) -> bool | None:
        reply = self._link.ask(STATUS, len(self.numbers))
        if not set(reply) <= {0, 1}:
            self._nonsense(reply, f"{len(self.numbers)} states")
        return bool(reply[number - 1])
