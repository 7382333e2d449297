"""The resolver fails."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Fault, Site
from bench.faults.unresolved import Which, unresolved
from bench.injection import Injection, Undo
from bench.units import Share


@dataclass(frozen=True)
class Servfail(Fault):
    """Names do not resolve: the resolver answers that it has failed (SERVFAIL).

    Unlike "no such name" this says nothing about the name, and nobody may remember it for long.

    Attributes:
        names: which names ("api", "push", "any").
        share: of the questions.
    """

    acts_on: ClassVar[str] = "questions for names"
    must: ClassVar[str] = "ask again with back-off; not take it for a name that is gone"
    shown_by: ClassVar[str] = "Facebook, 4 October 2021: name servers unreachable for about 6 h"
    by_name_only: ClassVar[bool] = True

    names: Which = "any"
    share: Share = 1.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with "server failure"."""
        return unresolved(site, injection, names=self.names, share=self.share, reason="servfail")
