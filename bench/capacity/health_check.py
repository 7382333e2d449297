"""How a load balancer finds out which instances can be given work."""

from bench.capacity.agenda import Agenda
from bench.capacity.limits import Limits
from bench.capacity.target import Target
from bench.capacity.ticket import OK, Ticket

CHECK_S = 0.001  # assumed: what answering the question costs an instance


class HealthCheck:
    """Asks one instance, again and again.

    The question waits in the same queue as everybody's requests: an instance that is merely
    overloaded fails it, too.

    Args:
        target: which.
        limits: how often, with which patience and thresholds.
        agenda: what is due when.
        first_s: when it asks first.
    """

    def __init__(self, target: Target, limits: Limits, agenda: Agenda, first_s: float) -> None:
        self._target, self._limits, self._agenda = target, limits, agenda
        self._ended = False
        self._row = 0  # how often in a row the answer was another than expected
        agenda.at(first_s, self._ask, None)

    def answered(self, ticket: Ticket, status: int, _retry_after_s: float) -> None:
        """Take the answer."""
        ticket.is_open = False
        self._learn(ok=status == OK)

    def gave_up(self, ticket: Ticket) -> None:
        """The answer is not there in time."""
        if ticket.is_open:
            ticket.is_open = False
            self._learn(ok=False)

    def worked(self, ticket: Ticket) -> None:
        """The instance has answered."""
        if ticket.is_open:
            self.answered(ticket, OK, 0.0)

    def end(self) -> None:
        """Ask no more."""
        self._ended = True

    def _ask(self, _nothing: object) -> None:
        if self._ended:
            return
        now_s = self._agenda.now_s
        self._agenda.at(now_s + self._limits.check_interval_s, self._ask, None)
        ticket = Ticket(self, now_s)
        ticket.counts, ticket.service_s = False, CHECK_S
        reach = self._target.reach
        if reach == "refuses" or (reach == "answers" and not self._target.offer(ticket)):
            self._learn(ok=False)
        else:
            self._agenda.at(now_s + self._limits.check_timeout_s, self.gave_up, ticket)

    def _learn(self, *, ok: bool) -> None:
        target, limits = self._target, self._limits
        if ok == target.healthy:
            self._row = 0
            return
        self._row += 1
        if self._row >= (limits.healthy_after if ok else limits.unhealthy_after):
            target.healthy, self._row = ok, 0
