"""A bad answer that is remembered."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.questions import Questions
from bench.injection import Injection, Undo
from bench.units import Positive


@dataclass(frozen=True)
class StaleTtl(Questions):
    """An empty answer that whoever got it remembers, also after the names are mended.

    Each party remembers for itself, from the question that it asked. Clearing the fault mends
    the names; what a party remembers it forgets by itself, when its time is over. What it meets
    until then is not counted any more: the fault is over, and this is its tail.

    Attributes:
        ttl_s: how long an answer is remembered (AWS's tail took 900 s).
    """

    must: ClassVar[str] = "cap what it remembers of failures; recover by itself when that lapses"
    shown_by: ClassVar[str] = (
        "AWS, 20 October 2025: about 15 min of cached answers after the repair"
    )

    ttl_s: Positive = 60.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions with no address, and remember that for whoever asked."""
        return self.unresolved(site, injection, "empty", self.ttl_s)
