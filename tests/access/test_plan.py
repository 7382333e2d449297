"""The plan of a run agrees with what the run then does."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.plan import plan, plan_run
from bench.access.choosing.selection import campaign, replay
from bench.access.incident import load_incident
from bench.access.pacing import apart_s
from bench.access.runner import run_scenario
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.events import Edge, RecipeApplied, RelaySwitched
from bench.judge.judge import judge

TOLERANCE_S = 1.0  # per scenario: the last try may settle a moment after the plan's end
REAL = Path(__file__).parents[1] / "smoke" / "real.toml"
FILE, SOUND = load_bench(DEFAULT), load_car("sound", Path())
GROUPS = campaign(SOUND, Choice(faults=["refuse"]), seed=1).groups


def cycles_of(recording) -> dict[str, int]:
    """Return how often each relay was really closed, but for recipes: they come on top."""
    closed = (e for entry, e in recording.of(RelaySwitched)
              if e.closed and not for_a_recipe(recording, entry))  # fmt: skip
    return dict(Counter(f"{e.board}.{e.channel}" for e in closed))


def for_a_recipe(recording, entry) -> bool:
    """Whether a relay switched to bring the car to how it should stand, as before another try."""
    return any(isinstance(each.event, RecipeApplied) for each in recording.causes(entry.seq))


@pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.baseline.id)
def test_a_baseline_takes_the_time_and_the_relay_cycles_of_its_plan(group):
    planned = plan_run(FILE, SOUND, group.baseline)
    recording = run_scenario(FILE, SOUND, group.baseline)
    assert cycles_of(recording) == planned.relay_cycles
    assert abs(recording.entries[-1].t_ns / 1e9 - planned.duration_s) < TOLERANCE_S


@pytest.mark.parametrize("group", GROUPS[::4], ids=lambda g: g.baseline.id)
def test_an_outage_takes_no_more_than_its_plan(group):
    _, scenario = group.scenarios()
    planned = plan_run(FILE, SOUND, scenario)
    recording = run_scenario(FILE, SOUND, scenario)
    assert Counter(cycles_of(recording)) <= Counter(planned.relay_cycles)
    assert abs(recording.entries[-1].t_ns / 1e9 - planned.duration_s) < TOLERANCE_S


@pytest.mark.parametrize(
    ("spec", "contact"),
    [
        ("open_wire:wire=cylinder_unlock", "faults.cylinder_unlock_open"),
        ("bus_short:bus=telematics", "faults.can_telematics_short"),
        ("supply_dip", ""),
    ],
)
def test_a_contact_that_a_fault_holds_is_planned_for(spec, contact):
    [group] = campaign(SOUND, Choice(paths=["cloud_app"], faults=[spec]), seed=1).groups
    _, scenario = group.scenarios()
    cycles = cycles_of(run_scenario(FILE, SOUND, scenario))
    assert plan_run(FILE, SOUND, scenario).relay_cycles == cycles
    assert [name for name in cycles if name.startswith("faults.")] == [contact] * bool(contact)


def test_a_replay_takes_the_time_and_the_relay_cycles_of_its_plan():
    model = load_car("independent_keys", Path())
    incident = load_incident("byd-2025-01-09", Path())
    chosen = replay(model, incident, seed=1, only_paths=["ble_key"], only_owners=["phone_only"])
    planned = plan(FILE, model, chosen)
    recordings = [run_scenario(FILE, model, s) for g in chosen.groups for s in g.scenarios()]
    done: Counter[str] = Counter()
    for recording in recordings:
        done.update(cycles_of(recording))
    assert dict(done) == planned.relay_cycles
    took_s = sum(r.entries[-1].t_ns / 1e9 for r in recordings)
    assert abs(took_s - planned.duration_s) < TOLERANCE_S * len(recordings)


def touchy(tmp_path: Path, **values: float) -> Path:
    """Return a car file whose lock drive protects itself sooner."""
    lines = "\n".join(f"{name} = {value}" for name, value in values.items())
    path = tmp_path / "touchy.toml"
    sound = (Path(__file__).parents[2] / "bench/cars/sound.toml").read_text()
    path.write_text(f"{sound}\n[units.bcm.locking]\n{lines}\n")
    return path


@pytest.mark.parametrize(
    ("real", "counted", "more_s"),
    [(["bcm"], "0", 27), (["bcm"], "any", 7), (["gateway"], "0", 0), ([], "0", 0)],
)
def test_a_real_body_controller_is_made_ready_for_each_scenario(real, counted, more_s):
    """It stands as the one before has left it: a night's budget has to have that in it."""
    file, scenario = load_bench(REAL), GROUPS[0].baseline
    car = file.content.car.model_copy(update={"real": real})
    there = replace(file, content=file.content.model_copy(update={"car": car}))
    state = {"repeated_operation": counted}
    model = replace(SOUND, file=SOUND.file.model_copy(update={"starting_state": state}))
    with_it, without = plan_run(there, model, scenario), plan_run(file, model, scenario)
    assert with_it.duration_s - without.duration_s == pytest.approx(more_s)
    assert with_it.longest_s - without.longest_s == pytest.approx(more_s)
    assert with_it.relay_cycles == without.relay_cycles


