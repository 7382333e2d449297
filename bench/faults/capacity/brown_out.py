"""The cloud has more to do than it can."""

from dataclasses import dataclass
from typing import ClassVar

from bench.capacity.crowd import Crowd
from bench.cloud.capacity import Limited
from bench.faults.crowded import Crowded
from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.units import Positive


@dataclass(frozen=True)
class BrownOut(Crowded):
    """Other phones and cars ask for `load` times what the cloud can do, and do not try again.

    Answers come late, and the share that finds the queue full is answered 503: both follow from
    load, workers and queue.

    Attributes:
        load: what they ask, by what can be served.
        patience_s: how long each of them waits.
    """

    must: ClassVar[str] = "have a deadline and a budget of tries; open by its local paths as ever"
    shown_by: ClassVar[str] = "AWS, 7 December 2021 (aws.amazon.com/message/12721): congestion"

    load: Positive = 1.5
    patience_s: Positive = 5.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Let a crowd come, evenly."""

        def press(limited: Limited) -> Undo:
            crowd = Crowd(
                arrivals_per_s=self.load * limited.balancer.limits.per_s,
                patience_s=self.patience_s, tries=1,
            )  # fmt: skip
            return site.cloud.capacity.let_come("brown_out", crowd, limited.balancer)

        return self.pressed(site, injection, press)
