"""A bad release is rolled back, one instance after another."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, ClassVar

from aiohttp import web
from annotated_types import Ge, Interval

from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests, met
from bench.injection import Injection, Undo
from bench.units import Positive, Seconds


@dataclass(frozen=True)
class Rollback(Requests):
    """Every instance of the cloud has a bad release, and gets the old one back, one by one.

    A load balancer spreads requests over all of them, so for a while the same request fails, works,
    and fails again: the share that fails falls step by step. When the last instance is back,
    everything works, also before the fault is cleared.

    Attributes:
        status: what an instance with the bad release answers.
        bad_s: for how long all instances have it.
        instances: how many there are.
        step_s: from one that is back to the next.
    """

    must: ClassVar[str] = "not take one success for recovery, nor one failure for a new outage"
    shown_by: ClassVar[str] = (
        "Azure Front Door, 29 October 2025: the last good configuration, node by node, for hours"
    )

    status: Annotated[int, Interval(ge=400, le=599)] = 500
    bad_s: Seconds = 60.0
    instances: Annotated[int, Ge(1)] = 10
    step_s: Positive = 12.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Let requests fail that an instance with the bad release gets."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()

        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            failing = self.failing(loop.time() - began_s)
            bad = injection.rng.randrange(self.instances) < failing
            if not bad or not await self.meets(site, request, injection):
                return await handler(request)
            met(injection, request)
            return web.Response(status=self.status, text="internal error")

        return site.front.rules.add(answer)

    def failing(self, age_s: float) -> int:
        """Return how many instances still have the bad release.

        >>> [Rollback().failing(s) for s in (0, 59.9, 60, 72, 167.9, 168)]
        [10, 10, 9, 8, 1, 0]
        """
        back = 0 if age_s < self.bad_s else 1 + int((age_s - self.bad_s) / self.step_s)
        return max(0, self.instances - back)
