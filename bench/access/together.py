"""Several schedules in one: what is in force in any of them is in force in all."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from bench.access.outage import Phase

DIGITS = 6  # of a second: ends of phases that are nearer to one another are one


def together(schedules: Sequence[Sequence[Phase]]) -> tuple[Phase, ...]:
    """Return one schedule of several that begin and end together and name the same phases.

    >>> a, b = Phase("down", 10.0, ("a",)), Phase("down", 4.0, ("b",))
    >>> together([[a], [b, Phase("down", 6.0, ())]])
    (Phase(name='down', duration_s=4.0, faults=('a', 'b')), Phase(name='down', duration_s=6.0, \
faults=('a',)))
    """
    if len(schedules) == 1:
        return tuple(schedules[0])
    begins = [list(accumulate((p.duration_s for p in s), initial=0.0)) for s in schedules]
    cuts = sorted({round(at_s, DIGITS) for each in begins for at_s in each})
    slices = []
    for from_s, until_s in pairwise(cuts):
        middle_s = (from_s + until_s) / 2
        now = [
            next(p for p, (a, b) in zip(s, pairwise(at), strict=True) if a <= middle_s < b)
            for s, at in zip(schedules, begins, strict=True)
        ]
        faults = dict.fromkeys(fault for phase in now for fault in phase.faults)
        slices.append(Phase(now[0].name, round(until_s - from_s, DIGITS), tuple(faults)))
    return tuple(slices)
