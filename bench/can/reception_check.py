"""What a receiver makes of a protected message: is its CRC right, has its counter moved?

After AUTOSAR FO PRS E2E Protocol, the check of profile 2 (6.4.6): OK, INITIAL, REPEATED,
WRONGSEQUENCE, ERROR.
"""

from collections.abc import Collection
from typing import Literal

from bench.can.frame import Reception
from bench.can.transmitter import KnownProtection, Protection

Found = Literal["ok", "initial", "repeated", "wrong_sequence", "wrong_crc"]
ACCEPTED = ("ok", "initial")
MOST_LOST = 2  # assumed: MaxDeltaCounter 3, so two frames in a row may be lost


class ReceptionCheck:
    """The check of one message by one receiver.

    Args:
        protection: the message's; one that is not known lets everything pass.

    Attributes:
        last: what was found last (None: nothing was received yet).
    """

    def __init__(self, protection: Protection | None) -> None:
        self._protection = protection if isinstance(protection, KnownProtection) else None
        self._counter: int | None = None
        self.last: Found | None = None

    def look(self, reception: Reception, ignores: Collection[str] = ()) -> Found:
        """Return what is found of a frame.

        Args:
            reception: the frame. Where it tells what the message carried before, counters are
                compared with that: repetitions are not handed on, but the unit has heard them.
            ignores: "crc", "counter": what this receiver does not look at.
        """
        self.last = self._look(reception, ignores)
        return self.last

    def _look(self, reception: Reception, ignores: Collection[str]) -> Found:
        protection = self._protection
        if protection is None:
            return "ok"
        counter = protection.counter_of(reception.frame.data)
        if counter is None:
            return "ok" if "crc" in ignores else "wrong_crc"
        last, self._counter = self._last_counter(protection, reception), counter
        if protection.counters == 1 or "counter" in ignores:
            return "ok"
        if last is None:
            return "initial"
        moved = (counter - last) % protection.counters
        if moved == 0:
            return "repeated"
        return "ok" if moved <= MOST_LOST + 1 else "wrong_sequence"

    def _last_counter(self, protection: KnownProtection, reception: Reception) -> int | None:
        known = None if reception.before is None else protection.counter_of(reception.before)
        return self._counter if known is None else known
