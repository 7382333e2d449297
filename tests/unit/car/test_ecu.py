"""What every unit of the car does about its supply, its ground and the buses' sleep."""

import asyncio
from pathlib import Path

import pytest

from bench.can.roles import load_roles
from bench.can.simulated.medium import Medium
from bench.car.ecu import ASLEEP_MA, AWAKE_MA, Ecu
from bench.car.surroundings import Surroundings
from bench.radio.air import Air
from bench.wiring.nets import Wiring


class Unit(Ecu):
    """A unit that does nothing but live, and is kept awake by terminal 15."""

    node = "PEPS"
    wakes_on = ("terminal_15",)

    def __init__(self, around):
        super().__init__(around)
        self.log = []
        self.after_reset.append(lambda _cause: self.log.append(("works", around.loop.time())))

    def on_supply_lost(self, cause):
        self.log.append(("lost", self.around.loop.time()))


class Car:
    """One unit on its bus, with its supply."""

    def __init__(self, time, journal):
        self.medium = Medium("body", time.loop, journal)
        self.wiring, roles = Wiring(), load_roles("body.toml", [], Path())
        self.supply = self.wiring.net("terminal_30")
        self.supply.drive("battery", 12_000)
        around = Surroundings(
            None, time, journal, self.wiring, Air(journal), {"body": roles},
            make_port=lambda _bus, node: self.medium.port(node), seed=1, fobs=[],
        )  # fmt: skip
        self.unit = Unit(around)

    async def volts(self, volts, wait_s=1.0):
        """Give the unit so much, wait, and return whether it works."""
        self.supply.drive("battery", round(volts * 1000))
        await asyncio.sleep(wait_s)
        return self.unit.powered

    @property
    def asleep(self):
        return not self.unit.connector.awake("body")


@pytest.fixture
def play(time, journal):
    """Runs a test's coroutine function with such a car."""

    def run(body):
        async def act():
            await body(Car(time, journal))
            await asyncio.sleep(0.1)

        time.run(act())

    return run


def test_a_unit_resets_below_six_volts_and_comes_back_a_little_above(play):
    async def body(car):
        assert await car.volts(6.0)
        assert not await car.volts(5.99)
        assert not await car.volts(6.0), "where it has bitten it does not let go"
        assert not await car.volts(6.29)
        assert await car.volts(6.3)
        assert [what for what, _ in car.unit.log] == ["lost", "works"]

    play(body)


def test_a_unit_needs_a_moment_to_start_and_begins_anew_where_the_supply_breaks_down_meanwhile(
    play,
):
    async def body(car):
        await car.volts(0)
        assert not await car.volts(12, 0.06)
        assert not await car.volts(0, 0.01)
        assert not await car.volts(12, 0.09)
        await asyncio.sleep(0.02)
        assert car.unit.powered
        assert [what for what, _ in car.unit.log] == ["lost", "lost", "works"]

    play(body)


def test_a_unit_that_does_not_come_back_stays_off(play):
    async def body(car):
        car.unit.comes_back = False
        await car.volts(0)
        assert not await car.volts(12)

    play(body)


def test_a_unit_without_ground_is_off_whatever_its_supply(play):
    async def body(car):
        ground = car.wiring.net("ground_peps")
        ground.open("a contact", is_open=True)
        assert not car.unit.powered
        await asyncio.sleep(1)
        ground.open("a contact", is_open=False)
        await asyncio.sleep(1)
        assert car.unit.powered

    play(body)


def test_a_unit_draws_little_asleep_and_keeps_its_bus_for_a_few_seconds(play):
    async def body(car):
        await asyncio.sleep(10)
        assert (car.asleep, car.supply.ma) == (True, ASLEEP_MA)
        await car.unit.wake(None)
        assert (car.asleep, car.supply.ma) == (False, AWAKE_MA)
        await asyncio.sleep(4.5)
        await car.unit.wake(None)
        await asyncio.sleep(4.9)
        assert not car.asleep, "it was woken again meanwhile"
        await asyncio.sleep(10)
        assert (car.asleep, car.supply.ma) == (True, ASLEEP_MA)

    play(body)


def test_terminal_15_wakes_a_unit_and_keeps_it_awake(play):
    async def body(car):
        await asyncio.sleep(10)
        car.wiring.net("terminal_15").drive("BCM", 12_000)
        await asyncio.sleep(60)
        assert not car.asleep
        car.wiring.net("terminal_15").drive("BCM", 0)
        await asyncio.sleep(20)
        assert car.asleep

    play(body)


def test_a_unit_that_loses_its_supply_lets_its_bus_sleep(play):
    async def body(car):
        car.wiring.net("terminal_15").drive("BCM", 12_000)
        await asyncio.sleep(1)
        await car.volts(0, 20)
        assert car.asleep
        await car.unit.wake(None)
        assert car.asleep, "nor can anybody wake it"

    play(body)
