"""How long a scenario may take, on the bench's clock: what is longer is no scenario, but a hang."""

from bench.access.pacing import protection_of
from bench.access.path import get_path
from bench.access.restoring import RESTORE_S
from bench.access.scenario import Scenario
from bench.car.bcm import BcmParameters
from bench.car.model import CarModel


def longest_s(scenario: Scenario) -> float:
    """Return how many seconds it takes if every try takes until its owner gives up."""
    timeline = scenario.timeline
    give_up_s = get_path(scenario.path).give_up_s
    at_s = 0.0
    for try_s in (*timeline.acts_s, *timeline.controls_s):
        at_s = max(at_s, try_s) + give_up_s + RESTORE_S
    return max(timeline.end_s, at_s)


def held_up_s(model: CarModel) -> float:
    """Return for how many seconds the car's own protections can put off a starting state.

    The figures are the car file's (`[units.bcm]`); recipes wait for as long.
    """
    locking = protection_of(model)
    return (
        locking.window_s
        + locking.inhibit_s
        + model.parameters("bcm", BcmParameters).keypad.lockout_s
    )
