"""Words for Numato Lab modules. Mixed into a driver."""

import re
from collections.abc import Callable
from typing import ClassVar, NoReturn

from bench.instruments.visa_link import VisaLink

PROMPT = b">"
INDEX = "0123456789ABCDEF"


class Numato:
    """A Numato module: it echoes what it gets, and ends each reply with a prompt."""

    gap_s: ClassVar[float] = 0.005  # assumed: the module's documentation names none
    baud_rate: ClassVar[int] = 115200
    half_sent_end: ClassVar[bytes] = b"\r"
    usb_family: ClassVar[str] = "Numato"

    _link: VisaLink
    _refuse: Callable[..., NoReturn]

    def _identify(self) -> str:
        # a prompt alone may be the answer to what was left half sent, come late
        reply = self._command("ver") or self._command("ver")
        if not re.fullmatch(r"[0-9A-Fa-f]{8}|[0-9.]+", reply):
            self._refuse(reply, "it answers to its version")
        return f"Numato USB module, firmware {reply}"

    def _command(self, text: str) -> str:
        """Send a command; return its reply without echo and prompt."""
        raw = self._link.ask(text.encode() + b"\r", PROMPT)
        reply = raw.removesuffix(PROMPT).decode("ascii", errors="replace")
        lines = [line for line in re.split(r"[\r\n]+", reply) if line and line != text]
        return lines[-1].strip() if lines else ""
