"""The resolver fails."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.questions import Questions
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class Servfail(Questions):
    """Names do not resolve: the resolver answers that it has failed (SERVFAIL).

    Unlike "no such name" this says nothing about the name, and nobody may remember it for long.
    """

    must: ClassVar[str] = "ask again with back-off; not take it for a name that is gone"
    shown_by: ClassVar[str] = "Facebook, 4 October 2021: name servers unreachable for about 6 h"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with "server failure"."""
        return self.unresolved(site, injection, "servfail")
