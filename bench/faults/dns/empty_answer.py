"""The cloud's names have no address."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Fault, Site
from bench.faults.unresolved import Which, unresolved
from bench.injection import Injection, Undo
from bench.units import Share


@dataclass(frozen=True)
class EmptyAnswer(Fault):
    """Names exist and have no address: the answer is in order, and empty (NODATA).

    Attributes:
        names: which names ("api", "push", "any").
        share: of the questions.
    """

    acts_on: ClassVar[str] = "questions for names"
    must: ClassVar[str] = "take it for a failure, back off, recover by itself"
    shown_by: ClassVar[str] = "AWS, 20 October 2025: an empty DNS record, 2 h 37 min"
    by_name_only: ClassVar[bool] = True

    names: Which = "any"
    share: Share = 1.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with no address."""
        return unresolved(site, injection, names=self.names, share=self.share, reason="empty")
