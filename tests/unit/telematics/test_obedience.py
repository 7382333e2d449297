"""Which commands a telematics unit obeys, and why it refuses the others."""

from dataclasses import replace

import pytest

from bench.clock.unit_clock import UnitClock
from bench.protocol.command import Command
from bench.telematics.obedience import Obedience
from bench.telematics.policy import TelematicsPolicy

VIN = "BENCH000000000001"
SOUND = TelematicsPolicy()


class Unit:
    """A unit's memory, and commands that are right for it unless something else is said."""

    def __init__(self, time):
        self.time, self.clock = time, UnitClock(time)
        self.memory = Obedience(VIN, self.clock)

    def command(self, number=1, **changed):
        now = self.time.wall().timestamp()
        right = Command(f"id-{number}", VIN, "door_unlock", now, now + 90, "epoch", number, "")
        return replace(right, **changed)

    def told(self, command, policy=SOUND):
        """Be told a command; return why it is refused (None: it is obeyed)."""
        refusal = self.memory.refusal(command, policy)
        self.memory.remember(command, obeyed=refusal is None)
        return refusal


@pytest.fixture
def unit(time):
    return Unit(time)


def test_a_command_is_obeyed_once(unit):
    command = unit.command()
    assert unit.told(command) is None
    assert unit.told(command) == "refused: duplicate"
    assert unit.told(command) == "refused: duplicate"


def test_a_command_for_another_vehicle_is_refused_before_anything_else_is_looked_at(unit):
    stray = unit.command(vin="BENCH000000000002", expires_at=0.0)
    assert unit.told(stray) == unit.told(stray) == "refused: for another vehicle"
    assert unit.told(unit.command(1, command_id="its own")) is None, "nor does it count"


@pytest.mark.parametrize(
    ("left_s", "refusal"), [(0.001, None), (0.0, "refused: expired"), (-60.0, "refused: expired")]
)
def test_a_command_is_good_until_before_its_end(unit, left_s, refusal):
    now = unit.time.wall().timestamp()
    assert unit.told(unit.command(expires_at=now + left_s)) == refusal


def test_a_clock_that_was_set_back_brings_no_command_to_life_again(unit):
    command = unit.command(expires_at=unit.time.wall().timestamp() - 1)
    unit.clock.offset_s = -3600.0
    assert unit.told(command) == "refused: expired"
    believer = replace(SOUND, believes_clock=True)
    assert unit.told(unit.command(2, expires_at=command.expires_at), believer) is None


def test_a_command_that_a_later_one_has_overtaken_is_refused(unit):
    for number, refusal in ((5, None), (4, "refused: out of order"), (6, None)):
        assert unit.told(unit.command(number)) == refusal
    same_again = unit.command(6, command_id="another id")
    assert unit.told(same_again) == "refused: out of order"


@pytest.mark.parametrize("number", [0, -3])
def test_a_number_below_the_first_is_behind(unit, number):
    assert unit.told(unit.command(number)) == "refused: out of order"


def test_a_refused_command_moves_no_counter(unit):
    assert unit.told(unit.command(9, expires_at=0.0)) == "refused: expired"
    assert unit.told(unit.command(2)) is None


def test_numbers_begin_anew_in_another_epoch_and_go_on_in_the_one_before(unit):
    assert unit.told(unit.command(5)) is None
    assert unit.told(unit.command(1, epoch="next", command_id="a")) is None
    assert unit.told(unit.command(5, command_id="b")) == "refused: out of order"


def test_counters_outlive_a_loss_of_supply(unit):
    command = unit.command(5)
    assert unit.told(command) is None
    unit.memory.lose_supply()
    assert unit.told(command) == "refused: out of order", "it does not know it any more"
    assert unit.told(unit.command(6)) is None
