"""Workers, and a queue before them: first come, first served."""

from collections import deque
from collections.abc import Callable

from bench.capacity.ticket import Ticket


class WorkerPool:
    """So many workers and so much room to wait.

    Args:
        workers: how many.
        room: how many may wait.
        begin: sets a worker to a request; whoever sees it end calls `release`.
        skips: leave out requests that nobody waits for when their turn comes.
    """

    def __init__(
        self, workers: int, room: float, begin: Callable[[Ticket], None], *, skips: bool = False
    ) -> None:
        self.workers, self.room = workers, room
        self.busy = 0
        self.waiting: deque[Ticket] = deque()
        self._begin, self._skips = begin, skips

    def offer(self, ticket: Ticket) -> bool:
        """Take a request, or return False: there is no room."""
        if self.busy < self.workers:
            self.busy += 1
            self._begin(ticket)
            return True
        if len(self.waiting) >= self.room:
            return False
        self.waiting.append(ticket)
        return True

    def release(self) -> None:
        """A worker has finished: it takes the next request, or rests."""
        waiting = self.waiting
        while waiting:
            ticket = waiting.popleft()
            if self._skips and not ticket.wanted():
                continue
            self._begin(ticket)
            return
        self.busy -= 1

    def withdraw(self, ticket: Ticket) -> None:
        """Take a request out of the queue."""
        self.waiting.remove(ticket)

    def clear(self) -> None:
        """Forget everything, as a process that has ended."""
        self.waiting.clear()
        self.busy = 0
