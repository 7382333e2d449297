"""Sessions are refused."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from aiohttp import web

from bench.cloud.endpoints import endpoint_of
from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests, met
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class Unauthorised(Requests):
    """Requests of the interface are refused as not permitted, whatever session they show.

    Attributes:
        says: "log_in_again" (401) or "forbidden" (403).
        renewal: what becomes of log-in and renewal meanwhile: they work (and the new session is
            refused, too), or their service is down (503).
    """

    must: ClassVar[str] = "keep the local key; not renew a session in a loop"
    shown_by: ClassVar[str] = "Tesla, September 2019: owners who had been logged out were stuck"

    says: Literal["log_in_again", "forbidden"] = "log_in_again"
    renewal: Literal["works", "down"] = "down"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Refuse requests, and renewals if asked to."""

        async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
            endpoint = endpoint_of(request.path)
            spared = endpoint == "push" or (endpoint == "auth" and self.renewal == "works")
            if spared or not await self.meets(site, request, injection):
                return await handler(request)
            met(injection, request)
            if endpoint == "auth":
                return web.Response(status=503, text="unavailable")
            status = 401 if self.says == "log_in_again" else 403
            return web.json_response({"error": self.says.replace("_", " ")}, status=status)

        return site.front.rules.add(refuse)
