"""A cyclic message of which no two frames are alike: each is signed when it goes."""

import asyncio
from collections.abc import Callable, Sequence


class SignedCyclic:
    """Sends a frame per period, made at the last moment.

    An authenticator covers a freshness value that never comes again, so its frames cannot be
    laid out in advance as those with a counter of a few bits are.

    Args:
        send: makes and sends the next frame.
        period_s: from frame to frame; frames are due by the first one, lateness never adds up.
        offset_s: until the first one.
    """

    place = 0

    def __init__(self, send: Callable[[], None], period_s: float, offset_s: float) -> None:
        self._send, self._period_s = send, period_s
        self._loop = asyncio.get_running_loop()
        self._due_s = self._loop.time() + offset_s
        self._timer = self._loop.call_at(self._due_s, self._on_due)

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """There is no table: the sender makes each frame."""

    def stop(self) -> None:
        """Send it no more."""
        self._timer.cancel()

    def _on_due(self) -> None:
        self._due_s += self._period_s
        self._timer = self._loop.call_at(self._due_s, self._on_due)
        self._send()
