"""Power mode: starting, stopping and remote starts."""

import asyncio

import pytest

from bench.car.power_mode import PowerMode, PowerParameters


def powered(time, act, **parameters):
    """Run `act` with a power mode; return (seconds, mode, cause) of its changes."""
    changes = []

    async def main():
        mode = PowerMode(
            PowerParameters(**parameters),
            lambda mode, cause: changes.append((round(time.loop.time(), 6), mode, cause)),
        )
        await act(mode)

    time.run(main())
    return changes


def test_a_key_makes_the_car_ready_after_its_time(time):
    async def act(power):
        await power.start(7)
        assert power.mode == "ready"
        power.stop(8)
        power.stop(9)

    assert powered(time, act) == [(0.0, "on", 7), (0.8, "ready", 7), (0.8, "off", 8)]


def test_a_car_that_is_ready_stays_so_when_it_is_started_once_more(time):
    async def act(power):
        power.place("ready")
        await power.start(7)
        assert power.mode == "ready"

    assert powered(time, act) == []


def test_a_car_that_is_on_is_ready_at_once(time):
    async def act(power):
        power.place("on")
        await power.start(7)

    assert powered(time, act) == [(0.0, "ready", 7)]


def test_who_stops_while_it_starts_has_stopped_it(time):
    async def act(power):
        time.loop.call_later(0.4, power.stop, 8)
        await power.start(7)
        assert power.mode == "off"

    assert powered(time, act) == [(0.0, "on", 7), (0.4, "off", 8)]


def test_a_remote_start_ends_by_itself_after_ten_minutes(time):
    async def act(power):
        assert await power.start_remotely(7)
        await asyncio.sleep(700)

    assert powered(time, act) == [(0.0, "on", 7), (0.8, "ready", 7), (600.8, "off", 7)]


def test_a_third_remote_start_needs_a_key_first(time):
    async def act(power):
        for _ in range(2):
            assert await power.start_remotely(1)
            power.stop(2)
        assert not await power.start_remotely(3)
        assert power.mode == "off"
        await power.start(4)
        power.stop(5)
        assert await power.start_remotely(6)

    powered(time, act)


@pytest.mark.parametrize("mode", ["accessory", "on", "ready"])
def test_a_car_that_is_on_is_not_started_remotely(time, mode):
    async def act(power):
        power.place(mode)
        assert not await power.start_remotely(1)
        assert power.mode == mode
        assert power.remote_starts == 0

    assert powered(time, act) == []


def test_a_key_takes_a_remote_start_over_for_good(time):
    async def act(power):
        await power.start_remotely(1)
        await asyncio.sleep(100)
        await power.start(2)
        await asyncio.sleep(2000)
        assert power.mode == "ready"

    powered(time, act)


def test_a_key_takes_it_over_also_while_it_is_still_starting(time):
    async def act(power):
        remote = asyncio.ensure_future(power.start_remotely(1))
        await asyncio.sleep(0.4)
        await power.start(2)
        assert await remote
        await asyncio.sleep(2000)
        assert power.mode == "ready"  # nobody switches a driven car off

    powered(time, act)


def test_a_remote_start_that_was_stopped_while_starting_stops_nothing_later(time):
    async def act(power):
        remote = asyncio.ensure_future(power.start_remotely(1))
        await asyncio.sleep(0.4)
        power.stop(2)
        await remote
        assert power.mode == "off"
        await asyncio.sleep(10)
        power.place("ready")
        await asyncio.sleep(2000)
        assert power.mode == "ready"

    powered(time, act)


def test_a_remote_start_that_was_stopped_does_not_stop_the_next_one(time):
    async def act(power):
        await power.start_remotely(1)
        await asyncio.sleep(300)
        power.stop(2)
        await power.start_remotely(3)

        await asyncio.sleep(400)
        assert power.mode == "ready"
        await asyncio.sleep(300)
        assert power.mode == "off"

    powered(time, act)
