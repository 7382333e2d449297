"""When faults were in force: from their arming, or from the beginning of their window of time."""

import math
from collections.abc import Iterator

from bench.events import FaultArmed, FaultBegan, FaultCleared
from bench.recording import Recording

Stretch = tuple[int, float]


def stretches(recording: Recording) -> Iterator[Stretch]:
    """Yield from when until when each fault was in force, in nanoseconds (inf: it still is).

    A fault that was cleared before its window began was never in force.
    """
    began = {entry.cause: entry.t_ns for entry, _ in recording.of(FaultBegan)}
    ended = {entry.cause: entry.t_ns for entry, _ in recording.of(FaultCleared)}
    for entry, event in recording.of(FaultArmed):
        from_ns = began.get(entry.seq) if _waits(event.spec) else entry.t_ns
        if from_ns is not None:
            yield from_ns, ended.get(entry.seq, math.inf)


def _waits(spec: str) -> bool:
    """Whether a fault, as users write it, begins later than it is armed."""
    _, _, parameters = spec.partition(":")
    return any(each.startswith("from_s=") for each in parameters.split(","))
