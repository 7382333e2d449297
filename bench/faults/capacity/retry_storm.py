"""A short weakness, and the load that outlives it."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge

from bench.capacity.crowd import Crowd
from bench.cloud.capacity import Limited
from bench.faults.crowded import Crowded
from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.units import Positive, Share, Times


@dataclass(frozen=True)
class RetryStorm(Crowded):
    """For a moment everything takes longer; what others then try again keeps the cloud overloaded.

    The service is as fast as before after `trigger_s`. With the default figures the load stays all
    the same, since work that nobody waits for any more still costs its service (a metastable
    failure); with a `retry_budget` it goes.

    Attributes:
        load: what others want, by what can be served, while all is well.
        slowness: how many times as long everything takes at first.
        trigger_s: for how long.
        patience_s: how long each of the others waits.
        tries: so many tries for one thing.
        retry_budget: tries again are made only as long as they are fewer than this share of all
            requests (1: as many as there are).
    """

    must: ClassVar[str] = "keep its tries to a budget; say that it does not know"
    shown_by: ClassVar[str] = (
        "Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021"
    )

    load: Positive = 0.8
    slowness: Times = 5.0
    trigger_s: Positive = 15.0
    patience_s: Positive = 2.0
    tries: Annotated[int, Ge(1)] = 4
    retry_budget: Share | None = None

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Let a crowd come, and be slow for a moment."""
        loop = asyncio.get_running_loop()

        def press(limited: Limited) -> Undo:
            balancer = limited.balancer
            crowd = Crowd(
                arrivals_per_s=self.load * balancer.limits.per_s, patience_s=self.patience_s,
                tries=self.tries, retry_budget=self.retry_budget,
            )  # fmt: skip
            leave = site.cloud.capacity.let_come("retry_storm", crowd, balancer)
            fast_again = balancer.slow(self.slowness)
            ending = loop.call_later(self.trigger_s, fast_again)

            def undo() -> None:
                if not ending.cancelled() and loop.time() < ending.when():
                    ending.cancel()
                    fast_again()
                leave()

            return undo

        return self.pressed(site, injection, press)
