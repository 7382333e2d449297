"""The car as the app shows it: an old state is shown as old."""

from pathlib import Path

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT
from bench.errors import NotFitted
from bench.events import StateShown
from bench.judge.asking import ask
from bench.judge.verdict import Case

ROOT = Path(__file__).parents[2]
DBC, SOUND = ROOT / "dbc", ROOT / "bench" / "cars" / "sound.toml"


def looked(*defects: str):
    """Look before an outage, and after opening by the phone's key in it."""
    bench = Bench(make_setup(DEFAULT, defects=defects)).open()
    bench.owner.lock("cloud_app")
    bench.wait(10)
    bench.owner.look()
    with bench.cloud.failing("http_status"):
        assert bench.owner.unlock("ble_key").acted
        bench.wait(2)  # the car has said so on its bus by then
        bench.owner.look()
    recording = bench.close()
    return [event for _, event in recording.of(StateShown)], ask("honest_claims", Case(recording))


def test_a_sound_app_says_since_when_the_car_is_so():
    (before, in_outage), judgement = looked()
    assert before.value == in_outage.value == "locked"
    assert before.as_of_s == in_outage.as_of_s > 0
    assert "locked, as reported at" in in_outage.text
    assert judgement.verdict == "pass", judgement.reason


def test_an_old_state_that_is_shown_as_current_is_a_lie():
    (before, in_outage), judgement = looked("shows_state_without_time")
    assert (before.as_of_s, in_outage.as_of_s) == (0, 0)
    assert judgement.verdict == "fail"
    assert judgement.reason == 'stale: "locked" shown as current, and the car was unlocked'


def test_an_owner_without_a_phone_has_nothing_to_look_at():
    bench = Bench(make_setup(DEFAULT, owner="flat_phone_and_card")).open()
    with pytest.raises(NotFitted, match="no phone to look at"):
        bench.owner.look()
    bench.close()


def test_a_telematics_unit_takes_the_car_s_finer_words_for_what_they_mean(tmp_path):
    """A parked car is off: the unit goes to sleep. What was "carried_out" is done."""
    roles = (DBC / "telematics.toml").read_text()
    for signal, words in {
        "PowerMode": "parked = 0, off = 0, accessory = 1, on = 2, ready = 3",
        "Result": "none = 0, pending = 1, carried_out = 2, done = 2, refused = 3",
    }.items():
        roles = roles.replace(f'signal = "{signal}"', f'signal = "{signal}"\nraw = {{ {words} }}')
    roles = roles.replace('"telematics.dbc"', f'"{DBC / "telematics.dbc"}"')
    (tmp_path / "own.toml").write_text(roles)
    car = tmp_path / "car.toml"
    car.write_text(SOUND.read_text().replace('"telematics.toml"', f'"{tmp_path / "own.toml"}"'))
    with Bench(make_setup(DEFAULT, car=str(car))) as bench:
        unlock = bench.owner.unlock("cloud_app")
        assert unlock.acted
        assert unlock.told == "succeeded"
        bench.wait(minutes=20)
        assert bench.telematics.state == "asleep"


def test_doors_are_locked_that_the_car_s_own_words_call_something_finer(tmp_path):
    roles = (DBC / "body.toml").read_text().replace(
        'signal = "LockState"', 'signal = "LockState"\nraw = { closed = 0, locked = 0, unlocked = 1 }'
    )  # fmt: skip
    (tmp_path / "own.toml").write_text(roles.replace('"body.dbc"', f'"{DBC / "body.dbc"}"'))
    car = tmp_path / "car.toml"
    car.write_text(SOUND.read_text().replace('"body.toml"', f'"{tmp_path / "own.toml"}"'))
    with Bench(make_setup(DEFAULT, car=str(car))) as bench:
        bench.wait(1)
        assert bench.car.state("door_lock_state") == "closed"
        assert bench.car.locked
        assert bench.owner.unlock("ble_key").acted
        bench.wait(1)
        assert not bench.car.locked
