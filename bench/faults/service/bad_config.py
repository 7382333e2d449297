"""A wrong configuration takes rights away."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from aiohttp import web

from bench.cloud.endpoints import Endpoint
from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import WhoseRequests
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class BadConfig(WhoseRequests):
    """The cloud believes that owners may not do what they may, and refuses it (403).

    Attributes:
        kind: "flag_off": remote commands are not in anybody's plan; "wrong_entitlement": nobody
            has a digital key (none is issued or renewed, and no ticket for one).
    """

    must: ClassVar[str] = "keep the last good right; lose no local key without a signed word"
    shown_by: ClassVar[str] = "Fastly 2021 and Azure Front Door 2025: configurations pushed to all"

    kind: Literal["flag_off", "wrong_entitlement"] = "flag_off"

    def part(self) -> Endpoint:
        """Return what is refused."""
        return "command" if self.kind == "flag_off" else "key"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Refuse commands or keys."""

        async def answer(_request: web.Request, _handler: Handler) -> web.StreamResponse:
            return web.json_response({"error": "not in your plan"}, status=403)

        return self.answered(site, injection, answer)
