"""The cloud's front: every request passes here, and here HTTP faults act."""

from collections.abc import Awaitable, Callable, Iterable
from email.utils import format_datetime
from typing import Any

from aiohttp import hdrs, web

from bench.clock.timebase import Timebase
from bench.events import BenchFault, RequestServed, ToldToWait
from bench.injection import Rules
from bench.journal import Journal
from bench.network.network import Network
from bench.network.retry_after import seconds_in
from bench.network.trace_context import HEADER, cause_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Interceptor = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]
PARTY = "access-bench "
NETWORK = web.AppKey("network", Network)
CLIENT_GONE = 499  # nginx's word for a client that went away before its answer


def party_of(request: web.Request) -> str:
    """Return who asks: our own clients say so in the User-Agent; others are known by their link."""
    agent = request.headers.get(hdrs.USER_AGENT, "")
    if agent.startswith(PARTY):
        return agent.removeprefix(PARTY)
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return str(request.app[NETWORK].party_at(peer) or request.remote)


def device_of(request: web.Request) -> str | None:
    """Return as which party a real device asks; None: it is one of the bench's own clients."""
    party = party_of(request)
    own = request.headers.get(hdrs.USER_AGENT, "").startswith(PARTY)
    return party if not own and party in request.app[NETWORK].real else None


def cause_from(request: web.Request) -> int | None:
    """Return the journal entry because of which a request was sent, where it says so."""
    return request.app[NETWORK].journal.known(cause_of(request.headers.get(HEADER)))


def token_from(request: web.Request) -> str:
    """Return the bearer token of a request ("" without one)."""
    return request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")


class Front:
    """What stands between a connection and a handler.

    Args:
        journal: where it writes.
        time: its clock.
        network: knows whose link a connection came over; is shown the connection of each request.

    Attributes:
        rules: interceptors; the one added last is asked first. Each answers by itself, or calls
            the handler it is given, and may change what comes back.
    """

    def __init__(self, journal: Journal, time: Timebase, network: Network) -> None:
        self.rules: Rules[Interceptor] = Rules()
        self._network = network
        self._journal = journal
        self._time = time

    def application(self, routes: Iterable[web.RouteDef]) -> web.Application:
        """Return an application whose requests all pass through here.

        Handlers are wrapped one by one: aiohttp keeps applications with middlewares alive in a
        cache of a thousand, and with them every world that was ever simulated.
        """
        application = web.Application()
        application[NETWORK] = self._network
        application.on_response_prepare.append(self._date)
        for route in (*routes, web.route("*", "/{anything:.*}", _not_found)):
            application.router.add_route(route.method, route.path, self._passing(route.handler))
        return application

    def _passing(self, handler: Any) -> Handler:
        async def pass_through(request: web.Request) -> web.StreamResponse:
            return await self._intercept(request, handler)

        return pass_through

    async def _intercept(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._network.look_at(request.transport, party_of(request), cause_from(request))
        step = handler
        for rule in self.rules:
            step = _wrap(rule, step)
        try:
            response = await step(request)
        except ConnectionError:
            response = web.Response(status=CLIENT_GONE)
        except web.HTTPException as refusal:  # aiohttp's own, of a body that is too long
            response = web.Response(status=refusal.status, text=refusal.text)
        except Exception as error:
            self._journal.write(BenchFault(f"cloud handler of {request.path}", repr(error)))
            raise
        served = RequestServed(party_of(request), request.method, request.path, response.status)
        seq = self._journal.write(served, cause_from(request))
        if hdrs.RETRY_AFTER in response.headers:
            asked = response.headers[hdrs.RETRY_AFTER]
            asked_s = seconds_in(asked, self._time.wall().timestamp())
            self._journal.write(ToldToWait(served.party, request.path, asked, asked_s), seq)
        return response

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Put the bench's calendar time into the Date header (aiohttp takes the computer's)."""
        response.headers[hdrs.DATE] = format_datetime(self._time.wall(), usegmt=True)


async def _not_found(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"error": "no such thing"}, status=404)


def _wrap(rule: Interceptor, inner: Handler) -> Handler:
    async def step(request: web.Request) -> web.StreamResponse:
        return await rule(request, inner)

    return step
