"""What a simulated bus writes down: single frames, and segments of cyclic ones."""

from bench.can.frame import Frame
from bench.can.simulated.traffic import Cyclic
from bench.events import CyclicSegment, FrameSeen
from bench.journal import Journal


class MediumRecord:
    """The recording of one bus.

    Args:
        bus: its name.
        journal: where it is recorded (None: a bus that no bench is wired to).

    Attributes:
        before: per message the payload that was last seen.
    """

    def __init__(self, bus: str, journal: Journal | None) -> None:
        self._bus, self._journal = bus, journal
        self.before: dict[int, bytes] = {}

    def seen(self, frame: Frame, sender: str, cause: int | None, end_ns: int) -> int | None:
        """Write one frame down; return its entry (where nothing is written, its cause)."""
        if self._journal is None:
            return cause
        event = FrameSeen(self._bus, frame.identifier, frame.flags, frame.data.hex(), sender)
        return self._journal.write(event, cause, end_ns)

    def close_segment(self, cyclic: Cyclic) -> None:
        """Write down what a cyclic message has sent since its last new payload."""
        segment, cyclic.segment = cyclic.segment, None
        if segment is None:
            return
        last = (segment.start + segment.count - 1) % len(cyclic.frames)
        self.before[cyclic.identity] = cyclic.frames[last].data
        if self._journal is None or not segment.count:
            return
        head = cyclic.frames[0]
        self._journal.write(
            CyclicSegment(
                self._bus,
                head.identifier,
                head.flags,
                cyclic.sender,
                cyclic.period_ns,
                segment.first_ns,
                segment.count,
                segment.start,
                tuple(frame.data.hex() for frame in cyclic.frames),
                cyclic.durations,
                tuple(segment.late),
            ),
            cyclic.cause,
        )
