"""New connections fail while old ones live."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Site
from bench.faults.syn import Unanswered
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class NewConnOnly:
    """New connections are refused while open ones go on working.

    Whoever drops a good session to "try again" makes things worse.

    Attributes:
        service: which service ("api", "push", "any").
        side: whose links.
    """

    must: ClassVar[str] = "not drop a session that works"
    shown_by: ClassVar[str] = 'AWS, 20 October 2025: "unable to establish new connections"'

    service: Literal["api", "push", "any"] = "any"
    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Refuse new connections on every selected link."""
        return site.network.put(
            lambda: Unanswered(injection, "refuse", cut=False), self.service, self.side
        )
