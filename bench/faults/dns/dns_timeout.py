"""The resolver does not answer."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.questions import Questions
from bench.injection import Injection, Undo, together
from bench.network.names import NameNotResolved
from bench.units import Positive


@dataclass(frozen=True)
class DnsTimeout(Questions):
    """Questions for names are not answered; who waits long enough is told that time is up.

    A question that is still open when the fault is cleared is answered.

    Attributes:
        after_s: when the asker's own resolver gives up (5 s twice: the stub resolver's default).
    """

    must: ClassVar[str] = "have a deadline on the screen that includes the name; back off"
    shown_by: ClassVar[str] = "Azure Front Door, 29 October 2025: time-outs and DNS issues"

    after_s: Positive = 10.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Leave questions for these names open."""
        cleared = asyncio.Event()

        async def wait(party: str, name: str) -> None:
            if not self.meets(injection, party, name):
                return
            try:
                async with asyncio.timeout(self.after_s):
                    await cleared.wait()
            except TimeoutError:
                raise NameNotResolved(name, "timeout") from None

        remove = site.network.names.rules.add(wait)

        return together([remove, cleared.set])
