"""A bad answer that is remembered."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Fault, Site
from bench.faults.unresolved import Which, selects
from bench.injection import Injection, Undo
from bench.network.names import NameNotResolved
from bench.units import Positive


@dataclass(frozen=True)
class StaleTtl(Fault):
    """An empty answer that whoever got it remembers, also after the names are mended.

    Each party remembers for itself, from the question that it asked. Clearing the fault mends
    the names; what a party remembers it forgets by itself, when its time is over. What it meets
    until then is not counted any more: the fault is over, and this is its tail.

    Attributes:
        names: which names ("api", "push", "any").
        ttl_s: how long an answer is remembered (AWS's tail took 900 s).
    """

    acts_on: ClassVar[str] = "questions for names"
    must: ClassVar[str] = "cap what it remembers of failures; recover by itself when that lapses"
    shown_by: ClassVar[str] = (
        "AWS, 20 October 2025: about 15 min of cached answers after the repair"
    )
    by_name_only: ClassVar[bool] = True

    names: Which = "any"
    ttl_s: Positive = 60.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions with no address, and remember that for whoever asked."""
        loop = asyncio.get_running_loop()
        until_s: dict[tuple[str, str], float] = {}
        cleared = False

        async def answer(party: str, name: str) -> None:
            if not selects(self.names, name):
                return
            remembered = loop.time() < until_s.get((party, name), 0.0)
            if cleared and not remembered:
                return
            if not cleared:
                injection.met(party, f"resolve {name}")
            if not remembered:
                until_s[party, name] = loop.time() + self.ttl_s
            raise NameNotResolved(name, "empty")

        remove = site.network.names.rules.add(answer)

        def undo() -> None:
            nonlocal cleared
            cleared = True
            last_s = max(until_s.values(), default=0.0)
            if last_s <= loop.time():
                remove()
            else:
                loop.call_at(last_s, remove)

        return undo
