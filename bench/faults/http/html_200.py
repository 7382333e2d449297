"""A maintenance page that says 200."""

from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from bench.cloud.front import Handler, cause_from, party_of
from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.units import Share

PAGE = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"


@dataclass(frozen=True)
class Html200:
    """Every request is answered by a maintenance page with status 200.

    Who looks at the status alone takes it for success.

    Attributes:
        share: of the requests.
    """

    must: ClassVar[str] = "look at the content type; never call this success"
    shown_by: ClassVar[str] = "maintenance pages of content delivery networks and captive portals"

    share: Share = 1.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer requests with the page."""

        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not injection.hits(self.share):
                return await handler(request)
            injection.met(party_of(request), f"{request.method} {request.path}",
                          cause_from(request))  # fmt: skip
            return web.Response(text=PAGE, content_type="text/html")

        return site.front.rules.add(answer)
