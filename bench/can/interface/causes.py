"""What two connections of one process to one bus tell each other about their frames."""

import threading
from collections import Counter, deque
from dataclasses import dataclass, field

import can

from bench.can.frame import Frame, key

MOST_ALIKE = 64  # different causes of frames that are alike, and that nobody comes to find
MOST_UNDERWAY = 1 << 16  # frames that are alike in an interface's buffers: more do not come back
MOST_LEFT = 4096  # payloads: signed ones never come again, and a real unit asks for no cause


@dataclass(slots=True)
class Run:
    """Frames in a row that are alike, of one sender, and were sent because of the same thing."""

    sender: str
    cause: int | None
    frames: int = 1


@dataclass
class Causes:
    """Who sent frames, and why, between two connections of this process to one bus.

    A frame carries no such thing. Where both sides live in this process (a simulated car on a
    virtual bus) the sender leaves it here and the receiver finds it; a frame from a real unit has
    none. More than one thread may leave one.

    Attributes:
        ours: identifiers that this process sends (`key`).
        left: who sent frames and why, by message and payload; none stays that was found.
        standing: the same of messages that the kernel sends for this process, by message.
    """

    ours: set[int] = field(default_factory=set)
    left: "dict[tuple[int, bytes], deque[Run]]" = field(default_factory=dict)
    standing: dict[int, Run] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def leave(self, sender: str, frame: Frame, cause: int | None) -> None:
        """Say who sends a frame, and why."""
        what = _what(frame)
        with self._lock:
            known = self.left.get(what)
            if known is None:
                self.ours.add(what[0])
                known = self.left[what] = deque(maxlen=MOST_ALIKE)
                if len(self.left) > MOST_LEFT:
                    del self.left[next(iter(self.left))]
            if known and known[-1].cause == cause and known[-1].sender == sender:
                known[-1].frames += 1  # of a flood thousands are alike, and underway at once
            else:
                known.append(Run(sender, cause))

    def take_back(self, frame: Frame) -> None:
        """Take back why a frame is sent: it was not, and one that is like it is somebody else's."""
        what = _what(frame)
        with self._lock:
            known = self.left.get(what)
            if known:
                known[-1].frames -= 1
                if not known[-1].frames:
                    known.pop()
                if not known:
                    del self.left[what]

    def find(self, identity: int, data: bytes) -> Run | None:
        """Return who sent a frame of a message, and why; None: it is not from this process."""
        what = identity, data
        with self._lock:
            known = self.left.get(what)
            if known is not None:
                run = known[0]
                run.frames -= 1
                if not run.frames:
                    known.popleft()
                if not known:
                    del self.left[what]
                return run
        return self.standing.get(identity)

    def stand(self, sender: str, frame: Frame, cause: int | None) -> None:
        """Say for whom the kernel sends a message from now on, whatever it carries, and why."""
        identity = frame.identity
        self.ours.add(identity)
        self.standing[identity] = Run(sender, cause)


@dataclass
class Echoes:
    """What a connection has sent and will hear again, as on a multicast group."""

    _sent: "Counter[tuple[int, bytes]]" = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # more than one thread sends

    def expect(self, frame: Frame) -> None:
        """Note that a frame is about to be sent: it may be heard before `send` returns."""
        what = _what(frame)
        with self._lock:
            self._sent[what] += 1
            if self._sent[what] > MOST_UNDERWAY or len(self._sent) > MOST_LEFT:
                self._sent.clear()  # they do not come back

    def forget(self, frame: Frame) -> None:
        """Take that back: it was not sent."""
        self._found(*_what(frame))

    def is_one(self, message: can.Message) -> bool:
        """Whether a frame that was heard is one's own."""
        identity = key(message.arbitration_id, extended=message.is_extended_id)
        return self._found(identity, bytes(message.data))

    def _found(self, identity: int, data: bytes) -> bool:
        with self._lock:
            count = self._sent.get((identity, data), 0)
            if count == 1:
                del self._sent[identity, data]
            elif count:
                self._sent[identity, data] = count - 1
            return count > 0


def _what(frame: Frame) -> tuple[int, bytes]:
    """Return what a frame is known by: its message (`key`) and its payload."""
    return frame.identity, frame.data
