"""When faults were in force: from their arming, or from the beginning of their window of time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from bench.events import FaultArmed, FaultBegan, FaultCleared
from bench.recording import Recording


@dataclass(frozen=True)
class InForce:
    """A stretch of time in which a fault was in force.

    Attributes:
        fault: its name.
        spec: how users write it.
        from_ns: when it began.
        until_ns: when it ended (inf: it was still in force at the end).
        met: how many operations met it (None: it was never cleared, so nobody has counted).
    """

    fault: str
    spec: str
    from_ns: int
    until_ns: float
    met: int | None

    def covers(self, from_ns: int, until_ns: float) -> bool:
        """Whether it was in force at some time between two."""
        return self.from_ns <= until_ns and from_ns < self.until_ns


def in_force(recording: Recording) -> Iterator[InForce]:
    """Yield when each fault was in force.

    A fault that was cleared before its window began was never in force.
    """
    began = {entry.cause: entry.t_ns for entry, _ in recording.of(FaultBegan)}
    ended = {entry.cause: (entry.t_ns, event.met) for entry, event in recording.of(FaultCleared)}
    for entry, event in recording.of(FaultArmed):
        from_ns = began.get(entry.seq) if _waits(event.spec) else entry.t_ns
        if from_ns is not None:
            until_ns, met = ended.get(entry.seq, (math.inf, None))
            yield InForce(event.fault, event.spec, from_ns, until_ns, met)


def _waits(spec: str) -> bool:
    """Whether a fault, as users write it, begins later than it is armed."""
    _, _, parameters = spec.partition(":")
    return any(each.startswith("from_s=") for each in parameters.split(","))
