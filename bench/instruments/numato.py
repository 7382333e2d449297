"""Words for Numato Lab modules. Mixed into a driver."""

import re
from collections.abc import Callable
from typing import ClassVar, NoReturn

from bench.instruments import visa_link

PROMPT = b">"
INDEX = "0123456789ABCDEF"


class Numato:
    """A Numato module: it echoes what it gets, and ends each reply with a prompt."""

    gap_s: ClassVar[float] = 0.005  # assumed: the module's documentation names none
    baud_rate: ClassVar[int] = 115200
    half_sent_end: ClassVar[bytes] = b"\r"
    usb_family: ClassVar[str] = "Numato"

    _link: visa_link.VisaLink
    _refuse: Callable[..., NoReturn]

    def _identify(self) -> str:
        # a prompt alone may be the answer to what was left half sent, come late: then the version
        # is still to come, and to ask at once again would leave one answer for the next command
        reply = self._command("ver") or self._late("ver") or self._command("ver")
        if not re.fullmatch(r"[0-9A-Fa-f]{8}|[0-9.]+", reply):
            self._refuse(reply, "it answers to its version")
        return f"Numato USB module, firmware {reply}"

    def _command(self, text: str) -> str:
        """Send a command; return its reply without echo and prompt."""
        return _reply(self._link.ask(text.encode() + b"\r", PROMPT), text)

    def _late(self, text: str) -> str:
        """Return the reply to a command if it comes after the reply to another one."""
        return _reply(self._link.rest(visa_link.LATEST_MS), text)


def _reply(raw: bytes, text: str) -> str:
    """Return what was replied to a command, without its echo and the prompt."""
    reply = raw.removesuffix(PROMPT).decode("ascii", errors="replace")
    lines = [line for line in re.split(r"[\r\n]+", reply) if line and line != text]
    return lines[-1].strip() if lines else ""
