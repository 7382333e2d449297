"""What the bench undoes between two tries, also where an outage is in the way."""

from pathlib import Path

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.runner import run_scenario
from bench.can.databases import bundled
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.events import FaultCleared, IntentBegan, RecipeApplied, RoleChanged
from bench.judge.judge import judge

FILE, SOUND = load_bench(DEFAULT), load_car("sound", Path())


def run(fault: str, path: str = "remote_start"):
    """Return (the verdict, the recording) of a start in an outage, judged by a baseline."""
    chosen = campaign(SOUND, Choice(paths=[path], faults=[fault]), seed=1)
    group = next(g for g in chosen.groups if g.baseline.intent == "start")
    baseline, outage = (run_scenario(FILE, SOUND, s) for s in group.scenarios())
    return judge(outage, baseline), outage


def restored(recording) -> list[str]:
    return [
        event.attempt for _, event in recording.of(IntentBegan)
        if event.attempt.startswith("restore-")
    ]  # fmt: skip


def test_a_car_that_hears_no_button_in_the_outage_is_switched_off_after_it():
    verdict, recording = run("loss_of_ground:unit=PEPS")
    assert verdict.verdict == "pass", verdict.reason
    cleared = next(entry.t_ns for entry, _ in recording.of(FaultCleared))
    again = next(e.t_ns for e, v in recording.of(IntentBegan) if v.attempt == "restore-outage")
    assert again > cleared
    off = [
        e.t_ns for e, v in recording.of(RoleChanged) if v.role == "power_mode" and "off" in v.means
    ]
    assert any(again < t_ns < again + 1_000_000_000 for t_ns in off)


def test_a_car_that_started_unseen_in_the_outage_is_switched_off_after_it():
    """Its body controller hears all and obeys; every frame that would say so is destroyed."""
    verdict, recording = run("bus_off:node=BCM", "ble_key")
    assert verdict.verdict == "pass", verdict.reason
    assert restored(recording)[0] == "restore-outage"


@pytest.mark.parametrize("fault", ["http_status", "open_wire:wire=handle_driver"])
def test_what_was_restored_in_the_outage_is_left_alone_after_it(fault):
    verdict, recording = run(fault)
    assert verdict.verdict == "pass", verdict.reason
    assert restored(recording)
    assert "restore-outage" not in restored(recording)


NEVER_LOCKS = """
summary = "stays as it was left"
paths = ["mechanical_key"]

[units.bcm.locking]
relock_s = 1e6

[can.body]
roles = "body.toml"

[can.telematics]
roles = "telematics.toml"
"""
WITHOUT_SWITCHES = """
[bench]
name = "few contacts"

[can.body]
interface = "simulated"

[can.telematics]
interface = "simulated"

[relays.doors]
model = "simulated"
channels = { cylinder_unlock = 1, telematics_supply = 2 CYLINDER }
"""


def unlocked_twice(tmp_path: Path, bench_file: str | None = None, car: str = NEVER_LOCKS):
    """Return the verdict on a blade in an outage, in a car that never locks by itself."""
    path = tmp_path / "car.toml"
    path.write_text(car)
    file, car = FILE, load_car(str(path), Path())
    if bench_file is not None:
        (tmp_path / "bench.toml").write_text(bench_file)
        file = load_bench(tmp_path / "bench.toml")
    chosen = campaign(car, Choice(paths=["mechanical_key"], faults=["refuse"]), seed=1)
    baseline, outage = (run_scenario(file, car, s) for s in chosen.groups[0].scenarios())
    return judge(outage, baseline), outage


def recipes(recording) -> list[str]:
    return [event.recipe for _, event in recording.of(RecipeApplied)]


OWN_DOOR = NEVER_LOCKS + "\n[units.bcm]\ncylinder_switch = false\n"


def test_a_door_that_the_blade_alone_has_opened_is_locked_before_the_next_try(tmp_path):
    """The body controller knows nothing of it: the driver's latch tells."""
    verdict, recording = unlocked_twice(tmp_path, car=OWN_DOOR)
    assert verdict.verdict == "pass", verdict.reason
    assert recipes(recording) == ["interior_switch"]


def test_a_car_that_does_not_lock_itself_again_is_locked_before_the_next_try(tmp_path):
    verdict, recording = unlocked_twice(tmp_path)
    assert verdict.verdict == "pass", verdict.reason
    assert recipes(recording) == ["interior_switch"]


def test_it_is_locked_by_its_cylinder_where_no_contact_is_across_the_switch_inside(tmp_path):
    bench_file = WITHOUT_SWITCHES.replace("CYLINDER", ", cylinder_lock = 3")
    verdict, recording = unlocked_twice(tmp_path, bench_file)
    assert verdict.verdict == "pass", verdict.reason
    assert recipes(recording) == ["interior_switch", "cylinder_switch"]


def test_it_is_no_failure_of_the_car_that_nothing_on_the_bench_locks_it(tmp_path):
    verdict, _ = unlocked_twice(tmp_path, WITHOUT_SWITCHES.replace("CYLINDER", ""))
    assert verdict.verdict == "inconclusive"
    assert "door_lock_state should be locked (unlocked" in verdict.reason


def test_what_a_sleeping_bus_said_last_of_the_doors_is_not_how_they_stand(tmp_path):
    """The gateway passes their state on while its other bus is awake; they lock later."""
    text = bundled("body.toml").read_text()
    section = text[text.index("[roles.door_lock_state]") : text.index("[roles.lock_cause]")]
    (tmp_path / "body_without.toml").write_text(text.replace(section, ""))
    car_file = NEVER_LOCKS.replace("relock_s = 1e6", "relock_s = 30.0")
    car_file = car_file.replace('"body.toml"', '"body_without.toml"')
    (tmp_path / "car.toml").write_text(car_file.replace("mechanical_key", "cloud_app"))
    car = load_car(str(tmp_path / "car.toml"), Path())
    chosen = campaign(car, Choice(paths=["cloud_app"], faults=["refuse"]), seed=1)
    baseline = run_scenario(FILE, car, next(iter(chosen.groups[0].scenarios())))
    verdict = judge(baseline)
    assert verdict.verdict == "pass", verdict.reason
    assert recipes(baseline) == []
