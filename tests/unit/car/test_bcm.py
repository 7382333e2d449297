"""The body controller: whose word moves the doors, what it tells of them, and when the car is on."""

import asyncio
from pathlib import Path

import pytest

from bench.can.role_bus import RoleBus
from bench.can.roles import load_roles
from bench.can.simulated.medium import Medium
from bench.car.bcm import KEYPAD_LOCKED_OUT, LOCKS_PROTECTED, Bcm, BcmParameters
from bench.car.surroundings import Surroundings
from bench.owner.fob import Fob
from bench.radio.air import Air, Place
from bench.wiring.nets import Wiring

ON_MV = 12_000
TOLD = ("door_lock_state", "alarm_state", "power_mode", "door_open_driver", "hood_open")


class Model:
    """What the unit asks of a car's model."""

    def __init__(self, fitted, parameters):
        self.fitted, self._parameters = fitted, parameters

    def parameters(self, _unit, _model):
        return self._parameters

    def fits(self, *paths):
        return any(path in self.fitted for path in paths)


class Car:
    """A body controller with its locks, in a locked car of nothing else."""

    def __init__(self, time, journal, fitted, parameters, *, locked=True):
        medium = Medium("body", time.loop, journal)
        roles = load_roles("body.toml", [], Path())
        self.wiring, self.air, self.told = Wiring(), Air(journal), {}
        self.supply = self.wiring.net("terminal_30")
        self.supply.drive("battery", ON_MV)
        around = Surroundings(
            Model(fitted, parameters), time, journal, self.wiring, self.air, {"body": roles},
            make_port=lambda _bus, node: medium.port(node), seed=1, fobs=["fob-1"],
        )  # fmt: skip
        self.unit = Bcm(around)
        self.unit.place(locked=locked, mode="off")
        self.others = {name: RoleBus(medium.port(name), roles) for name in ("DKM", "PEPS", "IMMO")}
        for role in TOLD:
            self.others["PEPS"].watch(role, self.hear)

    def hear(self, value):
        self.told[value.role] = value

    def label(self, role):
        return self.told[role].label if role in self.told else None

    @property
    def doors(self):
        return {door: lock.locked for door, lock in self.unit.locking.locks.items()}

    @property
    def locked(self):
        assert len(set(self.doors.values())) == 1, "together, or not at all"
        return self.doors["driver"]

    async def drive(self, net, mv=ON_MV, wait_s=2.0):
        self.wiring.net(net).drive("hand", mv)
        await asyncio.sleep(wait_s)

    async def pulse(self, net, wait_s=2.0):
        await self.drive(net, wait_s=0.1)
        await self.drive(net, 0, wait_s)

    async def ask(self, node, role, label, wait_s=2.0, **fields):
        self.others[node].send_event(role, label, None, **fields)
        await asyncio.sleep(wait_s)

    def fob(self, name="fob-1", presses=0):
        fob = Fob(name, self.air, Place(5.0), presses=presses)
        fob.switch_on()
        return fob


@pytest.fixture
def play(time, journal):
    """Runs a test's coroutine function with a car of these paths and parameters."""

    def run(body, *fitted, locked=True, **parameters):
        async def act():
            await body(Car(time, journal, fitted, BcmParameters(**parameters), locked=locked))
            await asyncio.sleep(0.1)

        time.run(act())

    return run


# ── whose word moves the doors ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("node", "role"),
    [("DKM", "digital_key_request"), ("PEPS", "passive_entry_request")],
)
@pytest.mark.parametrize(("asks", "locked"), [("unlock", False), ("lock", True), ("none", None)])
def test_keys_that_were_proven_elsewhere_move_all_doors_and_the_car_says_so(
    play, node, role, asks, locked
):
    async def body(car):
        before = car.locked
        await car.ask(node, role, asks)
        assert car.locked is (before if locked is None else locked)
        if asks == "unlock":
            source = "digital_key" if node == "DKM" else "passive_entry"
            assert car.label("door_lock_state") == "unlocked"
            assert car.told["door_lock_state"].fields["source"] == source
            assert car.label("alarm_state") == "disarmed"

    play(body, locked=asks != "lock")


@pytest.mark.parametrize(("button", "locked"), [("unlock", False), ("lock", True), ("trunk", True)])
def test_a_remote_s_button_moves_the_doors_if_it_is_one_for_doors(play, button, locked):
    async def body(car):
        await car.fob().press(button, None)
        await asyncio.sleep(2)
        assert car.locked is locked

    play(body, "rke_fob")


@pytest.mark.parametrize("fitted", [(), ("rke_fob",)])
@pytest.mark.parametrize("name", ["fob-1", "fob-2"])
def test_a_remote_is_heard_only_where_it_is_fitted_and_was_learned(play, fitted, name):
    async def body(car):
        await car.fob(name).press("unlock", None)
        await asyncio.sleep(2)
        assert car.locked is not (bool(fitted) and name == "fob-1")

    play(body, *fitted)


def test_what_a_thief_has_heard_of_a_remote_opens_nothing(play):
    async def body(car):
        heard = []
        car.air.eavesdroppers.add(lambda _channel, _sender, payload: heard.append(payload))
        await car.fob().press("unlock", None)
        await asyncio.sleep(40)
        assert car.locked, "again, by itself"
        for payload in (heard[0], heard[0][:-1], b"", bytes([*heard[0][:8], 9, *heard[0][9:]])):
            await car.air.send("uhf", "fob-1", "BCM", payload, what="replayed", cause=None)
            await asyncio.sleep(2)
        assert car.locked

    play(body, "rke_fob")


