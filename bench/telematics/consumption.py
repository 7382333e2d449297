"""What the mocked telematics unit draws from terminal 30, by what it does.

All values are assumed, at 13.5 V, of the order that data sheets of LTE modules give (some mA asleep
in paging, some 100 mA with the radio connected). A try costs more than the time it takes: the
network keeps the radio connected for some seconds after the last byte.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

DRAWN_MA = {
    "unpowered": 0, "restarting": 0, "asleep": 4, "waking": 120, "attaching": 250, "connected": 12,
    "backing_off": 15,
}  # fmt: skip
RADIO_MA = 160  # on top, while the radio is connected
TAIL_S = 10.0  # until the network releases an idle radio (LTE's inactivity timer, assumed)


class Consumption:
    """Tells the wiring what the unit draws.

    Args:
        draw: is told the current, in milliamperes.
    """

    def __init__(self, draw: Callable[[int], None]) -> None:
        self._draw = draw
        self._state = "unpowered"
        self._radio = False
        self._tail: asyncio.TimerHandle | None = None

    def enter(self, state: str) -> None:
        """Be in a state from now on; without supply the radio is off, too."""
        self._state = state
        if not DRAWN_MA[state]:
            self._set_radio(on=False)
        self._tell()

    @contextmanager
    def radio(self) -> Iterator[None]:
        """Have the radio connected, and for its tail afterwards."""
        self._set_radio(on=True)
        try:
            yield
        finally:
            self.release()

    def release(self) -> None:
        """Let the network release the radio, after the tail."""
        if self._radio and self._tail is None:
            loop = asyncio.get_running_loop()
            self._tail = loop.call_later(TAIL_S, lambda: self._set_radio(on=False))

    def _set_radio(self, *, on: bool) -> None:
        if self._tail is not None:
            self._tail.cancel()
            self._tail = None
        if self._radio is not on:
            self._radio = on
            self._tell()

    def _tell(self) -> None:
        self._draw(DRAWN_MA[self._state] + (RADIO_MA if self._radio else 0))
