"""How wrong a time in a recording may be."""

from bench.events import Edge, JitterMeasured, TimeStampsMapped
from bench.recording import Recording
from bench.units import NS_PER_S


def uncertainty_s(recording: Recording) -> float:
    """Return how wrong a time may be: the bench's own lateness, and how lines are sensed."""
    worst = [event.worst_ns for _, event in recording.of(JitterMeasured)]
    stamps = [event.uncertainty_ns for _, event in recording.of(TimeStampsMapped)]
    sensed = [event.uncertain_ns for _, event in recording.of(Edge)]
    return (max([*worst, *stamps], default=0) + max(sensed, default=0)) / NS_PER_S
