"""Which requests a fault meets: what faults of HTTP have in common."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from aiohttp import web

from bench.cloud.endpoints import Endpoint, endpoint_of
from bench.cloud.front import Handler, cause_from, party_of
from bench.faults.fault import Fault, Site, name_of
from bench.faults.sample import Sample
from bench.faults.whose import account_of, check_whose, vehicle_of
from bench.injection import Injection, Undo
from bench.network.parties import Party

Answer = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class WhoseRequests(Fault, Sample):
    """Whose requests are met: those that all of this is true of.

    Attributes:
        party: whose ("phone", "tcu", "witness_phone", …; "": everybody's).
        account: in which account's name ("": in anybody's).
        vin: about which vehicle, or from it ("": about any, or none).
    """

    acts_on: ClassVar[str] = "requests"

    party: Literal["", Party] = ""
    account: str = ""
    vin: str = ""

    @abstractmethod
    def part(self) -> Endpoint:
        """Return which part of the interface is met ("api": all but "push"; "any")."""

    def check(self, site: Site) -> None:
        """Raise ConfigError for an account or a vehicle that is not here."""
        check_whose(site.cloud, name_of(self), self.account, self.vin)

    async def meets(self, site: Site, request: web.Request, injection: Injection) -> bool:
        """Whether a request is one of those; draws for the share."""
        endpoint = endpoint_of(request.path)
        wanted = {"any", endpoint} | ({"api"} if endpoint != "push" else set())
        return (
            self.part() in wanted
            and self.party in {"", party_of(request)}
            and self.vin in {"", vehicle_of(site.cloud, request)}
            and (not self.account or self.account == await account_of(site.cloud, request))
            and self.takes(injection, injection.count)
        )

    def answered(self, site: Site, injection: Injection, answer: Answer) -> Undo:
        """Let `answer` answer the requests that are met; the others pass."""

        async def step(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not await self.meets(site, request, injection):
                return await handler(request)
            met(injection, request)
            return await answer(request, handler)

        return site.front.rules.add(step)


@dataclass(frozen=True, kw_only=True)
class Requests(WhoseRequests):
    """Which requests are met, of which part of the interface.

    Attributes:
        endpoint: of which part of the interface ("api": all but "push"; "any").
    """

    endpoint: Endpoint = "any"

    def part(self) -> Endpoint:
        """Return the part that was asked for."""
        return self.endpoint


def met(injection: Injection, request: web.Request) -> None:
    """Count a request as met."""
    injection.met(party_of(request), f"{request.method} {request.path}", cause_from(request))
