"""Everybody comes back at once."""

from dataclasses import dataclass
from typing import ClassVar

from bench.capacity.crowd import Crowd
from bench.capacity.limits import Count
from bench.cloud.capacity import Limited
from bench.faults.crowded import Crowded
from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.units import Positive, Seconds, Times


@dataclass(frozen=True)
class ThunderingHerd(Crowded):
    """Clients that have all lost their connection come within a moment, and try until let in.

    Attributes:
        clients: how many.
        within_s: how long their first tries are spread over.
        patience_s: how long each waits for an answer.
        base_s, factor, cap_s, jitter: how they wait between tries (see docs/fleet.md).
    """

    must: ClassVar[str] = "back off with jitter; not take the herd's 503 for a lost entitlement"
    shown_by: ClassVar[str] = (
        "AWS, 7 December 2021 (aws.amazon.com/message/12721): clients' back-off"
    )

    clients: Count = 2500
    within_s: Seconds = 2.0
    patience_s: Positive = 5.0
    base_s: Positive = 2.0
    factor: Times = 2.0
    cap_s: Positive = 120.0
    jitter: str = "full"

    def __post_init__(self) -> None:
        """Raises ValueError: nobody could wait like this between two tries."""
        self._crowd()

    def _crowd(self) -> Crowd:
        return Crowd(
            clients=self.clients, within_s=self.within_s, patience_s=self.patience_s, tries=0,
            base_s=self.base_s, factor=self.factor, cap_s=self.cap_s, jitter=self.jitter,
        )  # fmt: skip

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Let them come."""
        crowd = self._crowd()

        def press(limited: Limited) -> Undo:
            return site.cloud.capacity.let_come("thundering_herd", crowd, limited.balancer)

        return self.pressed(site, injection, press)
