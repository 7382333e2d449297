"""Devantech ETH008, 8 relays (TCP port 17494, binary).

Tried on the device: no. From the maker's documentation: `20 relay time` closes and `21 relay time`
opens (time 0: for good), answered by 00, or by 01 for a failure; `24` returns the states; `10`
returns module id, hardware and firmware versions (the id, 19, is from memory). All bytes of a
command must come in one TCP packet; a password, if set, lapses after 30 s without a command.
Its timer (1 to 255 × 100 ms) could serve as a dead man's switch; this driver does not use it.
"""

from collections.abc import Callable
from typing import NoReturn

from bench.errors import InstrumentFault
from bench.instruments.relay_board import RelayDriver

INFO, CLOSE, OPEN, STATES = b"\x10", 0x20, 0x21, b"\x24"
DONE, FAILED = b"\x00", b"\x01"


class DevantechEth008(RelayDriver):
    """Devantech ETH008, 8 relays (tried on the device: no)."""

    module = 19
    name = "ETH008"
    numbers = range(1, 9)
    gap_s = 0.005  # assumed: the maker names none
    # a packet of its own; by itself it is no command
    half_sent_end = b"\x00"

    def _identify(self) -> str:
        _, hardware, firmware = self._info(self._refuse_module)
        return f"Devantech {self.name}, hardware {hardware}, firmware {firmware}"

    def _switch(self, number: int, *, closed: bool) -> None:
        reply = self._link.ask(bytes((CLOSE if closed else OPEN, number, 0)), 1)
        if reply == FAILED:
            raise InstrumentFault(
                f"{self._link.where}: relay {number} is refused; is a password set on the board?"
            )
        if reply != DONE:
            self._nonsense(reply, "done or failed")

    def _state(self, number: int) -> bool | None:
        self._info(self._refuse_noise)  # a few bytes of states could not be told from noise
        states = int.from_bytes(self._link.ask(STATES, (len(self.numbers) + 7) // 8), "little")
        return bool(states >> (number - 1) & 1)

    def _info(self, refuse: Callable[[bytes], NoReturn]) -> bytes:
        reply = self._link.ask(INFO, 3)
        if reply[0] != self.module:
            refuse(reply)
        return reply

    def _refuse_module(self, reply: bytes) -> NoReturn:
        self._refuse(reply, f"module id {reply[0]} in")

    def _refuse_noise(self, reply: bytes) -> NoReturn:
        self._nonsense(reply, f"module id {self.module} and versions")
