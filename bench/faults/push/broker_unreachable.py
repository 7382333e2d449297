"""The push channel is lost."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Fault, Site
from bench.faults.syn import Unanswered
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class BrokerUnreachable(Fault):
    """The push service is gone: open channels are cut and new ones refused; the rest works.

    Attributes:
        side: whose channels.
    """

    acts_on: ClassVar[str] = "connections"
    must: ClassVar[str] = "reconnect with back-off; not call an undelivered command done"
    shown_by: ClassVar[str] = "AWS, 20 October 2025: the load balancers' second wave"

    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Cut and refuse the push service on every selected link."""
        return site.network.put(
            lambda: Unanswered(injection, "refuse", cut=True), "push", self.side
        )
