"""One service of the cloud is down."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from aiohttp import web

from bench.cloud.endpoints import Endpoint
from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import WhoseRequests
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class Partial(WhoseRequests):
    """One service of the cloud answers 503, and all others work.

    Attributes:
        service: which: log-in ("auth"), commands, vehicle state ("status"), keys or opening push
            channels.
    """

    must: ClassVar[str] = "lose what needs this service, and nothing else"
    shown_by: ClassVar[str] = "Kia, February 2021: app and portal; BYD, 9 January 2025"

    service: Literal["auth", "command", "status", "key", "push"] = "command"

    def part(self) -> Endpoint:
        """Return the service that is down."""
        return self.service

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer this service's requests with 503."""

        async def answer(_request: web.Request, _handler: Handler) -> web.StreamResponse:
            return web.Response(status=503, text="unavailable")

        return self.answered(site, injection, answer)
