"""Which requests a fault meets: what faults of HTTP have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from aiohttp import web
from annotated_types import Ge

from bench.cloud.front import Handler, cause_from, party_of
from bench.faults.fault import Site
from bench.faults.whose import account_of, vehicle_of
from bench.injection import Injection, Undo
from bench.units import Seconds, Share

Endpoint = Literal["auth", "command", "status", "key", "assistant", "push", "api", "any"]
Answer = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]

_PARTS = {"command": "command", "commands": "command", "wake_up": "command", "keys": "key",
          "assistant": "assistant", "state": "status", "vehicles": "status"}  # fmt: skip


def endpoint_of(path: str) -> str:
    """Return which part of the cloud's interface a path belongs to.

    >>> [endpoint_of(p) for p in ("/oauth2/token", "/api/1/vehicles/X/keys/Y", "/push/app")]
    ['auth', 'key', 'push']
    """
    if path.startswith("/push/"):
        return "push"
    if path.startswith("/oauth2/"):
        return "auth"
    parts = path.split("/")
    for part in (*parts[5:6], *parts[3:4]):
        if part in _PARTS:
            return _PARTS[part]
    return "status"


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Which requests are met: those that all of this is true of.

    Attributes:
        share: of the requests.
        endpoint: of which part of the interface ("api": all but "push"; "any").
        party: whose ("phone", "tcu", "witness_phone", …; "": everybody's).
        account: in which account's name ("": in anybody's).
        vin: about which vehicle, or from it ("": about any, or none).
        after_s: from so long after the fault was armed.
        for_s: for so long from then on (0: until the fault is cleared).
        first: only so many requests, and then no more (0: until the fault is cleared).
    """

    share: Share = 1.0
    endpoint: Endpoint = "any"
    party: str = ""
    account: str = ""
    vin: str = ""
    after_s: Seconds = 0.0
    for_s: Seconds = 0.0
    first: Annotated[int, Ge(0)] = 0

    async def meets(self, site: Site, request: web.Request, injection: Injection) -> bool:
        """Whether a request is one of those; draws for the share."""
        endpoint = endpoint_of(request.path)
        wanted = {"any", endpoint} | ({"api"} if endpoint != "push" else set())
        return (
            self.endpoint in wanted
            and self.party in {"", party_of(request)}
            and self.acts(injection)
            and self.vin in {"", vehicle_of(site.cloud, request)}
            and (not self.account or self.account == await account_of(site.cloud, request))
            and (not self.first or injection.count < self.first)
            and injection.hits(self.share)
        )

    def acts(self, injection: Injection) -> bool:
        """Whether it is time."""
        since_s = injection.age_s - self.after_s
        return since_s >= 0 and (not self.for_s or since_s < self.for_s)

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
