"""A real exchange in a limited cloud: one of the tickets, with a client that waits for bytes.

It is a request of HTTP, or a CONNECT at the broker: both stand in the same kind of queue.
"""

import asyncio
import zlib
from collections.abc import Callable

from aiohttp import web

from bench.capacity.ticket import OK, Ticket
from bench.units import to_ns

REASONS = {502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Time-out"}


class Exchange(Ticket):
    """What one of the bench's own parties asks.

    Args:
        party: who.
        came_s: when it came.
        connected: whether its client still holds the connection.
        late: does its work where the load balancer has already answered for it: 504 does not
            mean "not done".
    """

    __slots__ = ("_connected", "_late", "answer")

    def __init__(
        self,
        party: str,
        came_s: float,
        connected: Callable[[], bool],
        late: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(self, came_s, zlib.crc32(party.encode()))
        self._connected, self._late = connected, late
        loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[tuple[int, float]] = loop.create_future()

    def wanted(self) -> bool:
        """Whether its client still holds the connection."""
        return self.is_open and self._connected()

    def answered(self, _ticket: Ticket, status: int, retry_after_s: float) -> None:
        """Let the request's own task go on."""
        if not self.answer.done():
            self.answer.set_result((status, retry_after_s))

    def gave_up(self, _ticket: Ticket) -> None:
        """Its client decides by itself when it goes."""

    def worked(self, _ticket: Ticket) -> None:
        """Have the work done, also if nobody gets the answer."""
        if not self.is_open:
            self._late()

    def let_go(self) -> None:
        """Answer at once: there is no limit any more."""
        if self.is_open:
            self.is_open = False
            self.answered(self, OK, 0.0)


def refusal(status: int, retry_after_s: float) -> web.Response:
    """Return what a load balancer says in its own name: a small page, and never JSON."""
    words = f"{status} {REASONS[status]}"
    page = f"<html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>"
    response = web.Response(status=status, text=page, content_type="text/html")
    if retry_after_s:
        response.headers["Retry-After"] = str(-(-to_ns(retry_after_s) // to_ns(1)))
    return response
