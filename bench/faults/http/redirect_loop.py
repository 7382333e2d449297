"""Redirects without an end."""

from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests
from bench.injection import Injection, Undo

ELSEWHERE = "https://login.elsewhere.invalid"  # RFC 2606: a host that nobody has


@dataclass(frozen=True)
class RedirectLoop(Requests):
    """Every request is redirected (307): to itself, or to a host that is not the maker's.

    Nothing is worked on. Whoever follows goes in circles, or shows its session to a stranger.

    Attributes:
        cross_host: whether it leads to another host.
    """

    must: ClassVar[str] = "limit what it follows; never take its session to another host"
    shown_by: ClassVar[str] = "RFC 9110 §15.4: clients should detect and intervene in loops"

    cross_host: bool = False

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Redirect requests."""

        async def answer(request: web.Request, _handler: Handler) -> web.StreamResponse:
            where = (ELSEWHERE if self.cross_host else "") + request.path
            return web.Response(status=307, headers={"Location": where})

        return self.answered(site, injection, answer)
