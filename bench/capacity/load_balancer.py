"""A load balancer: chooses an instance, waits for it, and answers for it where it does not."""

import math
from collections.abc import Callable
from random import Random

from bench.capacity.agenda import Agenda
from bench.capacity.cache import Cache
from bench.capacity.health_check import HealthCheck
from bench.capacity.limits import Limits
from bench.capacity.service_time import draws
from bench.capacity.tally import Interval, Tally
from bench.capacity.target import Reach, Target
from bench.capacity.ticket import BAD_GATEWAY, GATEWAY_TIMEOUT, OK, UNAVAILABLE, Ticket


class LoadBalancer:
    """Instances of one service, and what stands before them.

    It answers as real ones do: 503 where no instance is healthy or the queue is full, 502 where an
    instance refuses the connection or ends before it has answered, 504 where it says nothing in
    time. A request that it has given up is worked on all the same.

    Args:
        limits: all its figures.
        agenda: what is due when.
        rng: draws service times.

    Attributes:
        tally: what has happened.
    """

    def __init__(self, limits: Limits, agenda: Agenda, rng: Random) -> None:
        self.limits, self.agenda = limits, agenda
        self.tally = Tally()
        self.tally.restart(agenda.now_s)
        self._rng = rng
        self._next = 0
        self._queue_bounded = math.isfinite(limits.queue_timeout_s)
        draw_s = draws(limits.law, limits.service_s, limits.sigma, rng)
        self.targets = [
            Target(limits, agenda, draw_s, self.tally, self._done) for _ in range(limits.targets)
        ]
        self.cache: Cache | None = None
        if limits.cache_keys:
            self.cache = Cache(limits, agenda, rng, _served)
            for target in self.targets:
                target.cache = self.cache
        self._checks: list[HealthCheck] = []
        if math.isfinite(limits.check_interval_s):
            for number, target in enumerate(self.targets, 1):
                first_s = limits.check_interval_s * number / len(self.targets)  # not all at once
                check = HealthCheck(target, limits, agenda, agenda.now_s + first_s)
                self._checks.append(check)

    # ── requests ──────────────────────────────────────────────────────────────────────────

    def submit(self, ticket: Ticket) -> None:
        """Take a request; its caller is told what becomes of it."""
        self.tally.offered += 1
        target = self._choose()
        if target is None:
            self._refuse(ticket, UNAVAILABLE)
        elif target.reach == "refuses":
            self._refuse(ticket, BAD_GATEWAY)
        elif target.reach == "silent":
            self._wait(ticket, self.limits.connect_timeout_s)
        elif not target.offer(ticket):
            self._refuse(ticket, UNAVAILABLE)
        else:
            self._wait(ticket, self.limits.response_timeout_s)
            if self._queue_bounded and ticket.began_s is None:
                self.agenda.at(
                    self.agenda.now_s + self.limits.queue_timeout_s, self._queued_too_long, ticket
                )

    def _choose(self) -> Target | None:
        if len(self.targets) == 1 and self.targets[0].healthy:
            return self.targets[0]
        able = [target for target in self.targets if target.healthy]
        if not able:
            if self.limits.no_target == "refuse":
                return None
            able = self.targets
        if self.limits.balance == "least_outstanding":
            return min(able, key=lambda target: target.outstanding)
        self._next += 1
        return able[self._next % len(able)]

    def _wait(self, ticket: Ticket, timeout_s: float) -> None:
        """Give up for the client or with it, whoever is less patient; one timer is enough."""
        if not ticket.is_open:
            return
        patient = timeout_s < ticket.patience_s
        waits_s = timeout_s if patient else ticket.patience_s
        if waits_s < math.inf:
            gives_up = self._too_late if patient else self._client_gone
            self.agenda.at(self.agenda.now_s + waits_s, gives_up, ticket)

    def _client_gone(self, ticket: Ticket) -> None:
        if ticket.is_open:
            self.abandon(ticket)
            ticket.caller.gave_up(ticket)

    def _too_late(self, ticket: Ticket) -> None:
        if ticket.is_open:
            self._refuse(ticket, GATEWAY_TIMEOUT)

    def _queued_too_long(self, ticket: Ticket) -> None:
        if ticket.is_open and ticket.began_s is None and ticket.holder is not None:
            ticket.holder.withdraw(ticket)
            self._refuse(ticket, UNAVAILABLE)

    def abandon(self, ticket: Ticket) -> None:
        """Its client has gone away."""
        ticket.is_open = False
        self.tally.gave_up += 1

    def _refuse(self, ticket: Ticket, status: int) -> None:
        if not ticket.is_open:
            return
        ticket.is_open = False
        if ticket.counts:
            self.tally.refused[status] += 1
        after_s = 0.0
        if status == UNAVAILABLE and self.limits.retry_after_s:
            spread_s = self.limits.retry_after_spread_s
            after_s = self.limits.retry_after_s + (
                self._rng.uniform(0, spread_s) if spread_s else 0
            )
        ticket.caller.answered(ticket, status, after_s)

    def _done(self, ticket: Ticket) -> None:
        ticket.caller.worked(ticket)
        if not ticket.counts:
            return
        if not ticket.is_open:
            self.tally.wasted += 1
            return
        ticket.is_open = False
        self.tally.good += 1
        self.tally.latencies_s.append(self.agenda.now_s - ticket.came_s)
        ticket.caller.answered(ticket, OK, 0.0)

    # ── what can be looked at ─────────────────────────────────────────────────────────────

    @property
    def waiting(self) -> int:
        """How many requests wait for a worker."""
        return sum(len(target.pool.waiting) for target in self.targets)

    @property
    def busy(self) -> int:
        """How many workers work."""
        return sum(target.pool.busy for target in self.targets)

    @property
    def strained(self) -> bool:
        """Whether a request that comes now is not served as on a good day."""
        return not any(
            target.healthy and target.reach == "answers" and target.slowness == 1.0
            and target.pool.busy < target.pool.workers
            for target in self.targets
        ) or (self.cache is not None and self.cache.share_kept < 1.0)  # fmt: skip

    def interval(self) -> Interval:
        """End an interval of the tally."""
        return self.tally.interval(
            self.agenda.now_s,
            waiting=self.waiting,
            busy=self.busy,
            healthy=sum(target.healthy for target in self.targets),
            cached=1.0 if self.cache is None else self.cache.share_kept,
        )

    # ── what can happen to it ─────────────────────────────────────────────────────────────

    def close(self) -> None:
        """Ask instances no more how they are: nobody uses it any longer."""
        for check in self._checks:
            check.end()

    def slow(self, factor: float) -> Callable[[], None]:
        """Make everything take so many times as long; return what ends that."""
        for target in self.targets:
            target.slowness *= factor

        def end() -> None:
            for target in self.targets:
                target.slowness /= factor
                if math.isclose(target.slowness, 1.0):
                    target.slowness = 1.0

        return end

    def stop(self, reach: Reach = "refuses", count: int | None = None) -> None:
        """End instances (None: all): what they had is answered 502, or stays without an answer.

        Whoever has a connection to a process that ends sees it closed; a host that is gone says
        nothing, and the load balancer waits for its response time-out.
        """
        for target in self.targets[:count]:
            lost = target.stop(reach)
            if reach == "refuses":
                for ticket in lost:
                    self._refuse(ticket, BAD_GATEWAY)

    def start(self, *, cold: bool = False) -> None:
        """Start all instances again, with an empty cache if `cold`."""
        if cold and self.cache is not None:
            self.cache.forget()
        for target in self.targets:
            target.start()


def _served(ticket: Ticket) -> None:
    if ticket.holder is not None:
        ticket.holder.serve(ticket)
