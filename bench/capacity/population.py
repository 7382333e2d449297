"""A crowd that lives: thousands of clients, each as cheap as a few numbers."""

from random import Random

from bench.capacity.agenda import Agenda
from bench.capacity.crowd import Crowd
from bench.capacity.load_balancer import LoadBalancer
from bench.capacity.ticket import OK, Ticket


class Population:
    """The clients of one crowd.

    Their requests pass the same load balancer, queue and workers as real ones, without the bytes.

    Args:
        crowd: how they behave.
        balancer: whom they ask.
        agenda: what is due when.
        rng: their own random stream.

    Attributes:
        served, failed: things that clients got, and that they gave up for good.
    """

    def __init__(self, crowd: Crowd, balancer: LoadBalancer, agenda: Agenda, rng: Random) -> None:
        self.crowd = crowd
        self.served = self.failed = 0
        self._balancer, self._agenda, self._rng = balancer, agenda, rng
        self._law = crowd.law()
        self._alive = False
        self._rate = crowd.arrivals_per_s or 0.0
        # a client without a budget has all the tokens in the world
        self._tokens = [crowd.reserve] * (crowd.clients if crowd.retry_budget is not None else 0)

    def start(self) -> None:
        """Let them come."""
        crowd, now_s, rng = self.crowd, self._agenda.now_s, self._rng
        self._alive = True
        if crowd.arrivals_per_s is not None:
            self._agenda.at(now_s + rng.expovariate(self._rate), self._arrive, None)
            return
        for client in range(crowd.clients):
            if crowd.think_s is not None:
                wait_s = rng.expovariate(1 / crowd.think_s)
            else:
                wait_s = rng.uniform(0, crowd.within_s or 0.0)
            self._agenda.at(now_s + wait_s, self._begin, client)

    def stop(self) -> None:
        """Let nobody come any more; what is under way is nobody's."""
        self._alive = False

    def surge(self, factor: float) -> None:
        """Let an open crowd come so many times as often from now on."""
        self._rate *= factor

    # ── requests ──────────────────────────────────────────────────────────────────────────

    def _arrive(self, _nothing: object) -> None:
        if self._alive:
            self._begin(int(self._rng.random() * self.crowd.clients))
            next_s = self._agenda.now_s + self._rng.expovariate(self._rate)
            self._agenda.at(next_s, self._arrive, None)

    def _begin(self, client: int) -> None:
        if not self._alive:
            return
        self._balancer.tally.first += 1
        if self._tokens:
            most = max(self.crowd.reserve, 1.0)
            earned = self._tokens[client] + (self.crowd.retry_budget or 0.0)
            self._tokens[client] = min(most, earned)
        ticket = Ticket(self, self._agenda.now_s, client, self.crowd.patience_s)
        ticket.last_wait_s = self.crowd.base_s
        self._balancer.submit(ticket)

    def answered(self, ticket: Ticket, status: int, retry_after_s: float) -> None:
        """Be content, or try again."""
        if status == OK:
            self.served += 1
            self._ended(ticket)
        else:
            self._failed(ticket, retry_after_s if self.crowd.obeys_retry_after else 0.0)

    def gave_up(self, ticket: Ticket) -> None:
        """Try again."""
        self._failed(ticket, 0.0)

    def worked(self, ticket: Ticket) -> None:
        """Nothing: whether anybody sees the answer is what counts."""

    def _failed(self, ticket: Ticket, at_least_s: float) -> None:
        if not self._alive:
            return
        if ticket.tries == self.crowd.tries or not self._may_retry(ticket.client):
            self.failed += 1
            self._ended(ticket)
            return
        wait_s = self._law.wait_s(ticket.tries - 1, ticket.last_wait_s, self._rng)
        ticket.last_wait_s = wait_s
        self._agenda.at(self._agenda.now_s + max(wait_s, at_least_s), self._again, ticket)

    def _may_retry(self, client: int) -> bool:
        """Take a token of the client's budget, if it has one to spend."""
        if not self._tokens:
            return True
        if self._tokens[client] < 1.0:
            return False
        self._tokens[client] -= 1.0
        return True

    def _again(self, before: Ticket) -> None:
        if self._alive:
            ticket = Ticket(self, self._agenda.now_s, before.client, self.crowd.patience_s)
            ticket.first_s, ticket.tries = before.first_s, before.tries + 1
            ticket.last_wait_s = before.last_wait_s
            self._balancer.submit(ticket)

    def _ended(self, ticket: Ticket) -> None:
        """Think, and ask for the next thing (a closed crowd only)."""
        if self._alive and self.crowd.think_s is not None:
            wait_s = self._rng.expovariate(1 / self.crowd.think_s)
            self._agenda.at(self._agenda.now_s + wait_s, self._begin, ticket.client)
