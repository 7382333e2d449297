"""Twins of supplies and meters that speak SCPI: which line does what, as data."""

import re
from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from bench.instruments.wire_twin import SupplyTwin, WireTwin

Rule = Callable[..., "str | None"]


class ScpiTwin(WireTwin):
    """Obeys lines that match a rule; an unknown one is ignored, as there.

    Attributes:
        idn: what it answers to `*IDN?`.
        end: what ends its replies.
    """

    idn: str
    end: ClassVar[bytes] = b"\n"

    def execute(self, command: bytes) -> bytes:
        """Obey a line, or several between ";"; queries are answered with one line."""
        text = command.decode("ascii", errors="replace").strip().upper()
        replies = [self._reply(part.lstrip(":")) for part in text.split(";")]
        said = [reply for reply in replies if reply is not None]
        return ";".join(said).encode() + self.end if said else b""

    def _reply(self, text: str) -> str | None:
        if text == "*IDN?":
            return self.idn
        for pattern, act in self.rules():
            if match := re.fullmatch(pattern, text):
                return act(*match.groups())
        return None

    @abstractmethod
    def rules(self) -> list[tuple[str, Rule]]:
        """Return what lines look like, and what is done then; what it returns is answered."""


class ScpiSupplyTwin(ScpiTwin, SupplyTwin):
    """A supply; rules name outputs and values as text."""

    def set_volts(self, output: str, volts: str) -> None:
        """Obey a voltage."""
        self.adjust_volts(int(output), float(volts))

    def set_amperes(self, output: str, amperes: str) -> None:
        """Obey a current limit."""
        self.adjust_amperes(int(output), float(amperes))

    def guard_volts(self, output: str, volts: str) -> None:
        """Obey an over-voltage protection."""
        self.over_volts[int(output)] = float(volts)
        self.trip(int(output))

    def guard_amperes(self, output: str) -> None:
        """Obey an over-current protection: off at the current limit."""
        self.over_current.add(int(output))
        self.trip(int(output))

    def set_on(self, output: str, word: str) -> None:
        """Obey a switch."""
        self.switch(int(output), on=word in {"1", "ON"})

    def say_volts(self, output: str) -> str:
        """Answer what stands at an output."""
        return f"{self.measured_volts(int(output)):.4f}"

    def say_amperes(self, output: str) -> str:
        """Answer what is drawn from an output."""
        return f"{self.measured_amperes(int(output)):.4f}"
