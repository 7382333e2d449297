"""Messages of python-can's virtual bus, taken in the thread that sends them.

Both ends of a virtual bus live in this process, so a thread of the receiver's would wait in a queue
only to wake another one: the switch between the two costs more than all the rest.
"""

import threading
from collections.abc import Callable
from queue import Empty
from typing import TypeGuard

import can
from can.interfaces.virtual import VirtualBus


def can_push(channel: can.BusABC) -> "TypeGuard[VirtualBus]":
    """Whether a bus is python-can's virtual one, and does nothing to messages on their way."""
    if type(channel) is not VirtualBus:
        return False
    return channel.filters is None and not channel.queue.maxsize


class Pushed:
    """Takes what is put into a virtual bus's queue, as it is put there.

    Args:
        channel: the bus; nobody else may receive from it.
        take: called with each message, by one thread at a time: whichever sends.
    """

    def __init__(self, channel: VirtualBus, take: Callable[[can.Message], None]) -> None:
        self._queue, self._take = channel.queue, take
        # a signal's handler may send in the midst of a sender of its thread: so not a plain lock
        self._lock = threading.RLock()
        with self._lock:
            vars(self._queue)["put"] = self._put
            self.take_rest()

    def _put(self, message: can.Message, block: bool = True, timeout: float | None = None) -> None:
        """Stand in for `queue.Queue.put`."""
        del block, timeout  # there is always room
        with self._lock:
            if self._queue.queue:
                self.take_rest()
            self._take(message)

    def take_rest(self) -> None:
        """Take what was in the queue, or was on its way into it, before this began."""
        with self._lock:
            while True:
                try:
                    message = self._queue.get_nowait()
                except Empty:
                    return
                self._take(message)

    def stop(self) -> None:
        """Let it be an ordinary queue again, when nobody is in the midst of `take`."""
        with self._lock:
            vars(self._queue).pop("put", None)
