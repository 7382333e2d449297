"""When faults were in force: from their arming, or from the beginning of their window of time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from bench.events import FaultArmed, FaultBegan, FaultCleared
from bench.recording import Recording
from bench.units import NS_PER_MS, NS_PER_S


@dataclass(frozen=True)
class InForce:
    """A stretch of time in which a fault was in force.

    Attributes:
        fault: its name.
        spec: how users write it.
        armed_ns: when it was armed.
        from_ns: when it began.
        until_ns: when it ended (inf: it was still in force at the end).
        met: how many operations met it (None: it was never cleared, so nobody has counted).
    """

    fault: str
    spec: str
    armed_ns: int
    from_ns: int
    until_ns: float
    met: int | None

    def covers(self, from_ns: int, until_ns: float) -> bool:
        """Whether it was in force at some time between two."""
        return self.from_ns <= until_ns and from_ns < self.until_ns

    def off_by_ns(self, at_ns: int) -> float:
        """Return how long before its beginning, or after its end, a moment is."""
        return max(self.from_ns - at_ns, at_ns - self.until_ns, 0)

    def why_not(self, at_ns: int) -> str:
        """Return why it was not in force at a moment, and which key would have had it so."""
        if at_ns < self.from_ns:
            why, key = f"{self.fault} began at {self.from_ns / NS_PER_S:.0f} s", "from_s"
            enough_s = (at_ns - self.armed_ns) // NS_PER_MS / 1000
            helps = enough_s >= 0  # what was armed by then was waiting for its from_s
        else:
            why, key = f"{self.fault} was over at {self.until_ns / NS_PER_S:.0f} s", "for_s"
            enough_s = (at_ns - self.from_ns) // NS_PER_S + 1
            given_s = _given(self.spec, key)
            helps = given_s is not None and given_s < enough_s  # or else its phase has ended it
        return f"{why}, {key}={enough_s:g} would reach it" if helps else why


def in_force(recording: Recording) -> Iterator[InForce]:
    """Yield when each fault was in force.

    A fault that was cleared before its window began was never in force.
    """
    began = {entry.cause: entry.t_ns for entry, _ in recording.of(FaultBegan)}
    ended = {entry.cause: (entry.t_ns, event.met) for entry, event in recording.of(FaultCleared)}
    for entry, event in recording.of(FaultArmed):
        waits = _given(event.spec, "from_s") is not None
        from_ns = began.get(entry.seq) if waits else entry.t_ns
        if from_ns is not None:
            until_ns, met = ended.get(entry.seq, (math.inf, None))
            yield InForce(event.fault, event.spec, entry.t_ns, from_ns, until_ns, met)


def _given(spec: str, key: str) -> float | None:
    """Return what a fault, as users write it, says of a time (None: nothing)."""
    _, _, parameters = spec.partition(":")
    values = dict(each.partition("=")[::2] for each in parameters.split(","))
    return float(values[key]) if key in values else None
