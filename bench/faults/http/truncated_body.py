"""A response that is cut."""

from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests, met
from bench.injection import Injection, Undo
from bench.units import Share


@dataclass(frozen=True)
class TruncatedBody(Requests):
    """The work is done, and the answer is cut off in the middle of its body.

    Attributes:
        at_fraction: how much of the body arrives.
    """

    must: ClassVar[str] = "not act on half an answer; ask again under the same id"
    shown_by: ClassVar[str] = "MockServer's truncateBodyAtFraction; proxies that restart (assumed)"

    at_fraction: Share = 0.5

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Cut the body of every answer."""

        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            body = bytes(getattr(response, "body", b"") or b"")
            if not body or not await self.meets(site, request, injection):
                return response
            met(injection, request)
            cut = web.StreamResponse(status=response.status)
            cut.content_type = response.content_type
            cut.content_length = len(body)
            await cut.prepare(request)
            await cut.write(body[: int(len(body) * self.at_fraction)])
            if request.transport is not None:
                request.transport.close()
            return cut

        return site.front.rules.add(answer)
