"""Pacing: tries and runs so far apart that the car's own protections never speak.

A lock drive that is used too often rests for half a minute, and a try in that pause would be
judged as a failure of the path. The car file says when that happens (`[units.bcm.locking]`); a
simulated car behaves so, and a real one is paced by the same figures.
"""

from dataclasses import replace

from bench.access.timeline import Timeline
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
    """Return how far apart tries must be at least, in seconds (0 where no door moves).

    Tries this far apart put no more movements into any window than the protection allows, and
    neither do the movements back, a fixed time after them.
    """
    if intent not in DOORS:
        return 0.0
    locking = protection_of(model)
    tries = max(1, locking.most_operations // PER_TRY)
    return locking.window_s / tries + MARGIN_S


def paced(timeline: Timeline, model: CarModel, intent: str, give_up_s: float) -> Timeline:
    """Return a timeline that the car's protections bear, run after run.

    Positive controls move away from the try before them, and the run ends with a rest if the next
    one on the same car needs it: the last try may act as late as its owner gives up, and the first
    one of the next run is to be as far from that as tries are from one another.
    """
    least_s = apart_s(model, intent)
    before_s, controls = timeline.acts_s[-1], []
    for control_s in timeline.controls_s:
        before_s = max(control_s, before_s + least_s)
        controls.append(before_s)
    later_s = before_s - max((*timeline.acts_s, *timeline.controls_s))
    still_s = timeline.end_s + later_s - (before_s + give_up_s) + timeline.acts_s[0]
    rest_s = max(0.0, least_s - still_s)
    end_s = timeline.end_s + later_s + rest_s
    return replace(timeline, controls_s=tuple(controls), end_s=end_s)