def test_tries_are_paced_below_the_cars_protection(tmp_path):
    car = touchy(tmp_path, most_operations=2, window_s=90.0)
    model = load_car(str(car), Path())
    incident = load_incident("byd-2025-01-09", Path())
    group, *_ = replay(model, incident, seed=1, only_paths=["ble_key"],
                       only_owners=["phone_only"]).groups  # fmt: skip
    acts = group.baseline.timeline.acts_s
    assert min(b - a for a, b in pairwise(acts)) >= 90
    assert judge(run_scenario(FILE, model, group.baseline)).verdict == "pass"


def test_without_pacing_the_protection_would_speak(tmp_path):
    from dataclasses import replace

    model = load_car(str(touchy(tmp_path, most_operations=2, window_s=90.0)), Path())
    group, *_ = campaign(model, Choice(paths=["ble_key"], faults=["refuse"]), seed=1).groups
    hasty = replace(group.baseline.timeline, acts_s=(45.0, 90.0))
    assert (
        judge(run_scenario(FILE, model, replace(group.baseline, timeline=hasty))).verdict == "fail"
    )


@pytest.mark.parametrize(("most", "window_s"), [(2, 600.0), (4, 600.0), (8, 20.0)])
def test_two_runs_in_a_row_stay_below_the_protection(tmp_path, most, window_s):
    model = load_car(str(touchy(tmp_path, most_operations=most, window_s=window_s)), Path())
    chosen = campaign(model, Choice(paths=["ble_key"], faults=["refuse"]), seed=1)
    run = chosen.groups[0].baseline
    # one run on its own: its tries are as far apart as its timeline has them
    once = moved_s(run_scenario(FILE, SOUND, run))
    both = [*once, *(t_s + run.timeline.end_s for t_s in once)]
    last_of_first, first_of_second = max(run.timeline.controls_s), run.timeline.acts_s[0]
    assert run.timeline.end_s + first_of_second - last_of_first >= window_s / (most // 2)
    around = [t_s for t_s in both if once[-1] - window_s < t_s]
    assert all(sum(t <= o < t + window_s for o in around) <= most for t in around)


def moved_s(recording) -> list[float]:
    """Return when the lock drive began to move, in seconds."""
    return [
        entry.t_ns / 1e9
        for entry, event in recording.of(Edge)
        if event.line == "lock_motor_driver" and event.level != "idle"
    ]


def test_a_run_that_moves_no_door_needs_no_rest(tmp_path):
    model = load_car(str(touchy(tmp_path, most_operations=2, window_s=600.0)), Path())
    chosen = campaign(model, Choice(paths=["ble_key"], faults=["refuse"]), seed=1)
    unlock, start = (group.baseline.timeline for group in chosen.groups)
    assert start.end_s == start.controls_s[0] + 60
    assert unlock.end_s > unlock.controls_s[0] + 60
    assert unlock.controls_s[0] - unlock.acts_s[0] >= 600


def test_pacing_follows_the_car_file(tmp_path):
    assert apart_s(SOUND, "unlock") == 20.0 / 4 + 0.5
    assert apart_s(SOUND, "start") == 0


@pytest.mark.parametrize(
    ("channels", "asked"),
    [("", ""), ("handle_drivr = 1, ", r': is "handle_drivr" meant for it\?')],
    ids=["not wired", "misspelled"],
)
def test_a_plan_for_a_relay_that_is_not_there_says_which(tmp_path, channels, asked):
    """handle_driver_lock, which is there, is another handle, and not what is meant."""
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text().replace("handle_driver = 1, ", channels))
    wanted = rf'no channel does "handle_driver", which ble_key unlock needs{asked}; name the'
    with pytest.raises(ConfigError, match=wanted):
        plan(load_bench(file), SOUND, campaign(SOUND, Choice(paths=["ble_key"]), seed=1))
