"""Nobody listens."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Site
from bench.faults.syn import Unanswered
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class Refuse:
    """Connections are refused, and open ones are cut: the service is not there.

    Toxiproxy calls this a proxy that is down.

    Attributes:
        service: which service ("api", "push", "any").
        side: whose links.
    """

    must: ClassVar[str] = "back off with jitter; say that nothing was sent"
    shown_by: ClassVar[str] = "any back-end whose processes have died behind a live host"

    service: Literal["api", "push", "any"] = "any"
    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Refuse on every selected link."""
        return site.network.put(
            lambda: Unanswered(injection, "refuse", cut=True), self.service, self.side
        )
