"""Passive entry and start: which fob opens from where, what the button does, and for whom."""

import asyncio
from pathlib import Path

import pytest

from bench.can.role_bus import RoleBus
from bench.can.roles import load_roles
from bench.can.simulated.medium import Medium
from bench.car.passive_entry import PassiveEntry, PassiveEntryParameters
from bench.car.surroundings import Surroundings
from bench.owner.fob import Fob
from bench.protocol.fob_frame import fob_id, tag
from bench.radio.air import Air, Answer, Place
from bench.wiring.nets import Wiring

PRESSED_MV = 12_000


class Model:
    """What the unit asks of a car's model."""

    def __init__(self, fitted):
        self.fitted = fitted

    def parameters(self, _unit, _model):
        return PassiveEntryParameters()

    def fits(self, *paths):
        return any(path in self.fitted for path in paths)


class Car:
    """A PEPS unit on its bus, in a car of nothing else; its slot is what a test says."""

    def __init__(self, time, journal, fitted):
        medium = Medium("body", time.loop, journal)
        roles = load_roles("body.toml", [], Path())
        self.wiring, self.air, self.slot, self.said = Wiring(), Air(journal), None, []
        self.supply = self.wiring.net("terminal_30")
        self.supply.drive("battery", PRESSED_MV)
        around = Surroundings(
            Model(fitted), time, journal, self.wiring, self.air, {"body": roles},
            make_port=lambda _bus, node: medium.port(node), seed=1, fobs=["fob-1", "fob-2"],
        )  # fmt: skip
        PassiveEntry(around, self.read_slot)
        self.others = RoleBus(medium.port("BCM"), roles)
        self.key = RoleBus(medium.port("DKM"), roles)
        for role in ("handle", "passive_entry_request", "start_request", "start_button"):
            self.others.watch(role, self.hear)

    async def read_slot(self, cause):
        return 0 if self.slot else None

    def hear(self, value):
        """Keep what the unit says, but not the rest between two pulses."""
        if not value.means("none") and not value.means("idle") and not value.means("released"):
            self.said.append((value.role, value.label, value.fields.get("source")))

    def fob(self, name="fob-1", distance_m=1.0, *, inside=False, flat=False):
        fob = Fob(name, self.air, Place(distance_m, inside=inside), flat=flat)
        fob.switch_on()
        return fob

    async def pull(self, net):
        """Touch a handle or press the button; return what the unit says to that."""
        self.said.clear()
        self.wiring.net(net).drive("hand", PRESSED_MV)
        await asyncio.sleep(0.5)
        self.wiring.net(net).drive("hand", 0)
        await asyncio.sleep(2)
        return list(self.said)


@pytest.fixture
def play(time, journal):
    """Runs a test's coroutine function with a car of these paths."""

    def run(body, *fitted):
        async def act():
            await body(Car(time, journal, fitted or ("peps_fob",)))
            await asyncio.sleep(0.1)

        time.run(act())

    return run


@pytest.mark.parametrize(
    ("net", "handle", "direction"),
    [("handle_driver", "touched", "unlock"), ("handle_driver_lock", "lock_touched", "lock")],
)
@pytest.mark.parametrize(("distance_m", "near"), [(1.5, True), (1.51, False)])
def test_a_hand_on_a_handle_is_told_and_moves_the_doors_with_a_fob_in_reach_alone(
    play, net, handle, direction, distance_m, near
):
    async def body(car):
        car.fob(distance_m=distance_m)
        asked = [("passive_entry_request", direction, "peps_fob")] if near else []
        assert await car.pull(net) == [("handle", handle, None), *asked]

    play(body)


def test_a_car_without_passive_entry_tells_of_the_hand_and_looks_for_no_fob(play):
    async def body(car):
        car.fob()
        assert await car.pull("handle_driver") == [("handle", "touched", None)]

    play(body, "ble_key")


