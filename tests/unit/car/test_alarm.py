"""The theft alarm: who arms it, who silences it, and what sets it off."""

import pytest

from bench.car.alarm import Alarm

LET_IN = ["digital_key", "passive_entry", "remote_key", "keypad", "telematics", "voice"]


class Said:
    """An alarm, and what it has told the buses."""

    def __init__(self, *, locked=True, cylinder_disarms=False):
        self.said = []
        self.alarm = Alarm(
            lambda state, cause: self.said.append((state, cause)), cylinder_disarms=cylinder_disarms
        )
        self.alarm.place(locked=locked)
        self.said.clear()


@pytest.mark.parametrize("locked", [True, False])
def test_it_is_armed_from_the_beginning_in_a_car_that_is_locked(locked):
    assert Said(locked=locked).alarm.state == ("armed" if locked else "disarmed")


@pytest.mark.parametrize("source", [*LET_IN, "cylinder", "interior", "auto_relock", "none"])
def test_only_who_is_known_to_be_let_in_silences_it_by_unlocking(source):
    car = Said()
    car.alarm.on_moved("unlock", source, 7)
    assert car.said == ([("disarmed", 7)] if source in LET_IN else [])
    car.alarm.on_opened(8)
    assert (car.alarm.state == "activated") is (source not in LET_IN)


@pytest.mark.parametrize("disarms", [True, False])
def test_a_blade_silences_it_only_in_a_car_that_is_so_made(disarms):
    car = Said(cylinder_disarms=disarms)
    car.alarm.on_moved("unlock", "cylinder", 7)
    assert car.alarm.state == ("disarmed" if disarms else "armed")


@pytest.mark.parametrize("source", [*LET_IN, "cylinder", "auto_relock", "interior"])
def test_locking_arms_it_but_not_from_inside(source):
    car = Said(locked=False)
    car.alarm.on_moved("lock", source, 7)
    assert car.said == ([] if source == "interior" else [("armed", 7)])


def test_a_door_that_is_opened_sets_it_off_once_and_only_while_it_is_armed():
    car = Said()
    for cause in (1, 2):
        car.alarm.on_opened(cause)
    assert car.said == [("activated", 1)]
    car.alarm.disarm(3)
    car.alarm.on_opened(4)
    assert car.said == [("activated", 1), ("disarmed", 3)]
