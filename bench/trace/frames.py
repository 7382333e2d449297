"""Every frame of a recording, as it passed: single ones, cyclic ones, destroyed ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bench.can.frame import Frame
from bench.can.segments import expand, recorded_frame
from bench.events import CyclicSegment, ErrorSeen, FrameSeen
from bench.recording import Recording


@dataclass(frozen=True, slots=True)
class Traced:
    """One frame on a bus.

    Attributes:
        t_ns: when its last bit had passed, on the bench clock.
        bus: its name.
        frame: None where an error frame was.
        sender: the node that sent it ("": not known).
    """

    t_ns: int
    bus: str
    frame: Frame | None
    sender: str


def frames_of(recording: Recording) -> list[Traced]:
    """Return every frame of a recording in the order of time."""
    return sorted(_frames(recording), key=lambda traced: traced.t_ns)


def _frames(recording: Recording) -> Iterator[Traced]:
    for entry in recording.entries:
        event = entry.event
        if isinstance(event, FrameSeen):
            frame = recorded_frame(event, bytes.fromhex(event.data))
            yield Traced(entry.t_ns, event.bus, frame, event.sender)
        elif isinstance(event, CyclicSegment):
            for timed in expand(event):
                yield Traced(timed.t_ns, event.bus, recorded_frame(event, timed.data), event.sender)
        elif isinstance(event, ErrorSeen):
            yield Traced(entry.t_ns, event.bus, None, event.sender)


def channels_of(recording: Recording) -> dict[str, int]:
    """Return the number that stands for each bus in formats that know numbers only, from 0.

    The buses of a car are numbered by name, so that every scenario of a run has the same numbers.
    """
    observed = {role.partition(".")[0] for role in recording.header.roles}
    seen = {
        entry.event.bus
        for entry in recording.entries
        if isinstance(entry.event, FrameSeen | CyclicSegment | ErrorSeen)
    }
    return {bus: number for number, bus in enumerate(sorted(observed | seen))}


def epoch_s(recording: Recording) -> float:
    """Return the calendar time at which the bench clock stood at 0, in seconds since 1970."""
    said = recording.header.scenario.get("epoch")
    return datetime.fromisoformat(said).timestamp() if said else 0.0
