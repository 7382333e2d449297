"""What the aftermaths of long outages have in common."""

from typing import ClassVar

from bench.access.campaign_phase import CampaignPhase, Span, fault_name
from bench.access.outage import Phase

LAPSED = "cert_expired:cut=True"
LAPSED_S = 720.0  # assumed: until somebody has renewed it, after the owner has come


class LongAftermath(CampaignPhase):
    """The cloud is back after hours: what lives by itself has lapsed meanwhile.

    Access tokens (an hour) and tickets have lapsed, the telematics unit has long given up and
    sleeps; keys and log-ins lapse where the bench file or the car gives them less than that. The
    cloud's own certificate was to be renewed meanwhile, and was not: it comes back with one that
    has expired, and the owner comes before it is renewed. The try after the outage shows whether
    all are together again by themselves.
    """

    of: ClassVar[str] = "aftermath"
    must: ClassVar[str] = "work by every local key; be reachable again without anybody's help"

    def meets(self, spec: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the fault while it is down, and the certificate afterwards."""
        return (("down", (fault_name(spec),)), (self.of, (fault_name(LAPSED),)))

    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return the fault for hours, then the certificate for minutes, then nothing."""
        down_s = self.down_h * 3600.0
        return (
            Phase("down", down_s, (spec,)),
            Phase(self.of, LAPSED_S, (LAPSED,)),
            Phase(self.of, span.length_s - down_s - LAPSED_S, ()),
        )
