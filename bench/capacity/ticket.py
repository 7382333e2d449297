"""A request on its way through load balancer, queue and worker."""

import math
from typing import Protocol

OK, BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT = 200, 502, 503, 504
WAITS_FOR_EVER = math.inf


class Caller(Protocol):
    """Who has sent a request."""

    def answered(self, ticket: "Ticket", status: int, retry_after_s: float) -> None:
        """Take the answer (Retry-After 0: none was named); at most once, never after giving up."""
        ...

    def gave_up(self, ticket: "Ticket") -> None:
        """Take note that patience has ended."""
        ...

    def worked(self, ticket: "Ticket") -> None:
        """Take note that the work is done, also where nobody has waited for that."""
        ...


class Holder(Protocol):
    """Where a request is: an instance that has taken it."""

    def serve(self, ticket: "Ticket") -> None:
        """Work on it: it has everything that it needs."""
        ...

    def withdraw(self, ticket: "Ticket") -> None:
        """Take it out of the queue again."""
        ...


class Ticket:
    """One try of one client.

    Args:
        caller: who is told what becomes of it.
        came_s: when it was sent.
        client: whose it is, by number.
        patience_s: how long its client waits.

    Attributes:
        tries, first_s, last_wait_s: the client's tries for the same thing, the first one's time,
            and how long it waited before this one.
        began_s: when a worker took it (None: it waits).
        is_open: somebody still waits for the answer.
        service_s: how long it takes, where that is not drawn.
        counts: whether it is one of the clients', and no question of the load balancer.
        holder: the instance that has taken it last (None: none has yet).
    """

    __slots__ = (
        "began_s",
        "caller",
        "came_s",
        "client",
        "counts",
        "epoch",
        "first_s",
        "holder",
        "is_open",
        "last_wait_s",
        "patience_s",
        "service_s",
        "tries",
    )

    def __init__(
        self, caller: Caller, came_s: float, client: int = 0, patience_s: float = WAITS_FOR_EVER
    ) -> None:
        self.caller = caller
        self.came_s = self.first_s = came_s
        self.client = client
        self.patience_s = patience_s
        self.tries = 1
        self.last_wait_s = 0.0
        self.began_s: float | None = None
        self.is_open = True
        self.service_s: float | None = None
        self.counts = True
        self.holder: Holder | None = None
        self.epoch = 0

    def wanted(self) -> bool:
        """Whether a server that looks finds somebody waiting."""
        return self.is_open
