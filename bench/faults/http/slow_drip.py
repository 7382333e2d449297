"""A response that drips."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests, met
from bench.injection import Injection, Undo, together
from bench.units import Positive


@dataclass(frozen=True)
class SlowDrip(Requests):
    """The work is done and the answer comes a few bytes at a time.

    A client whose time-out begins anew with each byte waits for ever.

    Attributes:
        bytes_per_s: how fast it comes.
    """

    must: ClassVar[str] = "have a deadline for the whole answer, not for each byte"
    shown_by: ClassVar[str] = "WireMock's chunked dribble; overloaded proxies (assumed)"

    bytes_per_s: Positive = 2.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Slow the body of every answer down."""
        cleared = asyncio.Event()

        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            whole = isinstance(response, web.Response)
            if not whole or not await self.meets(site, request, injection):
                return response
            met(injection, request)
            return await self._drip(request, response, cleared)

        remove = site.front.rules.add(answer)

        return together([remove, cleared.set])

    async def _drip(
        self, request: web.Request, response: web.StreamResponse, cleared: asyncio.Event
    ) -> web.StreamResponse:
        """Send the body byte by byte, and the rest at once when the fault is cleared."""
        body = bytes(getattr(response, "body", b"") or b"")
        slow = web.StreamResponse(status=response.status)
        slow.content_type = response.content_type
        slow.content_length = len(body)
        await slow.prepare(request)
        while body and not cleared.is_set():
            await slow.write(body[:1])
            body = body[1:]
            try:
                async with asyncio.timeout(1 / self.bytes_per_s):
                    await cleared.wait()
            except TimeoutError:
                continue
        await slow.write(body)
        await slow.write_eof()
        return slow
