"""Who waits in other threads for what comes on a bus."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

Stamped = tuple[int, bytes]


class Watch:
    """What comes of one message, for a thread that waits for it.

    Attributes:
        queue: time and payload of each frame from now on.
        pending: those that came before and are not written down yet.
        close: ends it.
    """

    def __init__(
        self, queue: "SimpleQueue[Stamped]", pending: list[Stamped], close: Callable[[], None]
    ) -> None:
        self.queue, self.pending, self.close = queue, pending, close


class Watches:
    """Who waits in other threads, by message.

    Attributes:
        wanted: their queues; replaced as a whole, so that no reader needs a lock.
    """

    def __init__(self) -> None:
        self.wanted: dict[int, tuple[SimpleQueue[Stamped], ...]] = {}
        self._lock = threading.Lock()

    def add(self, identity: int) -> "tuple[SimpleQueue[Stamped], Callable[[], None]]":
        """Return a queue that gets each frame of a message, and what ends that."""
        queue: SimpleQueue[Stamped] = SimpleQueue()
        with self._lock:
            self.wanted = {**self.wanted, identity: (*self.wanted.get(identity, ()), queue)}

        def close() -> None:
            with self._lock:
                left = tuple(q for q in self.wanted.get(identity, ()) if q is not queue)
                others = {k: v for k, v in self.wanted.items() if k != identity}
                self.wanted = others | ({identity: left} if left else {})

        return queue, close

    def offer(self, identity: int, data: bytes, t_ns: int) -> bool:
        """Hand a frame to who waits for it; return whether anybody did."""
        queues = self.wanted.get(identity, ())
        for queue in queues:
            queue.put((t_ns, data))
        return bool(queues)
