"""One instance of a service: workers, a queue, and the ways in which it can be gone."""

from collections.abc import Callable
from typing import Literal

from bench.capacity.agenda import Agenda
from bench.capacity.cache import Cache
from bench.capacity.limits import Limits
from bench.capacity.tally import Tally
from bench.capacity.ticket import Ticket
from bench.capacity.worker_pool import WorkerPool

Reach = Literal["answers", "refuses", "silent"]


class Target:
    """An instance behind a load balancer.

    Args:
        limits: its workers and its queue.
        agenda: what is due when.
        draw_s: draws service times.
        tally: where its work is counted.
        done: called with a request when its work is done.

    Attributes:
        reach: what a connection to it meets: it is accepted, refused, or never answered.
        healthy: whether the load balancer takes it for healthy.
        slowness: by what its service times are multiplied.
        cache: where it looks things up first (None: it needs none).
    """

    def __init__(
        self,
        limits: Limits,
        agenda: Agenda,
        draw_s: Callable[[], float],
        tally: Tally,
        done: Callable[[Ticket], None],
    ) -> None:
        self.reach: Reach = "answers"
        self.healthy = True
        self.slowness = 1.0
        self.cache: Cache | None = None
        self.pool = WorkerPool(
            limits.workers, limits.queue, self._begin, skips=limits.abandoned == "skipped"
        )
        self._agenda, self._draw_s, self._tally, self._done = agenda, draw_s, tally, done
        self._epoch = 0
        self._working: dict[Ticket, None] = {}

    @property
    def outstanding(self) -> int:
        """How many requests it has."""
        return self.pool.busy + len(self.pool.waiting)

    def offer(self, ticket: Ticket) -> bool:
        """Take a request, or return False: its queue is full."""
        ticket.holder, ticket.epoch = self, self._epoch
        return self.pool.offer(ticket)

    def withdraw(self, ticket: Ticket) -> None:
        """Take a request out of the queue again."""
        self.pool.withdraw(ticket)

    def stop(self, reach: Reach) -> list[Ticket]:
        """End, as a process does that is killed; return what it had not answered."""
        lost = [*self._working, *self.pool.waiting]
        self._working.clear()
        self.pool.clear()
        self._epoch += 1
        self.reach = reach
        return lost

    def start(self) -> None:
        """Listen again."""
        self.reach = "answers"

    def _begin(self, ticket: Ticket) -> None:
        now_s = self._agenda.now_s
        ticket.began_s = now_s
        self._working[ticket] = None
        if ticket.counts:
            tally = self._tally
            tally.begun += 1
            if now_s > ticket.came_s:
                tally.waited += 1
                tally.wait_s += now_s - ticket.came_s
        if self.cache is not None and ticket.counts:
            self.cache.look_up(ticket)
        else:
            self.serve(ticket)

    def serve(self, ticket: Ticket) -> None:
        """Work on a request that has everything it needs."""
        if ticket.epoch == self._epoch:
            needs_s = self._draw_s() if ticket.service_s is None else ticket.service_s
            self._agenda.at(self._agenda.now_s + needs_s * self.slowness, self._end, ticket)

    def _end(self, ticket: Ticket) -> None:
        if ticket.epoch != self._epoch:
            return  # it was lost when the process ended
        del self._working[ticket]
        if ticket.began_s is not None and ticket.counts:
            self._tally.worked_s += self._agenda.now_s - ticket.began_s
        self._done(ticket)
        self.pool.release()
