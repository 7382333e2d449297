"""The cloud's names have no address."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.questions import Questions
from bench.injection import Injection, Undo
from bench.units import Seconds


@dataclass(frozen=True)
class EmptyAnswer(Questions):
    """Names exist and have no address: the answer is in order, and empty (NODATA).

    Attributes:
        ttl_s: how long whoever got the answer remembers it, also after the repair (RFC 2308's
            negative TTL; 0: nobody does).
    """

    must: ClassVar[str] = "take it for a failure, back off, recover by itself"
    shown_by: ClassVar[str] = "AWS, 20 October 2025: an empty DNS record, 2 h 37 min"

    ttl_s: Seconds = 0.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with no address."""
        return self.unresolved(site, injection, "empty", self.ttl_s)
