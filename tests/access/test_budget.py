"""A budget of bench time chooses the same scenarios every time, the most telling first."""

from pathlib import Path

import pytest

from bench.access.choosing.budget import within
from bench.access.choosing.plan import plan
from bench.access.choosing.selection import campaign, replay
from bench.access.choosing.usual_faults import default_faults
from bench.access.incident import load_incident
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError

FILE, SOUND = load_bench(DEFAULT), load_car("sound", Path())
WHOLE = campaign(SOUND, seed=1)
H = 3600.0


def ids(selection) -> list[str]:
    return [s.id for g in selection.groups for s in g.scenarios()]


@pytest.mark.parametrize("budget_s", [0.5 * H, 2 * H, 4 * H, 20 * H])
def test_what_is_chosen_fits_into_the_budget_and_the_rest_is_named(budget_s):
    choice = within(FILE, SOUND, WHOLE, budget_s)
    assert plan(FILE, SOUND, choice.selection).duration_s <= budget_s
    assert sorted([*ids(choice.selection), *choice.left_out]) == sorted(ids(WHOLE))


def test_every_path_and_every_fault_is_covered_first():
    choice = within(FILE, SOUND, WHOLE, 8 * H)
    assert {g.baseline.path for g in choice.selection.groups} == set(SOUND.file.paths)
    covered = {o.what for g in choice.selection.groups for o in g.outages}
    assert covered == set(default_faults("websocket"))
    asked = {o.asked.name for g in WHOLE.groups for o in g.outages}
    assert asked == {o.asked.name for g in choice.selection.groups for o in g.outages}


def test_a_small_budget_covers_as_many_paths_as_fit():
    one = plan(FILE, SOUND, WHOLE).duration_s / len(ids(WHOLE))
    choice = within(FILE, SOUND, WHOLE, 10 * one)
    paths = [g.baseline.path for g in choice.selection.groups]
    assert len(paths) == len(set(paths)) == 5
    faults = [o.name for g in choice.selection.groups for o in g.outages]
    assert len(set(faults)) == 5


def test_the_same_budget_chooses_the_same_scenarios():
    assert within(FILE, SOUND, WHOLE, 3 * H) == within(FILE, SOUND, WHOLE, 3 * H)


def test_more_budget_leaves_out_nothing_that_less_had_room_for():
    less, more = (set(ids(within(FILE, SOUND, WHOLE, b * H).selection)) for b in (2, 6))
    assert less <= more


def test_a_budget_for_everything_leaves_nothing_out():
    assert within(FILE, SOUND, WHOLE, 1000 * H).left_out == ()


def test_repetitions_count_against_the_budget():
    from dataclasses import replace

    thrice = within(FILE, SOUND, replace(WHOLE, repeat=3), 4 * H)
    assert plan(FILE, SOUND, thrice.selection).duration_s <= 4 * H
    assert len(thrice.left_out) > len(within(FILE, SOUND, WHOLE, 4 * H).left_out)


def test_a_replay_covers_owners_too():
    model = load_car("cloud_bound_key", Path())
    whole = replay(model, load_incident("gwm-2025-03-21", Path()), seed=1)
    choice = within(FILE, model, whole, 20 * H)
    assert {g.baseline.owner for g in choice.selection.groups} == {
        g.baseline.owner for g in whole.groups
    }


def test_a_budget_for_nothing_is_said_so():
    with pytest.raises(ConfigError, match=r"--budget: the least that can be run takes 10\.8 min"):
        within(FILE, SOUND, WHOLE, 60)
