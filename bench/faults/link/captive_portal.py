"""A network that wants a log-in of its own."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from aiohttp import web

from bench.cloud.front import Handler, party_of
from bench.faults.fault import Fault, Site
from bench.faults.on_handshakes import present
from bench.faults.requests import met
from bench.injection import Injection, Undo
from bench.network.certificates import Shown

PORTAL = "http://portal.invalid/welcome"  # RFC 2606: a host that nobody has
PAGE = "<!doctype html><title>Welcome</title><h1>Please accept our terms</h1>"


@dataclass(frozen=True)
class CaptivePortal(Fault):
    """A portal answers in the cloud's place; connections from before are lost.

    Attributes:
        answer: "certificate": it shows one of its own, so that no handshake succeeds (all sides'
            handshakes: the portal is at the cloud's end here); "redirect", "page": the device
            trusts it, and it sends phones on to its own page (302), or shows it (200).
    """

    acts_on: ClassVar[str] = "the network of all phones"
    must: ClassVar[str] = "not take the portal for the cloud; say that nothing was sent"
    shown_by: ClassVar[str] = "assumed; RFC 8952 describes captive portals"

    answer: Literal["certificate", "redirect", "page"] = "certificate"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Cut what is open, and answer in the cloud's place."""
        side = "both" if self.answer == "certificate" else "phone"
        for link in site.network.select(side=side):
            for connection in list(link.connections.values()):
                injection.met(connection.name, "connection lost with the network")
                connection.reset("both")
        if self.answer == "certificate":
            return present(site, injection, Shown("untrusted"))
        return site.front.rules.add(lambda r, h: self._portal(r, h, injection))

    async def _portal(
        self, request: web.Request, handler: Handler, injection: Injection
    ) -> web.StreamResponse:
        if not party_of(request).endswith("phone"):
            return await handler(request)
        met(injection, request)
        if self.answer == "redirect":
            return web.Response(status=302, headers={"Location": PORTAL})
        return web.Response(text=PAGE, content_type="text/html")
