"""The cloud is back, and everybody at once with it."""

from typing import ClassVar

from bench.access.choosing.campaign_phase import CampaignPhase, Span, fault_name
from bench.access.outage import Phase
from bench.access.path import Path

# assumed: a thousand others, whom a cloud of 40 requests a second lets in within half a minute
HERD = (
    "thundering_herd:clients=1000,within_s=2.0,cap_s=20.0,workers=2,service_s=0.05,queue=100.0",
)
DOWN, BEFORE_END = 0.8, 0.6  # shares of the time until the owner acts


class Recovery(CampaignPhase):
    """The fault has just gone when the owner comes; late deliveries and the herd are there.

    While it was there, the owner sent a command by the app: what was held of it comes now. All the
    others who were without the cloud ask at once: owner and car stand in their queue, or find it
    full.
    """

    of: ClassVar[str] = "recovery"
    must: ClassVar[str] = "act on nothing that has expired; come back with jitter; need no help"
    chosen: ClassVar[tuple[str, ...]] = ("http_status", "broker_unreachable")

    def meets(self, spec: str, span: Span) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the fault while it is down, and the herd afterwards."""
        del span
        return (("down", (fault_name(spec),)), (self.of, tuple(map(fault_name, HERD))))

    def sends_beside(self, path: Path, intent: str) -> bool:
        """Always: what was held is delivered late."""
        del path, intent
        return True

    def flight_s(self, span: Span) -> float:
        """Send it while the fault is there."""
        return span.act_s * BEFORE_END

    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return the fault until shortly before the act, then the herd."""
        down_s = span.act_s * DOWN
        return (Phase("down", down_s, (spec,)), Phase(self.of, span.length_s - down_s, HERD))
