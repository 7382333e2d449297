"""The cloud has forgotten who is logged in."""

from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from bench.cloud.front import Handler, token_from
from bench.faults.fault import Site
from bench.faults.on_accounts import OnAccounts
from bench.faults.requests import met
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class SessionsLost(OnAccounts):
    """Every session of before is gone, as with its store; logging in again works.

    Nothing of it is undone by clearing: who was logged out stays so until logging in again.
    """

    must: ClassVar[str] = (
        "say that the owner has to log in; keep the local key of who was logged out"
    )
    shown_by: ClassVar[str] = "Tesla, September 2019: owners found themselves logged out"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """End every session; a request with a token of before meets it."""
        takes = self.taking(injection)
        lost = site.cloud.accounts.expire(lambda a: self.account in {"", a} and takes())

        async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
            if token_from(request) in lost:
                met(injection, request)
            return await handler(request)

        return site.front.rules.add(watch)
