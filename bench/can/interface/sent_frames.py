"""Frames that were sent, on their way to the loop: it records and hands them on, in their order."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bench.can.frame import Frame
from bench.can.watches import Stamped


@dataclass(frozen=True, slots=True)
class Sent:
    """A frame that was sent, or could not be.

    Attributes:
        node: who sent it.
        cause: why.
        t_ns: when it was handed to the interface.
        error: why it did not go.
    """

    node: str
    frame: Frame
    cause: int | None
    t_ns: int
    error: Exception | None = None


class SentFrames:
    """Hands on, on the loop, what it and another thread have sent, as it went.

    Args:
        loop: where.
        on_sent: called with each.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, on_sent: Callable[[Sent], None]) -> None:
        self._loop, self._on_sent = loop, on_sent
        self._waiting: deque[Sent] = deque()
        self._scheduled = self._handing_on = False

    def add(self, sent: Sent) -> None:
        """Keep one that has just been sent (in the thread that did)."""
        self._waiting.append(sent)

    def announce(self) -> None:
        """Have the loop hand on what is there (in another thread)."""
        if not self._scheduled:
            self._scheduled = True
            with suppress(RuntimeError):  # a loop that has ended: not the sender's business
                self._loop.call_soon_threadsafe(self._due)

    def pending(self, identity: int) -> list[Stamped]:
        """Return the frames of a message that have gone and were not handed on yet."""
        return [
            (each.t_ns, each.frame.data) for each in tuple(self._waiting)
            if each.error is None
            and each.frame.identity == identity
        ]  # fmt: skip

    def _due(self) -> None:
        self._scheduled = False  # before it looks: what comes from now on may come too late for it
        self.hand_on()

    def hand_on(self) -> None:
        """Hand on what is there (on the loop); each stays in `pending` until it is written down."""
        if self._handing_on:
            return  # who was handed one asks for more: it comes
        self._handing_on = True
        try:
            while self._waiting:
                self._hand_on_first()
        finally:
            self._handing_on = False

    def _hand_on_first(self) -> None:
        try:
            self._on_sent(self._waiting[0])
        finally:
            self._waiting.popleft()
