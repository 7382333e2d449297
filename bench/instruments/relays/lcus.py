"""LCUS-1, -2, -4, -8 USB relay boards (CH340), with a firmware that answers a query.

Tried on the device: no. From sellers' sheets and public drivers: 9600 bit/s 8N1, frames
`A0 channel state sum`, never acknowledged; the byte `FF` asks for lines "CH1: ON". Drivers wait 10,
50 or 100 ms between frames; 50 ms is used here. Some firmwares answer no query at all: for those
there is `lcus_silent`. The CH340 has no serial number: name the port by its path.
"""

import re

from bench.errors import InstrumentFault, InstrumentTimeout
from bench.instruments.relay_board import RelayDriver

QUERY = b"\xff"
LINE = re.compile(rb"CH(\d): ?(ON|OFF)\r\n")


def frame(channel: int, *, on: bool) -> bytes:
    """Return the frame that switches a relay.

    >>> frame(1, on=True).hex(" "), frame(1, on=False).hex(" ")
    ('a0 01 01 a2', 'a0 01 00 a1')
    """
    head = bytes((0xA0, channel, on))
    return head + bytes((sum(head) & 0xFF,))


class Lcus(RelayDriver):
    """LCUS USB relay board, 1 to 8 channels, that answers a query (tried on the device: no)."""

    numbers = range(1, 9)
    gap_s = 0.05
    bridge = "CH340"
    half_sent_end = b"\x00\x00\x00"  # a frame that these end has a wrong sum

    def _identify(self) -> str:
        try:
            reply = self._link.ask(QUERY, None)
        except InstrumentTimeout as error:
            hint = "" if self._identity else ": some never do, and their model is lcus_silent"
            raise InstrumentTimeout(f"{error}{hint}") from None
        states = self._states(reply)
        if sorted(states) != list(range(1, len(states) + 1)) or not states:
            self._refuse(reply, "it answers to a query")
        self._count = len(states)
        return f"LCUS relay board, {self._count} channels"

    def _prepare(self) -> None:
        for name, number in self.setup.channels.items():
            if number > self._count:
                raise InstrumentFault(
                    f"{self.setup.name}: channel {name} = {number}: this board has "
                    f"{self._count} channels"
                )

    def _switch(self, number: int, *, closed: bool) -> None:
        self._link.write(frame(number, on=closed))

    def _state(self, number: int) -> bool | None:
        return self._every()[number]

    def _every(self) -> dict[int, bool]:
        reply = self._link.ask(QUERY, lambda said: said.count(b"\n") >= self._count)
        states = self._states(reply)
        if sorted(states) != list(range(1, self._count + 1)):
            self._nonsense(reply, f"the states of {self._count} relays")
        return states

    @staticmethod
    def _states(reply: bytes) -> dict[int, bool]:
        """Return what a query was answered; nothing if any of it is something else."""
        if not re.fullmatch(rb"(CH\d: ?(ON|OFF)\r\n)+", reply):
            return {}
        return {int(channel): state == b"ON" for channel, state in LINE.findall(reply)}
