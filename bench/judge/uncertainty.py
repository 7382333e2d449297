"""How wrong a time in a recording may be."""

from bench.events import Edge, JitterMeasured, TimeStampsMapped
from bench.recording import Recording
from bench.units import NS_PER_S, duration


def uncertainty_s(recording: Recording) -> float:
    """Return how wrong a time may be: the bench's own lateness, and how lines are sensed."""
    worst = [event.worst_ns for _, event in recording.of(JitterMeasured)]
    stamps = [event.uncertainty_ns for _, event in recording.of(TimeStampsMapped)]
    sensed = _worst_sensed(recording)
    return (max([*worst, *stamps], default=0) + (sensed.uncertain_ns if sensed else 0)) / NS_PER_S


def doubt(recording: Recording) -> str:
    """Return in words how wrong a time may be, and which line it comes from where that says most.

    To be put behind a time.
    """
    doubt_s, sensed = uncertainty_s(recording), _worst_sensed(recording)
    if sensed is None or sensed.uncertain_ns / NS_PER_S < doubt_s / 2:
        return f" (within {duration(doubt_s)})"
    every = duration(sensed.uncertain_ns / NS_PER_S)
    return f" (within {duration(doubt_s)}: {sensed.line} was not asked more often than in {every})"


def _worst_sensed(recording: Recording) -> Edge | None:
    edges = (event for _, event in recording.of(Edge))
    return max(edges, key=lambda edge: edge.uncertain_ns, default=None)
