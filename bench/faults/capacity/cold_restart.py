"""The service restarts, and its cache is empty."""

import asyncio
from dataclasses import dataclass, replace
from typing import ClassVar

from bench.capacity.crowd import Crowd
from bench.capacity.limits import Count, Limits
from bench.cloud.capacity import Limited
from bench.faults.crowded import Crowded
from bench.faults.fault import Site
from bench.injection import Injection, Undo, together
from bench.units import Positive, Seconds


@dataclass(frozen=True)
class ColdRestart(Crowded):
    """All instances end and start again with an empty cache, while everybody goes on asking.

    What was under way is answered 502, and so is everything until they listen again. Then each
    request has its thing loaded from a store that is slower than the demand (a cache stampede)
    until the cache is warm.

    Attributes:
        down_s: until the instances listen again.
        load: what others ask, by what can be served with a warm cache.
        keys: how many different things they ask for.
        load_s: mean time in which the store delivers one.
        store_workers: how many it delivers at a time.
        patience_s: how long each of the others waits; they try three times.
    """

    must: ClassVar[str] = 'take 502 for "unknown", not for "not done"; spread its tries'
    shown_by: ClassVar[str] = "Facebook, 23 September 2010: caches emptied, stores overrun"

    down_s: Seconds = 5.0
    load: Positive = 0.6
    keys: Count = 2500
    load_s: Positive = 0.2
    store_workers: Count = 4
    patience_s: Positive = 5.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Restart everything."""
        loop = asyncio.get_running_loop()

        def press(limited: Limited) -> Undo:
            balancer = limited.balancer
            site.cloud.capacity.agenda.catch_up()
            balancer.stop("refuses")
            starting = loop.call_later(self.down_s, lambda: balancer.start(cold=True))
            crowd = Crowd(
                arrivals_per_s=self.load * balancer.limits.per_s, clients=self.keys,
                patience_s=self.patience_s, tries=3,
            )  # fmt: skip
            leave = site.cloud.capacity.let_come("cold_restart", crowd, balancer)

            return together([starting.cancel, balancer.start, leave])

        return self.pressed(site, injection, press)

    def _limits(self) -> Limits:
        return replace(
            super()._limits(), cache_keys=self.keys, load_s=self.load_s,
            store_workers=self.store_workers,
        )  # fmt: skip
