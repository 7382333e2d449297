"""Which requests a fault meets: what faults of HTTP have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from bench.cloud.endpoints import Endpoint, endpoint_of
from bench.cloud.front import Handler, cause_from, party_of
from bench.faults.fault import Site, name_of
from bench.faults.whose import account_of, check_whose, vehicle_of
from bench.faults.window import Window
from bench.injection import Injection, Undo
from bench.network.parties import Party

Answer = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class Requests(Window):
    """Which requests are met: those that all of this is true of.

    Attributes:
        endpoint: of which part of the interface ("api": all but "push"; "any").
        party: whose ("phone", "tcu", "witness_phone", …; "": everybody's).
        account: in which account's name ("": in anybody's).
        vin: about which vehicle, or from it ("": about any, or none).
    """

    endpoint: Endpoint = "any"
    party: Literal["", Party] = ""
    account: str = ""
    vin: str = ""

    def check(self, site: Site) -> None:
        """Raise ConfigError for an account or a vehicle that is not here."""
        check_whose(site.cloud, name_of(self), self.account, self.vin)

    async def meets(self, site: Site, request: web.Request, injection: Injection) -> bool:
        """Whether a request is one of those; draws for the share."""
        endpoint = endpoint_of(request.path)
        wanted = {"any", endpoint} | ({"api"} if endpoint != "push" else set())
        return (
            self.endpoint in wanted
            and self.party in {"", party_of(request)}
            and self.acts(injection, injection.count)
            and self.vin in {"", vehicle_of(site.cloud, request)}
            and (not self.account or self.account == await account_of(site.cloud, request))
            and injection.hits(self.share)
        )

    def answered(self, site: Site, injection: Injection, answer: Answer) -> Undo:
        """Let `answer` answer the requests that are met; the others pass."""

        async def step(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not await self.meets(site, request, injection):
                return await handler(request)
            met(injection, request)
            return await answer(request, handler)

        return site.front.rules.add(step)


def met(injection: Injection, request: web.Request) -> None:
    """Count a request as met."""
    injection.met(party_of(request), f"{request.method} {request.path}", cause_from(request))
