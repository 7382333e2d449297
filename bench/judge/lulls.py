"""Tries in a lull of an outage: nothing was wrong then, and somebody else got through."""

import math
from collections.abc import Iterable

from bench.events import WitnessProbed
from bench.judge.attempts import Attempt
from bench.judge.fault_met import the_try
from bench.judge.in_force import InForce, in_force
from bench.judge.verdict import Case
from bench.recording import Recording
from bench.units import NS_PER_S, duration, to_ns

# assumed: by then resolvers have forgotten what they had remembered of an outage (15 min in that of
# 20 October 2025, by its post-mortem), and whoever backs off has tried again
OVER_NS = to_ns(900.0)


def failed_in_lull(case: Case) -> str | None:
    """Return which try came to nothing long after the last fault had ended, or None.

    The witness, behind the same faulted layer, got through before it and after it, and the path
    works without the outage: so neither the cloud nor the set-up kept it from working.
    """
    baseline = case.baseline_ledger
    if baseline is None or not any(act.acted for act in baseline.acts):
        return None
    listed = list(in_force(case.recording))
    for act in case.ledger.acts:
        over_ns = None if act.acted else _over_since(listed, act)
        if over_ns is not None and _others_get_through(case.recording, listed, act, over_ns):
            since = duration((act.began_ns - over_ns) / NS_PER_S)
            return (
                f"{act.path} did not {act.intent} the car at {the_try(act)}, {since} after the "
                "last fault had ended, though the witness got through"
            )
    return None


def _over_since(listed: Iterable[InForce], act: Attempt) -> int | None:
    """Return when the last fault had ended before a try; None where it fell into no lull."""
    before = [each for each in listed if each.from_ns <= act.ended_ns]
    over_ns = max((each.until_ns for each in before), default=math.inf)
    return int(over_ns) if over_ns + OVER_NS <= act.began_ns else None


def _others_get_through(
    recording: Recording, listed: Iterable[InForce], act: Attempt, over_ns: int
) -> bool:
    """Whether the last probe before a try and the first after it, of that lull, were well."""
    next_ns = min((each.from_ns for each in listed if each.from_ns > over_ns), default=math.inf)
    probes = [
        (entry.t_ns, probed.ok) for entry, probed in recording.of(WitnessProbed)
        if over_ns < entry.t_ns < next_ns
    ]  # fmt: skip
    earlier = [ok for t_ns, ok in probes if t_ns <= act.began_ns]
    later = [ok for t_ns, ok in probes if t_ns >= act.ended_ns]
    return bool(earlier and later) and earlier[-1] and later[0]
