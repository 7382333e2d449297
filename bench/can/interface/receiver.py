"""Receiving from a python-can interface, event-driven: on the loop, and for who waits elsewhere.

Where an interface has a descriptor the loop reads it; python-can's virtual bus hands its messages
over in the thread that sends them; in any other a thread of its own waits. Either way a frame gets
its time as it comes in, whoever is waiting for it in another thread has it at once, and the loop
takes what has gathered in one go.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import can

from bench.can.frame import key
from bench.can.interface.head_start import HEAD_START_S, HeadStart
from bench.can.interface.pushed import Pushed, can_push
from bench.can.watches import Stamped, Watches

STOP_PATIENCE_S = 0.1  # how long a receiving thread may sleep: closing waits for it
BATCH = 256  # frames that are handed on before others of the loop get their turn
MOST_AT_ONCE = 20_000  # more than any socket holds: on a flooded bus there would be no end
MOST_FAILURES = 5  # in a row, before nothing more is expected of a descriptor


class Receiver:
    """Receives from one interface.

    Args:
        channel: python-can's bus.
        loop: where frames are handed on.
        bench_ns: returns the bench time of a time stamp of a message that has just come.
        on_message: called on the loop with each message and when it came.
        on_failure: called on the loop with each error that receiving ran into.
        watches: who waits elsewhere.
        on_drained: called on the loop when a batch has been handed on.
    """

    def __init__(
        self,
        channel: can.BusABC,
        loop: asyncio.AbstractEventLoop,
        *,
        bench_ns: Callable[[float], int],
        on_message: Callable[[can.Message, int], None],
        on_failure: Callable[[Exception], None],
        watches: Watches,
        on_drained: Callable[[], None] | None = None,
    ) -> None:
        self._channel, self._loop, self._bench_ns = channel, loop, bench_ns
        self._on_message, self._on_failure = on_message, on_failure
        self._watches, self._on_drained = watches, on_drained
        self._failures = 0
        self._inbox: deque[tuple[can.Message, int]] = deque()
        self._scheduled = False
        self._over = False
        self._thread: threading.Thread | None = None
        self._pushed: Pushed | None = None
        self._head_start: HeadStart | None = None
        self._loop_thread = threading.get_ident()
        self._descriptor = descriptor_of(channel)
        if self._descriptor >= 0 or can_push(channel):
            self._head_start = HeadStart(loop, self.flush)
        if self._descriptor >= 0:
            loop.add_reader(self._descriptor, self._readable)
        elif can_push(channel):
            self._pushed = Pushed(channel, self._arrived)
        else:
            self._thread = threading.Thread(target=self._live, name="can-receiver", daemon=True)
            self._thread.start()

    def pending(self, identity: int) -> list[Stamped]:
        """Return the frames of a message that have come and were not handed on yet."""
        return [
            (t_ns, bytes(message.data)) for message, t_ns in tuple(self._inbox)
            if key(message.arbitration_id, extended=message.is_extended_id) == identity
        ]  # fmt: skip

    def close(self) -> None:
        """Hand on what has come, and receive no more."""
        if self._pushed is not None:
            self._pushed.stop()
        if self._head_start is not None:
            self._head_start.close()
        self.take_in()
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
        self._over = True
        if self._thread is not None:
            self._thread.join(timeout=1 + STOP_PATIENCE_S)
            self.take_in()

    def take_in(self) -> None:
        """Hand on what has come by now (called on the loop)."""
        if self._descriptor >= 0 and not self._over:
            self._read_all()
        if self._pushed is not None:
            self._pushed.take_rest()
        while self._inbox:
            self._drain()

    # ── where frames come in ──────────────────────────────────────────────────────────────

    def _live(self) -> None:
        """Wait in the interface for ever (in a thread of its own)."""
        recv, take = self._channel.recv, self._take
        patience_s = STOP_PATIENCE_S
        while not self._over:
            try:
                message = recv(patience_s)
            except Exception as error:  # whatever an interface raises, it is lost
                if not self._over:
                    self.flush()
                    self._loop.call_soon_threadsafe(self._on_failure, error)
                return
            patience_s = STOP_PATIENCE_S
            if message is None:
                self.flush()
            elif take(message):
                patience_s = HEAD_START_S
            else:
                self.flush()

    def _arrived(self, message: can.Message) -> None:
        """Take a message in the thread that sends it."""
        watched = self._take(message)
        if self._scheduled:
            return
        if watched and self._head_start is not None:
            self._head_start.ask()
        else:
            self.flush()

    def _readable(self) -> None:
        """Read what the descriptor has announced (on the loop)."""
        try:
            if self._read() and self._head_start is not None:
                self._head_start.ask()  # what is left there is announced again
            else:
                self.flush()
        except Exception as error:
            self.flush()
            self._fail(error)

    def _read_all(self) -> None:
        try:
            for _ in range(MOST_AT_ONCE):
                if (message := self._channel.recv(0)) is None:
                    return
                self._failures = 0
                self._take(message)
        except Exception as error:
            self._fail(error)

    def _read(self) -> bool:
        """Take what is there, or as far as a message that a thread waits for; say if one came.

        What is left of a batch is announced again: on a bus that is flooded something is always
        there, and the loop has more to see to, its guardian's heartbeat among it.
        """
        for _ in range(BATCH):
            if (message := self._channel.recv(0)) is None:
                return False
            self._failures = 0
            if self._take(message):
                return True
        return False

    def _fail(self, error: Exception) -> None:
        """Report it and go on: a channel that went down may come up, and the recording shows it."""
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            self._loop.remove_reader(self._descriptor)
        if self._failures <= MOST_FAILURES:
            self._on_failure(error)

    def _take(self, message: can.Message) -> bool:
        """Stamp a message and keep it for the loop; return whether a thread waits for it."""
        t_ns = self._bench_ns(message.timestamp)
        self._inbox.append((message, t_ns))
        return bool(self._watches.wanted) and self._watches.offer(
            key(message.arbitration_id, extended=message.is_extended_id), bytes(message.data), t_ns
        )

    def flush(self) -> None:
        """Have the loop take what has gathered (from any thread)."""
        if not self._inbox or self._scheduled:
            return
        self._scheduled = True
        if threading.get_ident() == self._loop_thread:
            self._loop.call_soon(self._drain)
            return
        with suppress(RuntimeError):  # a loop that has ended: not the sender's business
            self._loop.call_soon_threadsafe(self._drain)

    # ── on the loop ───────────────────────────────────────────────────────────────────────

    def _drain(self) -> None:
        """Hand on what has gathered; a message leaves the inbox when it is written down."""
        self._scheduled = False
        inbox, on_message = self._inbox, self._on_message
        try:
            for _ in range(min(len(inbox), BATCH)):
                message, t_ns = inbox[0]
                on_message(message, t_ns)
                inbox.popleft()
        except BaseException:
            inbox.popleft()
            raise
        if self._on_drained is not None:
            self._on_drained()
        if inbox and not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._drain)


def descriptor_of(channel: can.BusABC) -> int:
    """Return an interface's descriptor, -1 where it has none."""
    try:
        return channel.fileno()
    except NotImplementedError:
        return -1
