"""The way out of a connection to a bus: for what the loop sends, and what a thread sends aside."""

import asyncio
import threading
from collections.abc import Callable
from typing import Protocol

import can

from bench.can.frame import Frame
from bench.can.interface.causes import Causes, Echoes
from bench.can.interface.health import InterfaceHealth
from bench.can.interface.sending_thread import Due, SendingThread
from bench.can.interface.sent_frames import Sent, SentFrames
from bench.can.tampering import Live
from bench.can.watches import Stamped, Watches
from bench.units import to_ns


class Aside(Due, Live, Protocol):
    """A cyclic message that the thread sends until it is taken back."""


class Outgoing:
    """Sends over one python-can interface.

    Args:
        channel: python-can's bus.
        loop: where frames that were sent aside are handed on.
        now_ns: the bench clock.
        causes: where the other side of this process finds who sent a frame, and why.
        echoes: told of each frame, where the interface hears its own (else None).
        health: told of what is not taken.
        watches: who waits in other threads.
        on_sent: called on the loop with each frame that has gone, in order.
    """

    def __init__(
        self,
        channel: can.BusABC,
        loop: asyncio.AbstractEventLoop,
        *,
        now_ns: Callable[[], int],
        causes: Causes,
        echoes: Echoes | None,
        health: InterfaceHealth,
        watches: Watches,
        on_sent: Callable[[Sent], None],
    ) -> None:
        self._channel, self._loop, self._now_ns = channel, loop, now_ns
        self._causes, self._echoes, self._health = causes, echoes, health
        self._watches, self._on_sent = watches, on_sent
        self._sending = threading.Lock()
        self._thread: SendingThread[Aside] = SendingThread(loop.time, self._tell)
        self._sent = SentFrames(loop, self._went)

    def send(self, node: str, frame: Frame, cause: int | None, message: can.Message) -> None:
        """Send a frame at once (on the loop)."""
        mistake = self._put(node, frame, cause, message)
        self._sent.hand_on()  # with what the thread has sent before it
        if mistake is not None:
            raise mistake

    def send_aside(self, node: str, frame: Frame, cause: int | None, message: can.Message) -> None:
        """Send a frame (in the thread); the loop hears of it in a moment."""
        mistake = self._put(node, frame, cause, message)
        self._sent.announce()
        if mistake is not None:
            self._tell(mistake)

    def _put(
        self, node: str, frame: Frame, cause: int | None, message: can.Message
    ) -> Exception | None:
        """Hand a frame to the interface, from any thread; return a mistake of the bench."""
        self._causes.leave(node, frame, cause)
        if self._echoes is not None:
            self._echoes.expect(frame)
        # one at a time: python-can's interfaces want it so, and frames are handed on as they went
        with self._sending:
            error = self._taken(message)
            t_ns = self._now_ns()
            mistake = None if error is None or _of_the_bus(error) else error
            if mistake is None:
                self._sent.add(Sent(node, frame, cause, t_ns, error))
        if error is None:
            self._watches.offer(frame.identity, frame.data, t_ns)
        else:
            self._causes.take_back(frame)
            if self._echoes is not None:
                self._echoes.forget(frame)
        return mistake

    def _taken(self, message: can.Message) -> Exception | None:
        try:
            self._channel.send(message)
        except Exception as error:  # the sending thread must not end with it
            return error
        return None

    def _tell(self, mistake: Exception) -> None:
        """Have the next call raise what went wrong in the thread."""
        context = {"message": "sending aside", "exception": mistake}
        self._loop.call_soon_threadsafe(self._loop.call_exception_handler, context)

    # ── aside from the loop ───────────────────────────────────────────────────────────────

    @property
    def cyclic(self) -> tuple[Aside, ...]:
        """What the thread sends."""
        return self._thread.live

    def begin(self, cyclic: Aside) -> None:
        """Have the thread send a cyclic message from when it is due on."""
        self._thread.begin(cyclic)

    def end(self, cyclic: Aside) -> None:
        """Have the thread send it no more, and hand on what has gone."""
        self._thread.end(cyclic)
        self._sent.hand_on()

    def _went(self, each: Sent) -> None:
        if each.error is not None:
            self._health.sending_failed(each.error)
        else:
            self._health.sent()
            self._on_sent(each)

    def pending(self, identity: int) -> list[Stamped]:
        """Return the frames of a message that went aside and are not written down yet."""
        return self._sent.pending(identity)

    def worst_lateness_ns(self) -> int:
        """Return how late the thread was at worst since the last call."""
        return to_ns(self._thread.worst_lateness_s())

    def close(self) -> None:
        """Send nothing aside any more, and hand on what has gone."""
        self._thread.close()
        self._sent.hand_on()


def _of_the_bus(error: Exception) -> bool:
    """Whether an error in sending is the bus's, and not a mistake of the bench."""
    return isinstance(error, can.CanError | OSError)
