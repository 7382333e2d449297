"""What the aftermaths of long outages have in common."""

from typing import ClassVar

from bench.access.choosing.campaign_phase import CampaignPhase, Span, fault_name
from bench.access.outage import Phase

LAPSED = "cert_expired:cut=True"
LAPSED_S = 720.0  # assumed: until somebody has renewed it, after the owner has come
# open connections live on, as they do in the field: the cloud's own certificate cuts them
CLIENTS_LAPSED = "client_cert_expired:side=both,cut=False"
CLOUD_FIRST_S = 300.0  # assumed: the cloud's is renewed before its clients', who need it for that


class LongAftermath(CampaignPhase):
    """The cloud is back after hours: what lives by itself has lapsed meanwhile.

    Access tokens (an hour) and tickets have lapsed, the telematics unit has long given up and
    sleeps; keys and log-ins lapse where the bench file or the car gives them less than that. The
    cloud's own certificate was to be renewed meanwhile, and was not: it comes back with one that
    has expired, and the owner comes before it is renewed. Where certificates of phone and car live
    for less than the outage they have lapsed as well; then the cloud's is renewed first, the owner
    comes while theirs are not, and they are renewed as the outage ends. The try after the outage
    shows whether all are together again by themselves.
    """

    of: ClassVar[str] = "aftermath"
    must: ClassVar[str] = "work by every local key; be reachable again without anybody's help"

    def meets(self, spec: str, span: Span) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the fault while it is down, and the certificates afterwards."""
        lapsed = (LAPSED, *self._clients(spec, span))
        return (("down", (fault_name(spec),)), (self.of, tuple(map(fault_name, lapsed))))

    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return the fault for hours, then the certificates for minutes, then nothing."""
        down_s, clients = self.down_h * 3600.0, self._clients(spec, span)
        rest_s = span.length_s - down_s
        if not clients:
            return (
                Phase("down", down_s, (spec,)),
                Phase(self.of, LAPSED_S, (LAPSED,)),
                Phase(self.of, rest_s - LAPSED_S, ()),
            )
        return (
            Phase("down", span.certificate_s, (spec,)),
            Phase("down", down_s - span.certificate_s, (spec, *clients)),
            Phase(self.of, CLOUD_FIRST_S, (LAPSED, *clients)),
            Phase(self.of, rest_s - CLOUD_FIRST_S, clients),
        )

    def _clients(self, spec: str, span: Span) -> tuple[str, ...]:
        """Return the fault of clients whose certificates have lapsed by then, if they have.

        They were renewed last when the outage began: sound clients renew long before the end.
        """
        lapsed = 0 < span.certificate_s < self.down_h * 3600.0
        own = fault_name(spec) == fault_name(CLIENTS_LAPSED)  # they have, and are renewed after it
        return (CLIENTS_LAPSED,) if lapsed and not own else ()
