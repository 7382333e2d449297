"""The cloud comes and goes."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests, met
from bench.injection import Injection, Undo
from bench.units import Positive, Share


@dataclass(frozen=True)
class Flapping(Requests):
    """The cloud answers 503 for a part of each period and works for the rest, as in a roll-back.

    Attributes:
        period_s: from one beginning to the next.
        duty: the part of each that it is down for; it begins down.
    """

    must: ClassVar[str] = "not take one success for recovery; not do anything twice"
    shown_by: ClassVar[str] = (
        "Azure Front Door, 29 October 2025: a roll-back; that it flapped is assumed"
    )

    period_s: Positive = 40.0
    duty: Share = 0.5

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer requests with 503 while it is down."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()

        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            up = (loop.time() - began_s) % self.period_s >= self.duty * self.period_s
            if up or not await self.meets(site, request, injection):
                return await handler(request)
            met(injection, request)
            return web.Response(status=503, text="unavailable")

        return site.front.rules.add(answer)
