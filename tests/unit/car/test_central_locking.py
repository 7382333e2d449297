"""Central locking: which requests move the doors, and when it locks again."""

import asyncio

import pytest
from door_rig import Door

from bench.car.central_locking import DOORS, CentralLocking, LockingParameters


class Car:
    """Central locking on its doors: `reports` has (source, state), `notes` the diary."""

    def __init__(self, time, **parameters):
        self.doors = {name: Door(time, name=name) for name in DOORS}
        self.reports, self.notes, self.relocks = [], [], []
        self.locking = CentralLocking(
            {name: door.lock for name, door in self.doors.items()},
            LockingParameters(**parameters),
            report=lambda source, cause: self.reports.append((source, self.locking.state, cause)),
            note=self.note,
            relock=lambda: self.relocks.append(time.loop.time()),
        )

    def note(self, what, cause):
        self.notes.append((what, cause))
        return 100 + len(self.notes)

    def moved(self):
        """Return how often the driver's motor was driven."""
        return sum(net == "drive" and mv != 0 for _, net, mv, _ in self.doors["driver"].edges)

    def battery(self, mv):
        for door in self.doors.values():
            door.supply.drive("battery", mv)


def in_a_car(time, act, **parameters):
    async def main():
        car = Car(time, **parameters)
        await act(car, car.locking)
        return car

    return time.run(main())


def test_all_doors_move_together_and_it_is_reported_once_they_have(time):
    async def act(car, locking):
        assert locking.state == "locked"
        assert await locking.move("unlock", "remote_key", 7)
        assert locking.state == "unlocked"
        assert time.loop.time() == pytest.approx(0.375)

    car = in_a_car(time, act)
    assert car.reports == [("remote_key", "unlocked", 101)]
    assert car.notes == [("unlock by remote_key", 7)]
    assert {door.edges[0][3] for door in car.doors.values()} == {101}


def test_the_driver_s_door_alone_is_a_state_of_its_own(time):
    async def act(car, locking):
        locking.locks["driver"].turn("unlock", None)
        assert locking.state == "driver_unlocked"
        locking.locks["rear_left"].turn("unlock", None)
        assert locking.state == "unlocked"
        locking.locks["driver"].turn("lock", None)
        assert locking.state == "unlocked"

    in_a_car(time, act)


def test_two_that_ask_for_the_same_within_a_second_are_one_request(time):
    async def act(car, locking):
        first, second = await asyncio.gather(
            locking.move("unlock", "remote_key", 1), locking.move("unlock", "digital_key", 2)
        )
        assert first
        assert second
        await asyncio.sleep(0.5)  # at 0.875 s
        assert await locking.move("unlock", "passive_entry", 3)
        assert car.moved() == 1
        await asyncio.sleep(0.2)  # at 1.075 s
        assert await locking.move("unlock", "remote_key", 4)
        assert car.moved() == 2

    car = in_a_car(time, act)
    assert ("unlock by digital_key: already under way", 2) in car.notes


def test_the_opposite_is_never_the_same_request(time):
    async def act(car, locking):
        results = await asyncio.gather(
            locking.move("unlock", "remote_key", 1), locking.move("lock", "remote_key", 2)
        )
        assert results == [True, True]
        assert locking.state == "locked"

    car = in_a_car(time, act)
    assert [state for _, state, _ in car.reports] == ["unlocked", "locked"]
    assert car.moved() == 2


def test_who_asks_while_it_is_under_way_is_told_what_came_of_it(time):
    async def act(car, locking):
        car.battery(5_000)
        first = asyncio.ensure_future(locking.move("unlock", "remote_key", 1))
        await asyncio.sleep(0.1)
        second = await locking.move("unlock", "digital_key", 2)
        assert not await first
        assert not second
        assert time.loop.time() == pytest.approx(0.375)

    car = in_a_car(time, act)
    assert car.locking.state == "locked"


