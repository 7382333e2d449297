"""A quota for each client."""

import asyncio
import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

from aiohttp import web
from annotated_types import Ge

from bench.cloud.front import Handler, party_of
from bench.faults.fault import Site
from bench.faults.requests import Requests, met
from bench.injection import Injection, Undo
from bench.units import Positive


@dataclass(frozen=True)
class RateLimited(Requests):
    """Each client may ask so often in a window of time; then it is told 429 until the next.

    Windows begin with a client's first request, and are of fixed length. Requests that are
    refused count for nothing.

    Attributes:
        quota: requests that are worked on in each window.
        window_s: its length.
        says_when: whether Retry-After says when the next window begins.
    """

    must: ClassVar[str] = "obey Retry-After, poll less, keep local keys working"
    shown_by: ClassVar[str] = "rate limits of a maker's fleet interface (alandtse/tesla #1012)"

    quota: Annotated[int, Ge(0)] = 1
    window_s: Positive = 60.0
    says_when: bool = True

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Count every client's requests."""
        loop = asyncio.get_running_loop()
        windows: dict[str, tuple[float, int]] = {}

        async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not await self.meets(site, request, injection):
                return await handler(request)
            began_s, used = windows.get(party_of(request), (-math.inf, 0))
            if loop.time() >= began_s + self.window_s:
                began_s, used = loop.time(), 0
            windows[party_of(request)] = began_s, used + 1
            if used < self.quota:
                return await handler(request)
            met(injection, request)
            return self._refusal(began_s + self.window_s - loop.time())

        return site.front.rules.add(limit)

    def _refusal(self, left_s: float) -> web.Response:
        headers = {"Retry-After": str(math.ceil(left_s))} if self.says_when else {}
        return web.json_response({"error": "too many requests"}, status=429, headers=headers)
