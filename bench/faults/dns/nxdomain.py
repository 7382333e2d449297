"""The cloud's names do not exist."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.questions import Questions
from bench.injection import Injection, Undo
from bench.units import Seconds


@dataclass(frozen=True)
class Nxdomain(Questions):
    """Names do not resolve: the resolver answers that there is no such name.

    Attributes:
        ttl_s: how long whoever got the answer remembers it, also after the repair (RFC 2308's
            negative TTL; 0: nobody does).
    """

    must: ClassVar[str] = "back off, keep local keys working, recover by itself"
    shown_by: ClassVar[str] = (
        "assumed; AWS, 20 October 2025, had an empty record, which is empty_answer"
    )

    ttl_s: Seconds = 0.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with "no such name"."""
        return self.unresolved(site, injection, "nxdomain", self.ttl_s)