def test_motors_without_supply_are_reported_as_not_moved(time):
    async def act(car, locking):
        car.battery(5_000)
        assert not await locking.move("unlock", "remote_key", 1)
        assert locking.state == "locked"

    in_a_car(time, act)


def test_one_motor_that_does_not_move_is_doors_that_did_not_move(time):
    async def act(car, locking):
        car.doors["rear_left"].supply.drive("battery", 5_000)
        first = asyncio.ensure_future(locking.move("unlock", "remote_key", 1))
        await asyncio.sleep(0.1)
        assert not await locking.move("unlock", "digital_key", 2), "nor for who asks meanwhile"
        assert not await first
        assert locking.state == "unlocked", "all but one are"

    in_a_car(time, act)


def test_after_eight_operations_in_twenty_seconds_the_motors_rest(time):
    async def act(car, locking):
        for number in range(8):
            assert await locking.move("lock" if number % 2 else "unlock", "remote_key", None)
            await asyncio.sleep(1)
        assert not await locking.move("unlock", "remote_key", None)
        assert locking.state == "locked"
        await asyncio.sleep(29)
        assert not await locking.move("unlock", "remote_key", None)
        await asyncio.sleep(1.1)
        assert await locking.move("unlock", "remote_key", None)
        assert locking.state == "unlocked"

    car = in_a_car(time, act)
    assert car.moved() == 9
    assert sum("repeated-operation protection" in what for what, _ in car.notes) == 2


def test_who_repeats_a_refused_request_is_refused_as_well(time):
    async def act(car, locking):
        for number in range(8):
            assert await locking.move("lock" if number % 2 else "unlock", "remote_key", None)
        assert not await locking.move("unlock", "remote_key", None)
        await asyncio.sleep(0.1)
        assert not await locking.move("unlock", "digital_key", None)
        assert locking.state == "locked"

    car = in_a_car(time, act)
    assert "repeated-operation protection" in car.notes[-1][0]


def test_operations_far_enough_apart_never_tire_the_motors(time):
    async def act(car, locking):
        for number in range(40):
            assert await locking.move("lock" if number % 2 else "unlock", "remote_key", None)
            await asyncio.sleep(2.5)

    in_a_car(time, act)


def test_operations_are_counted_in_one_byte(time):
    async def act(car, locking):
        for _ in range(300):
            locking.told("cylinder", None)

    assert in_a_car(time, act).locking.operations == 300 % 256


@pytest.mark.parametrize("source", ["remote_key", "telematics", "keypad"])
def test_a_car_that_nobody_opens_locks_again(time, source):
    async def act(car, locking):
        await locking.move("unlock", source, None)
        await asyncio.sleep(100)

    assert in_a_car(time, act).relocks == pytest.approx([0.375 + 30])


@pytest.mark.parametrize("source", ["cylinder", "interior"])
def test_who_unlocks_with_blade_or_from_inside_is_not_locked_out(time, source):
    async def act(car, locking):
        await locking.move("unlock", source, None)
        await asyncio.sleep(100)

    assert in_a_car(time, act).relocks == []


def test_an_opened_door_or_locking_ends_the_wait_for_locking_again(time):
    async def act(car, locking):
        await locking.move("unlock", "remote_key", None)
        await asyncio.sleep(20)
        locking.cancel_relock()
        await asyncio.sleep(100)
        await locking.move("unlock", "remote_key", None)
        await asyncio.sleep(20)
        await locking.move("lock", "remote_key", None)
        await asyncio.sleep(100)

    assert in_a_car(time, act).relocks == []


def test_unlocking_once_more_puts_locking_again_off(time):
    async def act(car, locking):
        await locking.move("unlock", "remote_key", None)
        await asyncio.sleep(20)
        await locking.move("unlock", "remote_key", None)
        await asyncio.sleep(100)

    assert in_a_car(time, act).relocks == pytest.approx([0.375 + 20 + 0.375 + 30])
