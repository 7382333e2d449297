"""Whether what a fault takes away was away at a try."""

import math

from bench.events import FaultCleared
from bench.journal import Entry
from bench.judge.attempts import Attempt
from bench.recording import Recording
from bench.units import to_ns

DUE_BACK_NS = to_ns(5.0)  # assumed: so long a unit may take to be back (see bus_recovery)


def cleared_ns_of(recording: Recording, taking: Entry) -> float:
    """Return when the fault that has taken something away was cleared (infinity: it was not)."""
    cleared = (e.t_ns for e, _ in recording.of(FaultCleared) if e.cause == taking.cause)
    return next(cleared, math.inf)


def is_away(recording: Recording, taking: Entry, act: Attempt) -> bool:
    """Whether a try fell into a fault, or so shortly after it that nobody is due back.

    Args:
        recording: of both.
        taking: what the fault takes away; its cause is the fault's arming.
        act: the try.
    """
    back_ns = cleared_ns_of(recording, taking) + DUE_BACK_NS
    return taking.t_ns <= act.ended_ns and act.began_ns < back_ns
