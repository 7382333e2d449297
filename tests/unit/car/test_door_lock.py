"""A door's lock: motor, latch and blade."""

import asyncio

import pytest
from door_rig import Door


def test_a_pulse_drives_the_motor_and_moves_the_latch_on_the_way(time):
    door = Door(time)
    assert time.run(door.lock.pulse("unlock", 7))
    assert not door.lock.locked
    assert time.run(door.lock.pulse("lock", 8))
    assert door.lock.locked
    assert door.edges == [
        (0.0, "drive", 12_000, 7), (0.12, "latch", 12_000, 7), (0.375, "drive", 0, 7),
        (0.375, "drive", -12_000, 8), (0.495, "latch", 0, 8), (0.75, "drive", 0, 8),
    ]  # fmt: skip


def test_the_motor_draws_its_current_while_it_runs(time):
    door = Door(time)

    async def main():
        moving = asyncio.ensure_future(door.lock.pulse("unlock", None))
        await asyncio.sleep(0.2)
        assert door.supply.ma == 3_000
        await moving
        assert door.supply.ma == 0

    time.run(main())


@pytest.mark.parametrize(("supply_mv", "moves"), [(0, False), (8_999, False), (9_000, True)])
def test_a_motor_without_enough_supply_moves_nothing_and_says_so(time, supply_mv, moves):
    door = Door(time, supply_mv)
    assert time.run(door.lock.pulse("unlock", None)) is moves
    assert door.lock.locked is not moves
    assert time.run(door.lock.pulse("lock", None))  # there it is already, or there it comes


def test_a_supply_that_breaks_down_under_way_leaves_the_latch_where_it_was(time):
    door = Door(time)

    async def main():
        door.loop.call_later(0.05, door.supply.drive, "battery", 5_000)
        return await door.lock.pulse("unlock", None)

    assert time.run(main()) is False
    assert door.lock.locked
    assert door.latch.mv == 0


def test_the_blade_moves_the_latch_without_motor_or_supply(time):
    door = Door(time, 0)
    door.lock.turn("unlock", 3)
    assert not door.lock.locked
    door.lock.turn("lock", 4)
    assert door.lock.locked
    assert door.edges == [(0.0, "latch", 12_000, 3), (0.0, "latch", 0, 4)]


@pytest.mark.parametrize("locked", [True, False])
def test_a_lock_is_where_it_was_put(time, locked):
    door = Door(time)
    door.lock.place(locked=locked)
    assert door.lock.locked is locked
    assert door.lock.stands("lock") is locked
    assert door.lock.stands("unlock") is not locked
    assert bool(door.latch.mv) is not locked
