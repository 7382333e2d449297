"""Which questions for names a fault meets: what faults of the resolver have in common."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Fault, Site
from bench.faults.sample import Sample
from bench.injection import Injection, Undo
from bench.network.names import NameNotResolved
from bench.network.parties import Party

Which = Literal["api", "push", "any"]


def selects(names: Which, name: str) -> bool:
    """Whether a question for `name` is one of those that a fault is about."""
    return names in {"any", name.partition(".")[0]}


def nobody_resolves(site: Site, injection: Injection) -> Undo:
    """Answer every question for a name with "no such name"."""

    async def answer(party: str, name: str) -> None:
        injection.met(party, f"resolve {name}")
        raise NameNotResolved(name, "nxdomain")

    return site.network.names.rules.add(answer)


@dataclass(frozen=True, kw_only=True)
class Questions(Fault, Sample):
    """Which questions are met: those that all of this is true of.

    Attributes:
        names: for which names ("api", "push", "any").
        party: whose ("phone", "tcu", "witness_phone", …; "": everybody's).
    """

    acts_on: ClassVar[str] = "questions for names"

    names: Which = "any"
    party: Literal["", Party] = ""

    def meets(self, injection: Injection, party: str, name: str) -> bool:
        """Whether a question is one of those, and count it then; draws for the share."""
        selected = selects(self.names, name) and self.party in {"", party}
        if not selected or not self.takes(injection, injection.count):
            return False
        injection.met(party, f"resolve {name}")
        return True

    def unresolved(self, site: Site, injection: Injection, reason: str, ttl_s: float = 0.0) -> Undo:
        """Answer these questions with an error, which whoever asked remembers for `ttl_s`.

        What a party remembers it goes on believing when the fault is cleared, until that is over.
        """
        answers = _Answers(self, injection, reason, ttl_s)
        remove = site.network.names.rules.add(answers.give)
        return lambda: answers.end(remove)


class _Answers:
    """Bad answers, and who remembers which until when."""

    def __init__(self, which: Questions, injection: Injection, reason: str, ttl_s: float) -> None:
        self._which, self._injection = which, injection
        self._reason, self._ttl_s = reason, ttl_s
        self._until_s: dict[tuple[str, str], float] = {}
        self._loop = asyncio.get_running_loop()
        self._over = False

    async def give(self, party: str, name: str) -> None:
        """Answer a question, or repeat what the party has been told before."""
        now_s = self._loop.time()
        until_s = self._until_s.get((party, name), now_s)
        if until_s <= now_s:
            if self._over or not self._which.meets(self._injection, party, name):
                return
            until_s = self._until_s[party, name] = now_s + self._ttl_s
        elif not self._over:
            self._injection.met(party, f"resolve {name}")
        raise NameNotResolved(name, self._reason, until_s - now_s)

    def end(self, remove: Undo) -> None:
        """Answer no new question; be gone when everybody has forgotten."""
        self._over = True
        last_s = max(self._until_s.values(), default=0.0)
        if last_s <= self._loop.time():
            remove()
        else:
            self._loop.call_at(last_s, remove)
