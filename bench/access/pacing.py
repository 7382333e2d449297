"""Pacing: tries and runs so far apart that the car's own protections never speak.

A lock drive that is used too often rests for half a minute, and a try in that pause would be
judged as a failure of the path. The car file says when that happens (`[units.bcm.locking]`); a
simulated car behaves so, and a real one is paced by the same figures.
"""

from dataclasses import replace

from bench.access.scenario import Timeline
from bench.car.bcm import BcmParameters
from bench.car.central_locking import LockingParameters
from bench.car.model import CarModel

PER_TRY = 2  # a try moves the doors, and re-locking or the bench moves them back
DOORS = ("unlock", "lock")
MARGIN_S = 0.5


def protection_of(model: CarModel) -> LockingParameters:
    """Return the repeated-operation protection that the car file declares."""
    return model.parameters("bcm", BcmParameters).locking


def apart_s(model: CarModel, intent: str) -> float:
    """Return how far apart tries must be at least, in seconds (0 where no door moves)."""
    if intent not in DOORS:
        return 0.0
    locking = protection_of(model)
    tries = max(1, locking.most_operations // PER_TRY)
    return locking.window_s / tries + MARGIN_S


def paced(timeline: Timeline, model: CarModel, intent: str, give_up_s: float) -> Timeline:
    """Return a timeline with a rest at its end that the next run on the same car needs.

    The rest is what is missing between the last movement of this run (of a try that takes
    `give_up_s`, and of the re-locking after it) and the first of the next for both to lie outside
    one window of the protection.
    """
    if intent not in DOORS:
        return timeline
    locking = protection_of(model)
    last_move_s = max((*timeline.acts_s, *timeline.controls_s)) + give_up_s + locking.relock_s
    still_s = timeline.end_s - last_move_s + timeline.acts_s[0]
    missing_s = locking.window_s + MARGIN_S - still_s
    return replace(timeline, end_s=timeline.end_s + max(0.0, missing_s))
