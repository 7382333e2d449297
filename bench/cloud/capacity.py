"""What the mock cloud can take: limited endpoints, and the crowds that load them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bench.capacity.agenda import LoopAgenda
from bench.capacity.crowd import Crowd
from bench.capacity.limits import Limits
from bench.capacity.load_balancer import LoadBalancer
from bench.capacity.population import Population
from bench.capacity.ticket import OK
from bench.clock.timebase import Timebase
from bench.cloud.endpoints import Endpoint, endpoint_of
from bench.cloud.exchange import Exchange, refusal
from bench.cloud.front import Handler, cause_from, party_of
from bench.events import CloudLoad
from bench.injection import Rules, Undo
from bench.journal import Journal
from bench.seeds import stream

Watcher = Callable[[str, str, int | None], None]
TELL_S = 5.0  # how often a limited endpoint writes what it has lived through


@dataclass
class Limited:
    """An endpoint with limits, as long as it has them.

    Attributes:
        endpoint: which.
        balancer: its instances.
        watchers: told of each real exchange that comes: whose it is, what, and its cause.
        waiting: real exchanges that have no answer yet.
    """

    endpoint: str
    balancer: LoadBalancer
    watchers: Rules[Watcher] = field(default_factory=Rules)
    waiting: dict[Exchange, None] = field(default_factory=dict)


class Capacity:
    """The limited endpoints of one cloud. Without any, every request is answered at once.

    Args:
        time: the bench's clock.
        journal: where loads are written.
        seed: of service times and crowds.
    """

    def __init__(self, time: Timebase, journal: Journal, seed: int) -> None:
        self.limited: dict[str, Limited] = {}
        self._time, self._journal, self._seed = time, journal, seed
        self._agenda: LoopAgenda | None = None

    @property
    def agenda(self) -> LoopAgenda:
        """What is due when, up to now."""
        if self._agenda is None:
            self._agenda = LoopAgenda(self._time.loop)
        self._agenda.catch_up()
        return self._agenda

    def open(self, limits: Mapping[Endpoint, Limits], crowds: Mapping[str, Crowd]) -> None:
        """Limit endpoints and let crowds come, as a bench file says."""
        for endpoint, each in limits.items():
            self.limit(endpoint, each)
        for name, crowd in crowds.items():
            self.let_come(name, crowd, self.limited[crowd.endpoint].balancer)

    def close(self) -> None:
        """End it all; who waits is answered."""
        for endpoint in list(self.limited):
            self._lift(endpoint)
        if self._agenda is not None:
            self._agenda.close()

    def of(self, endpoint: str) -> Limited | None:
        """Return what an endpoint's requests pass: its own limits, those of "api", or of "any"."""
        shared = ("any",) if endpoint == "push" else ("api", "any")
        return next((self.limited[e] for e in (endpoint, *shared) if e in self.limited), None)

    def limit(self, endpoint: str, limits: Limits) -> Undo:
        """Limit an endpoint; return what lifts that: who waits is then served at once."""
        rng = stream(self._seed, "cloud", "capacity", endpoint)
        limited = Limited(endpoint, LoadBalancer(limits, self.agenda, rng))
        self.limited[endpoint] = limited
        self.agenda.at(self.agenda.now_s + TELL_S, self._tell, limited)

        def lift() -> None:
            if self.limited.get(endpoint) is limited:
                self._lift(endpoint)

        return lift

    def let_come(self, name: str, crowd: Crowd, balancer: LoadBalancer) -> Undo:
        """Let a crowd come; return what keeps it away."""
        rng = stream(self._seed, "cloud", "population", name)
        population = Population(crowd, balancer, self.agenda, rng)
        population.start()
        return population.stop

    async def admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request have its turn, or be answered for by the load balancer."""
        limited = self.of(endpoint_of(request.path))
        if limited is None:
            return await handler(request)
        await request.read()  # as load balancers do: its client may be gone when its turn comes

        def connected() -> bool:
            return request.transport is not None and not request.transport.is_closing()

        def late() -> None:
            if endpoint_of(request.path) != "push":  # a channel to nobody is none
                self._time.spawn(_discarded(request, handler), "cloud-late")

        party = party_of(request)
        exchange = Exchange(party, self.agenda.now_s, connected, late)
        self._tell_watchers(limited, party, f"{request.method} {request.path}", cause_from(request))
        status, retry_after_s = await self._turn(limited, exchange)
        return await handler(request) if status == OK else refusal(status, retry_after_s)

    def admit_connect(
        self, party: str, connected: Callable[[], bool], cause: int | None
    ) -> Awaitable[int] | None:
        """Let a CONNECT at the broker have its turn among what asks for "push".

        Args:
            party: whose.
            connected: whether its connection is still there.
            cause: the entry of its sending.

        Returns:
            What becomes of it, as a status of HTTP; None: nothing is limited.
        """
        limited = self.of("push")
        if limited is None:
            return None
        self._tell_watchers(limited, party, "CONNECT", cause)
        return self._status(limited, Exchange(party, self.agenda.now_s, connected))

    async def _status(self, limited: Limited, exchange: Exchange) -> int:
        status, _retry_after_s = await self._turn(limited, exchange)
        return status

    async def _turn(self, limited: Limited, exchange: Exchange) -> tuple[int, float]:
        """Put an exchange into the queue; return what becomes of it."""
        limited.waiting[exchange] = None
        limited.balancer.tally.first += 1
        limited.balancer.submit(exchange)
        answer = await exchange.answer
        limited.waiting.pop(exchange, None)
        return answer

    def _tell_watchers(self, limited: Limited, party: str, what: str, cause: int | None) -> None:
        for watcher in limited.watchers:
            watcher(party, what, cause)

    def _lift(self, endpoint: str) -> None:
        limited = self.limited.pop(endpoint)
        limited.balancer.close()
        for exchange in list(limited.waiting):
            exchange.let_go()

    def _tell(self, limited: Limited) -> None:
        if self.limited.get(limited.endpoint) is not limited or self._agenda is None:
            return
        self._agenda.at(self._agenda.now_s + TELL_S, self._tell, limited)
        lived = limited.balancer.interval()
        latency_s = None if lived.latency_s is None else round(lived.latency_s, 6)
        self._journal.write(CloudLoad(
            limited.endpoint, round(lived.offered / lived.lasted_s, 3),
            round(lived.good / lived.lasted_s, 3), lived.waiting, lived.busy, lived.healthy,
            latency_s,
        ))  # fmt: skip


async def _discarded(request: web.Request, handler: Handler) -> None:
    """Do a request's work for nobody."""
    await handler(request)
