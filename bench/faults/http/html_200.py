"""A maintenance page that says 200."""

from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests
from bench.injection import Injection, Undo

PAGE = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"


@dataclass(frozen=True)
class Html200(Requests):
    """Every request is answered by a maintenance page with status 200.

    Who looks at the status alone takes it for success.
    """

    must: ClassVar[str] = "look at the content type; never call this success"
    shown_by: ClassVar[str] = (
        "assumed: maintenance pages of content delivery networks, captive portals"
    )

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer requests with the page."""

        async def answer(_request: web.Request, _handler: Handler) -> web.StreamResponse:
            return web.Response(text=PAGE, content_type="text/html")

        return self.answered(site, injection, answer)
