"""What the mocked telematics unit draws, by what it does and whether its radio is connected."""

import asyncio

import pytest

from bench.telematics.consumption import DRAWN_MA, RADIO_MA, TAIL_S, Consumption


@pytest.fixture
def play(time):
    """Runs a test's coroutine function with what a unit draws, and the currents so far."""

    def run(body):
        async def act():
            drawn = []
            await body(Consumption(drawn.append), drawn)

        time.run(act())

    return run


@pytest.mark.parametrize("state", DRAWN_MA)
def test_each_state_has_its_current(play, state):
    async def body(consumption, drawn):
        consumption.enter(state)
        assert drawn == [DRAWN_MA[state]]

    play(body)


def test_a_connected_radio_costs_more_and_for_some_seconds_after_the_last_byte(play):
    async def body(consumption, drawn):
        consumption.enter("backing_off")
        idle_ma = DRAWN_MA["backing_off"]
        with consumption.radio():
            assert drawn[-1] == idle_ma + RADIO_MA
            await asyncio.sleep(60)
            assert drawn[-1] == idle_ma + RADIO_MA
        await asyncio.sleep(TAIL_S - 0.1)
        assert drawn[-1] == idle_ma + RADIO_MA
        await asyncio.sleep(0.2)
        assert drawn[-1] == idle_ma
        assert drawn == [idle_ma, idle_ma + RADIO_MA, idle_ma], "each change is told once"

    play(body)


def test_a_try_within_the_tail_keeps_the_radio_and_begins_a_new_tail(play):
    async def body(consumption, drawn):
        consumption.enter("backing_off")
        for _ in range(2):
            with consumption.radio():
                await asyncio.sleep(1)
            await asyncio.sleep(TAIL_S - 1)
        assert len(drawn) == 2
        consumption.release()
        await asyncio.sleep(1.1)
        assert drawn[-1] == DRAWN_MA["backing_off"], "letting go once more puts nothing off"

    play(body)


@pytest.mark.parametrize("state", ["unpowered", "restarting"])
def test_without_supply_the_radio_is_off_at_once(play, state):
    async def body(consumption, drawn):
        consumption.enter("connected")
        with consumption.radio():
            consumption.enter(state)
            assert drawn[-1] == 0
            await asyncio.sleep(TAIL_S + 1)
        assert drawn[-1] == 0

    play(body)
