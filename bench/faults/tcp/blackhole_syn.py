"""Connection attempts vanish."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Site
from bench.faults.syn import Unanswered
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class BlackholeSyn:
    """New connections are never answered, so only a time-out ends them; open ones live on.

    Attributes:
        service: which service ("api", "push", "any").
        side: whose links.
    """

    must: ClassVar[str] = "give up connecting within some ten seconds"
    shown_by: ClassVar[str] = "Azure Front Door, 29 October 2025: 2 h 49 min of time-outs"

    service: Literal["api", "push", "any"] = "any"
    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Drop SYNs on every selected link."""
        return site.network.put(
            lambda: Unanswered(injection, "drop", cut=False), self.service, self.side
        )
