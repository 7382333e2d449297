"""What a bench is like, as far as a campaign has to know it before it asks anything there."""

from collections.abc import Collection
from dataclasses import dataclass

from bench.telematics.policy import TelematicsPolicy


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where a campaign is to run; by default on a bench of which nothing more is known.

    Attributes:
        push: the protocol by which the cloud reaches the telematics unit.
        without: names of faults that the bench cannot do.
        unit: says how soon a fault can be met that waits for the telematics unit (None: nobody
            knows); what ends before is left out.
        certificate_s: how long certificates of phone and car live (0: for longer than any outage).
    """

    push: str = "websocket"
    without: Collection[str] = ()
    unit: TelematicsPolicy | None = None
    certificate_s: float = 0.0


ANYWHERE = Setting()