@pytest.mark.parametrize("switch", [True, False])
def test_a_turned_blade_moves_all_doors_where_its_cylinder_has_a_switch(play, switch):
    async def body(car):
        await car.pulse("cylinder_unlock")
        assert car.locked is not switch
        assert car.unit.alarm.state == "armed", "a blade silences nothing here"
        await car.pulse("cylinder_lock")
        assert car.locked

    play(body, cylinder_switch=switch)


def test_the_buttons_inside_move_all_doors_and_leave_the_alarm_alone(play):
    async def body(car):
        await car.pulse("interior_unlock")
        assert not car.locked
        assert car.unit.alarm.state == "armed"
        await asyncio.sleep(60)
        assert not car.locked, "who sits inside is not locked in"
        await car.pulse("interior_lock")
        assert car.locked

    play(body)


def test_the_keypad_s_code_opens_and_five_wrong_ones_lock_it_and_are_remembered(play):
    async def body(car):
        for digit in "71359":
            await car.pulse(f"keypad_{digit}", 0.2)
        await asyncio.sleep(2)
        assert not car.locked
        await asyncio.sleep(40)
        for _ in range(5):
            assert KEYPAD_LOCKED_OUT not in stored(car)
            for digit in "11111":
                await car.pulse(f"keypad_{digit}", 0.2)
        assert KEYPAD_LOCKED_OUT in stored(car)
        assert car.unit.state_of("keypad_lockout") == 1
        for digit in "71359":
            await car.pulse(f"keypad_{digit}", 0.2)
        await asyncio.sleep(2)
        assert car.locked

    play(body, "keypad")


def stored(car):
    return {
        code for code in (LOCKS_PROTECTED, KEYPAD_LOCKED_OUT) if car.unit.codes.status.get(code)
    }


# ── what protects the motors, and what opens by itself ────────────────────────────────────


def test_doors_that_are_moved_too_often_rest_and_the_alarm_stays_as_it_was(play):
    async def body(car):
        for _ in range(4):
            await car.pulse("cylinder_unlock", 1.0)
            await car.pulse("cylinder_lock", 1.0)
        assert LOCKS_PROTECTED not in stored(car)
        await car.ask("DKM", "digital_key_request", "unlock")
        assert car.locked
        assert car.unit.alarm.state == "armed"
        assert LOCKS_PROTECTED in stored(car)

    play(body)


@pytest.mark.parametrize("opened", [True, False])
def test_doors_that_nobody_opens_lock_again_and_arm_the_alarm(play, opened):
    async def body(car):
        await car.ask("DKM", "digital_key_request", "unlock")
        if opened:
            await car.drive("door_driver_open")
            assert car.label("door_open_driver") == "open"
        await asyncio.sleep(40)
        assert car.locked is not opened
        assert car.unit.alarm.state == ("disarmed" if opened else "armed")

    play(body)


def test_a_door_that_is_opened_in_a_locked_car_rings_the_alarm_and_a_hood_does_not(play):
    async def body(car):
        await car.unit.wake(None)
        await car.drive("hood_open")
        assert (car.label("hood_open"), car.label("alarm_state")) == ("open", "armed")
        await car.drive("door_driver_open")
        assert (car.label("door_open_driver"), car.label("alarm_state")) == ("open", "activated")
        await car.drive("door_driver_open", 0)
        await car.drive("hood_open", 0)
        assert (car.label("door_open_driver"), car.label("hood_open")) == ("closed", "closed")

    play(body)


def test_without_its_supply_it_lets_go_and_does_nothing(play):
    async def body(car):
        await car.ask("DKM", "digital_key_request", "unlock", wait_s=0.2)
        assert car.wiring.net("lock_motor_driver").mv
        car.supply.drive("battery", 5_000)
        assert not car.wiring.net("lock_motor_driver").mv
        await car.fob().press("lock", None)
        await car.pulse("cylinder_lock")
        await asyncio.sleep(60)
        assert not car.locked, "nor does it lock again by itself"

    play(body, "rke_fob")


# ── on and off ────────────────────────────────────────────────────────────────────────────


def test_the_car_is_on_when_the_immobiliser_says_so_and_off_when_the_button_does(play):
    async def body(car):
        terminal = car.wiring.net("terminal_15")
        await car.unit.wake(None)
        await car.ask("IMMO", "immobiliser_state", "refused")
        assert (car.unit.power.mode, terminal.mv) == ("off", 0)
        await car.ask("IMMO", "immobiliser_state", "released", wait_s=0.4)
        assert car.unit.power.mode == "on"
        assert terminal.mv
        await asyncio.sleep(2)
        assert car.label("power_mode") == "ready"
        assert car.unit.alarm.state == "disarmed", "a key was found"
        await car.ask("PEPS", "start_request", "start")
        assert car.unit.power.mode == "ready"
        await car.ask("PEPS", "start_request", "stop")
        assert (car.unit.power.mode, terminal.mv) == ("off", 0)

    play(body)
