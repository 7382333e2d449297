"""Words for devices that speak lines of ASCII and say what they are."""

import re
from collections.abc import Callable
from typing import ClassVar, NoReturn

from bench.instruments.models import answering
from bench.instruments.visa_link import VisaLink


class Scpi:
    """The words themselves, mixed into a driver.

    Attributes:
        end: what ends a line, in both directions.
        idn: what the answer to `*IDN?` looks like.
    """

    end: ClassVar[bytes] = b"\n"
    idn: ClassVar[str]

    _link: VisaLink
    _refuse: Callable[..., NoReturn]
    _nonsense: Callable[..., NoReturn]
    _value: Callable[..., float]

    def _identify(self) -> str:
        reply = self._query("*IDN?")
        if not re.search(self.idn, reply, re.IGNORECASE):
            self._refuse(reply)
        return reply

    def _other(self, reply: str | bytes) -> str:
        fits = answering(reply) if isinstance(reply, str) else ()
        return f"; as {' or '.join(fits)} would" if fits else ""

    def _command(self, text: str) -> None:
        self._link.write(text.encode("ascii") + self.end)

    def _query(self, text: str) -> str:
        reply = self._link.ask(text.encode("ascii") + self.end, self.end)
        return reply.decode("ascii", errors="replace").strip()

    def _float(self, query: str) -> float:
        return self._value(self._query(query), query)
