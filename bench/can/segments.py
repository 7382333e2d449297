"""Cyclic traffic as segments: 450,000 frames in a few lines, and each of them exactly.

While the payloads of a cyclic message follow the same table, its frames differ from a rule only
where they had to wait for the wire. A segment keeps the rule and these exceptions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.can.frame import Frame
from bench.events import CyclicSegment, FrameSeen


@dataclass(slots=True)
class OpenSegment:
    """A segment that still grows.

    Attributes:
        first_ns: when its first frame was due.
        start: the first frame's place in the table.
        count: frames so far.
        late: (frame, ns) for each that had to wait.
    """

    first_ns: int
    start: int
    count: int = 0
    late: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Timed:
    """One frame of a segment: its end, and its payload."""

    t_ns: int
    data: bytes


def expand(segment: CyclicSegment) -> Iterator[Timed]:
    """Yield every frame of a segment, in order."""
    late = dict(segment.late)
    payloads = [bytes.fromhex(text) for text in segment.table]
    for k in range(segment.count):
        place = (segment.start + k) % len(payloads)
        begin = segment.first_ns + k * segment.period_ns + late.get(k, 0)
        yield Timed(begin + segment.duration_ns[place], payloads[place])


def recorded_frame(event: FrameSeen | CyclicSegment, data: bytes) -> Frame:
    """Return the frame that an entry is of, with a payload."""
    flags = event.flags
    return Frame(event.identifier, data, "x" in flags, "f" in flags, "b" in flags)
