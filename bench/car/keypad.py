"""The keypad on the door: a code, and a pause after too many wrong ones."""

import asyncio
from dataclasses import dataclass

from bench.units import AtLeastOne, Seconds


@dataclass(frozen=True)
class KeypadParameters:
    """How the keypad behaves.

    Attributes:
        code: the digits that open.
        most_wrong: wrong codes before it pauses (five, DESIGN reference).
        lockout_s: how long it pauses (assumed: one minute).
        forget_s: digits further apart than this begin a new code (assumed).
    """

    code: str = "71359"
    most_wrong: AtLeastOne = 5
    lockout_s: Seconds = 60.0
    forget_s: Seconds = 5.0

    def __post_init__(self) -> None:
        if not (self.code.isascii() and self.code.isdigit()):
            raise ValueError(f'code: "{self.code}" is not right: should be digits')


class Keypad:
    """Collects digits and says when a code was right."""

    def __init__(self, parameters: KeypadParameters) -> None:
        self._parameters = parameters
        self._digits = ""
        self._last_s = 0.0
        self._wrong = 0
        self._locked_until = 0.0
        self._loop = asyncio.get_running_loop()

    @property
    def locked_out(self) -> bool:
        """Whether it pauses."""
        return self._loop.time() < self._locked_until

    def press(self, digit: str) -> str:
        """Take a digit; return "right", "wrong", "locked out" or "more"."""
        now = self._loop.time()
        if self.locked_out:
            return "locked out"
        if now - self._last_s > self._parameters.forget_s:
            self._digits = ""
        self._last_s = now
        self._digits += digit
        if len(self._digits) < len(self._parameters.code):
            return "more"
        entered, self._digits = self._digits, ""
        if entered == self._parameters.code:
            self._wrong = 0
            return "right"
        self._wrong += 1
        if self._wrong >= self._parameters.most_wrong:
            self._wrong, self._locked_until = 0, now + self._parameters.lockout_s
        return "wrong"
