"""Which requests a fault meets: what faults of HTTP have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from annotated_types import Ge

from bench.cloud.endpoints import Endpoint, endpoint_of
from bench.cloud.front import Handler, cause_from, party_of
from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.units import Share

Answer = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Which requests are met.

    Attributes:
        share: of the requests.
        endpoint: of which part of the interface ("api": all but "push"; "any").
        party: whose ("phone", "tcu", "witness_phone", …; "": everybody's).
        first: only so many requests, and then no more (0: until the fault is cleared).
    """

    share: Share = 1.0
    endpoint: Endpoint = "any"
    party: str = ""
    first: Annotated[int, Ge(0)] = 0

    def meets(self, request: web.Request, injection: Injection) -> bool:
        """Whether a request is one of those; draws for the share."""
        endpoint = endpoint_of(request.path)
        wanted = {"any", endpoint} | ({"api"} if endpoint != "push" else set())
        return (
            self.endpoint in wanted
            and self.party in {"", party_of(request)}
            and (not self.first or injection.count < self.first)
            and injection.hits(self.share)
        )

    def answered(self, site: Site, injection: Injection, answer: Answer) -> Undo:
        """Let `answer` answer the requests that are met; the others pass."""

        async def step(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self.meets(request, injection):
                return await handler(request)
            met(injection, request)
            return await answer(request, handler)

        return site.front.rules.add(step)


def met(injection: Injection, request: web.Request) -> None:
    """Count a request as met."""
    injection.met(party_of(request), f"{request.method} {request.path}", cause_from(request))