@pytest.mark.parametrize(
    "fob",
    [{"inside": True}, {"flat": True}, {"name": "fob-9"}],
    ids=["left inside", "flat", "of another car"],
)
def test_a_fob_that_may_not_open_is_not_enough_for_the_handle(play, fob):
    async def body(car):
        car.fob(**fob)
        assert await car.pull("handle_driver") == [("handle", "touched", None)]

    play(body)


def test_the_second_fob_opens_beside_one_that_lies_inside(play):
    async def body(car):
        car.fob(inside=True)
        car.fob("fob-2")
        assert ("passive_entry_request", "unlock", "peps_fob") in await car.pull("handle_driver")

    play(body)


@pytest.mark.parametrize("what", ["another's key", "another's name", "the challenge before"])
def test_an_answer_that_is_not_right_for_this_challenge_opens_nothing(play, what):
    async def body(car):
        fob, heard_before = car.fob(), []

        async def answer(heard):
            heard_before.append((await fob._on_lf(heard)).payload)
            right = heard_before[-1]
            wrong = {
                "another's key": right[:4] + tag(b"0" * 16, b"passive" + heard.payload),
                "another's name": fob_id("fob-2") + right[4:],
                "the challenge before": heard_before[0] if len(heard_before) > 1 else b"",
            }
            return Answer(wrong[what], heard.seq)

        car.air.receive("lf", "fob-1", answer)
        for _ in range(2):
            assert await car.pull("handle_driver") == [("handle", "touched", None)]
        assert heard_before[0] != heard_before[1], "each challenge is a fresh one"

    play(body)


@pytest.mark.parametrize(("inside", "starts"), [(True, True), (False, False)])
def test_the_button_starts_with_a_fob_inside_only(play, inside, starts):
    async def body(car):
        car.fob(inside=inside)
        said = await car.pull("start_button")
        asked = ("start_request", "start", "peps_fob")
        assert said == ([asked] if starts else [("start_button", "pressed", None)])

    play(body)


def test_the_button_asks_the_slot_before_it_asks_for_digital_keys(play):
    async def body(car):
        car.slot = True
        assert await car.pull("start_button") == [("start_request", "start", "transponder")]

    play(body)


@pytest.mark.parametrize(("after_s", "starts"), [(1.3, True), (1.7, False)])
def test_a_digital_key_that_answers_in_time_starts_the_car(play, after_s, starts):
    async def body(car):
        loop = asyncio.get_running_loop()
        loop.call_later(after_s, lambda: car.key.send_event(
            "digital_key_inside", "yes", None, source="ble_key"))  # fmt: skip
        said = await car.pull("start_button")
        asked = [("start_request", "start", "ble_key")] if starts else []
        assert said == [("start_button", "pressed", None), *asked]

    play(body)


def test_a_digital_key_that_is_not_inside_starts_nothing(play):
    async def body(car):
        loop = asyncio.get_running_loop()
        loop.call_later(1, lambda: car.key.send("digital_key_inside", "no", None, source="ble_key"))
        loop.call_later(1, lambda: car.key.start("digital_key_inside", None, offset_s=0.01))
        assert await car.pull("start_button") == [("start_button", "pressed", None)]

    play(body)


def test_a_digital_key_that_nobody_has_asked_for_starts_nothing(play):
    async def body(car):
        car.key.send_event("digital_key_inside", "yes", None, source="ble_key")
        await asyncio.sleep(2)
        assert car.said == []

    play(body)


@pytest.mark.parametrize(
    ("mode", "asks"), [("ready", "stop"), ("on", "start"), ("accessory", "start"), ("off", "start")]
)
def test_the_button_of_a_car_that_runs_stops_it(play, mode, asks):
    async def body(car):
        car.fob(inside=True)
        car.others.send("power_mode", mode, None)
        car.others.start("power_mode", None, offset_s=0.01)
        await asyncio.sleep(0.1)
        assert [label for _, label, _ in await car.pull("start_button")] == [asks]

    play(body)


def test_without_power_neither_handle_nor_button_does_anything(play):
    async def body(car):
        car.fob()
        car.supply.drive("battery", 5_000)
        assert await car.pull("handle_driver") == await car.pull("start_button") == []

    play(body)
