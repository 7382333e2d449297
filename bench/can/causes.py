"""What two connections of one process to one bus tell each other about their frames."""

import threading
from collections import Counter, deque
from dataclasses import dataclass, field

import can

from bench.can.frame import Frame
from bench.can.port import key

MOST_LEFT = 64  # causes that nobody is there to find


@dataclass
class Causes:
    """Why frames were sent, between two connections of this process to one bus.

    A frame carries no such thing. Where both sides live in this process (a simulated car on a
    virtual bus) the sender leaves the cause here and the receiver finds it; a frame from a real
    unit has none.

    Attributes:
        ours: identifiers that this process sends (`key`).
        left: causes of frames, by what they carry.
        standing: causes of messages that the kernel sends for this process, by identifier.
    """

    ours: set[int] = field(default_factory=set)
    left: "dict[tuple[int, bytes], deque[int | None]]" = field(default_factory=dict)
    standing: dict[int, int | None] = field(default_factory=dict)

    def leave(self, frame: Frame, cause: int | None) -> None:
        """Say why a frame is sent."""
        what = frame.identifier, frame.data
        known = self.left.get(what)
        if known is None:
            self.ours.add(key(frame.identifier, extended=frame.extended))
            known = self.left[what] = deque(maxlen=MOST_LEFT)
        known.append(cause)

    def find(self, identifier: int, data: bytes) -> tuple[bool, int | None]:
        """Return whether a frame is from this process, and if so why it was sent."""
        known = self.left.get((identifier, data))
        if known:
            return True, known.popleft()
        return identifier in self.standing, self.standing.get(identifier)

    def stand(self, frame: Frame, cause: int | None) -> None:
        """Say why a message is sent from now on, whatever it carries: the kernel sends it."""
        self.ours.add(key(frame.identifier, extended=frame.extended))
        self.standing[frame.identifier] = cause


@dataclass
class Echoes:
    """What a connection has sent and will hear again, as on a multicast group."""

    _sent: "Counter[tuple[int, bytes]]" = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # more than one thread sends

    def expect(self, frame: Frame) -> None:
        """Note that a frame is about to be sent: it may be heard before `send` returns."""
        with self._lock:
            self._sent[frame.identifier, frame.data] += 1
            if self._sent[frame.identifier, frame.data] > 64:  # they do not come back
                self._sent.clear()

    def forget(self, frame: Frame) -> None:
        """Take that back: it was not sent."""
        self._found(frame.identifier, frame.data)

    def is_one(self, message: can.Message) -> bool:
        """Whether a frame that was heard is one's own."""
        return self._found(message.arbitration_id, bytes(message.data))

    def _found(self, identifier: int, data: bytes) -> bool:
        with self._lock:
            found = self._sent.get((identifier, data), 0) > 0
            if found:
                self._sent[identifier, data] -= 1
            return found
