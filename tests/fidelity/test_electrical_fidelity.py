"""A fault of the car's wires means the same in simulated and in real time."""

from functools import cache

import pytest
from electrical_scripts import ELECTRICAL_SCRIPTS, PRESSED
from electrical_world import ElectricalScript, ElectricalShown, ElectricalWorld
from two_worlds import observe

LATE_S = 0.15  # a busy computer's timers
WORLDS = ("simulated", "real")
BY_SPEC = {script.spec: script for script in ELECTRICAL_SCRIPTS}


@cache
def shown_by(spec: str, world: str) -> ElectricalShown:
    """Return what a script showed in a world; each is run once."""
    return observe(ElectricalWorld, BY_SPEC[spec], world)


@pytest.fixture(params=sorted(BY_SPEC))
def script(request: pytest.FixtureRequest) -> ElectricalScript:
    """Each script."""
    return BY_SPEC[request.param]


@pytest.fixture(params=WORLDS)
def shown(request: pytest.FixtureRequest, script: ElectricalScript) -> ElectricalShown:
    """What the script shows in each world, where it can be done."""
    world = "simulated" if script.only_simulated else request.param
    return shown_by(script.spec, world)


def test_what_a_world_cannot_do_is_refused_with_what_is_missing(script):
    refused = shown_by(script.spec, "real").refused
    assert bool(refused) is bool(script.only_simulated)
    assert script.only_simulated in refused
    assert shown_by(script.spec, "simulated").refused == ""


def test_a_switch_is_seen_as_the_script_says(script, shown):
    before, under, after = (tuple(phase) for phase in shown.handle)
    assert (before, after) == (PRESSED, PRESSED)
    assert under == (*script.under, *((0.0,) if script.released else ()))


def test_what_is_disturbed_is_on_record(script, shown):
    assert shown.disturbed == ([script.disturbed] if script.disturbed else [])
    assert tuple(shown.ground) == script.ground


def test_a_supply_follows_its_profile_in_time(script, shown):
    assert [volts for _, volts in shown.supply[: len(script.supply)]] == [
        volts for _, volts in script.supply
    ]
    for (at_s, _), (due_s, _) in zip(shown.supply, script.supply, strict=False):
        assert due_s - 0.001 <= at_s <= due_s + LATE_S


def test_frames_get_through_as_the_script_says(script, shown):
    assert tuple(shown.requests) == script.requests


def test_the_fault_is_met_by_whom_and_with_what_the_script_says(script, shown):
    assert shown.met == script.met
    written, said = shown.meetings
    assert written == said > 0


def test_nothing_is_left_of_it(shown):
    assert shown.left == (0.0, 13.5, True)
