"""The cloud's names do not exist."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Fault, Site
from bench.faults.unresolved import Which, unresolved
from bench.injection import Injection, Undo
from bench.units import Share


@dataclass(frozen=True)
class Nxdomain(Fault):
    """Names do not resolve: the resolver answers that there is no such name.

    Attributes:
        names: which names ("api", "push", "any").
        share: of the questions.
    """

    acts_on: ClassVar[str] = "questions for names"
    must: ClassVar[str] = "back off, keep local keys working, recover by itself"
    shown_by: ClassVar[str] = (
        "assumed; AWS, 20 October 2025, had an empty record, which is empty_answer"
    )

    names: Which = "any"
    share: Share = 1.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with "no such name"."""
        return unresolved(site, injection, names=self.names, share=self.share, reason="nxdomain")
