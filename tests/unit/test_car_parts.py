"""Parts of the simulated car, its wires and the air around it, each for itself."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.can.medium import Medium
from bench.can.role_bus import RoleBus
from bench.can.roles import load_roles
from bench.car.central_locking import DOORS, CentralLocking, LockingParameters
from bench.car.door_lock import DoorLock, LockParameters
from bench.car.immobiliser import Immobiliser, ImmobiliserParameters
from bench.car.keypad import Keypad, KeypadParameters
from bench.car.power_mode import PowerMode, PowerParameters
from bench.car.rolling_code import RollingCodeReceiver
from bench.errors import ConfigError
from bench.events import Telegram, TelegramLost
from bench.owner.fob import Fob
from bench.protocol.fob_frame import fob_id, press
from bench.radio.air import TRAITS, Air, Answer, Place
from bench.wiring.nets import Wiring

STEADY = settings(deadline=None, derandomize=True, max_examples=100)


# ── rolling code ──────────────────────────────────────────────────────────────────────────


def pressed(receiver, *counters, fob="fob-1"):
    """Return what becomes of presses with these counters."""
    return [receiver.accept(press(fob, counter, "unlock")) for counter in counters]


OUT = "out of step: press again"


def test_each_press_counts_once():
    receiver = RollingCodeReceiver(["fob-1"])
    assert pressed(receiver, 1, 2, 3) == ["accepted"] * 3
    assert pressed(receiver, 3, 2, 1) == ["heard before"] * 3
    assert pressed(receiver, 4) == ["accepted"]


def test_presses_out_of_earshot_are_forgiven_up_to_the_window():
    receiver = RollingCodeReceiver(["fob-1"], window=256)
    assert pressed(receiver, 256, 512, 512 + 257) == ["accepted", "accepted", OUT]


def test_what_was_skipped_does_not_count_any_more():
    receiver = RollingCodeReceiver(["fob-1"])
    assert pressed(receiver, 100, 50, 99) == ["accepted", "heard before", "heard before"]


def test_a_fob_far_ahead_is_found_again_by_two_presses_in_a_row():
    receiver = RollingCodeReceiver(["fob-1"])
    assert pressed(receiver, 5000, 5001, 5002) == [OUT, "accepted", "accepted"]
    assert pressed(receiver, 5000, 5001) == ["heard before"] * 2


@pytest.mark.parametrize(
    "counters", [(5000, 5000), (5000, 5002), (5001, 5000), (5000, 7000), (5000, 4000)]
)
def test_two_presses_that_do_not_follow_each_other_find_nothing_again(counters):
    assert pressed(RollingCodeReceiver(["fob-1"]), *counters) == [OUT, OUT]


def test_an_accepted_press_in_between_makes_resynchronising_begin_anew():
    receiver = RollingCodeReceiver(["fob-1"])
    assert pressed(receiver, 5000, 3, 5001, 5002) == [OUT, "accepted", OUT, "accepted"]


def test_a_fob_beyond_the_resynchronisation_window_is_never_found_again():
    receiver = RollingCodeReceiver(["fob-1"], resync_window=32768)
    assert pressed(receiver, 32767, 32768) == [OUT, "accepted"]
    receiver = RollingCodeReceiver(["fob-1"], resync_window=32768)
    assert pressed(receiver, 32768, 32769, 32770) == [OUT] * 3


def test_a_stranger_s_fob_and_a_forged_code_do_not_count():
    receiver = RollingCodeReceiver(["fob-1"])
    assert pressed(receiver, 1, fob="fob-2") == ["unknown fob"]
    forged = press("fob-2", 1, "unlock")
    disguised = type(forged)(fob_id("fob-1"), 1, "unlock", forged.code)
    assert receiver.accept(disguised) == "wrong code"
    assert pressed(receiver, 1) == ["accepted"]  # and they use up nothing


def test_each_fob_has_a_counter_of_its_own():
    receiver = RollingCodeReceiver(["fob-1", "fob-2"])
    assert pressed(receiver, 200) == ["accepted"]
    assert pressed(receiver, 1, fob="fob-2") == ["accepted"]


def test_without_the_replay_check_what_was_heard_opens_again():
    receiver = RollingCodeReceiver(["fob-1"])
    receiver.check_replay = False
    assert pressed(receiver, 5, 5, 4) == ["accepted"] * 3


@STEADY
@given(counters=st.lists(st.integers(0, 2000), max_size=60))
def test_no_press_is_ever_accepted_twice_and_none_after_a_later_one(counters):
    receiver = RollingCodeReceiver(["fob-1"])
    accepted = [
        counter for counter in counters if pressed(receiver, counter) == ["accepted"]
    ]  # fmt: skip
    assert accepted == sorted(set(accepted))


@STEADY
@given(steps=st.lists(st.integers(1, 256), max_size=40))
def test_a_fob_that_is_never_more_than_the_window_ahead_always_works(steps):
    receiver = RollingCodeReceiver(["fob-1"])
    counter = 0
    for step in steps:
        counter += step
        assert pressed(receiver, counter) == ["accepted"]


# ── keypad ────────────────────────────────────────────────────────────────────────────────


def typing(time, act, **parameters):
    """Run `act` with a keypad whose code is 123."""

    async def main():
        await act(Keypad(KeypadParameters(code="123", **parameters)))

    time.run(main())


def enter(keypad, digits):
    """Press digits; return what came of the last."""
    *before, last = [keypad.press(digit) for digit in digits]
    assert set(before) <= {"more"}
    return last


def test_the_code_is_right_and_can_be_entered_again(time):
    async def act(keypad):
        assert [keypad.press(digit) for digit in "123"] == ["more", "more", "right"]
        assert enter(keypad, "123") == "right"

    typing(time, act)


def test_a_wrong_code_is_told_with_its_last_digit_and_then_forgotten(time):
    async def act(keypad):
        assert enter(keypad, "124") == "wrong"
        assert enter(keypad, "123") == "right"
        # digits do not slide: 1123 is 112, and a 3
        assert enter(keypad, "112") == "wrong"
        assert keypad.press("3") == "more"

    typing(time, act)


def test_digits_far_apart_begin_a_new_code(time):
    async def act(keypad):
        assert enter(keypad, "12") == "more"
        await asyncio.sleep(5.5)
        assert enter(keypad, "123") == "right"
        assert enter(keypad, "12") == "more"
        await asyncio.sleep(4.5)
        assert keypad.press("3") == "right"

    typing(time, act)


def test_after_five_wrong_codes_it_pauses_even_for_the_right_one(time):
    async def act(keypad):
        for _ in range(5):
            assert not keypad.locked_out
            assert enter(keypad, "000") == "wrong"
        assert keypad.locked_out
        assert [keypad.press(digit) for digit in "123"] == ["locked out"] * 3
        await asyncio.sleep(59.9)
        assert keypad.press("1") == "locked out"
        await asyncio.sleep(0.2)
        assert not keypad.locked_out
        assert enter(keypad, "123") == "right"

    typing(time, act)


def test_after_the_pause_five_more_wrong_codes_are_allowed(time):
    async def act(keypad):
        for _ in range(2):
            assert [enter(keypad, "000") for _ in range(5)] == ["wrong"] * 5
            assert keypad.locked_out
            await asyncio.sleep(61)

    typing(time, act)


def test_a_right_code_makes_the_wrong_ones_forgotten(time):
    async def act(keypad):
        for _ in range(3):
            assert [enter(keypad, "000") for _ in range(4)] == ["wrong"] * 4
            assert enter(keypad, "123") == "right"
        assert not keypad.locked_out

    typing(time, act)


def test_how_often_and_how_long_are_parameters(time):
    async def act(keypad):
        assert enter(keypad, "000") == "wrong"
        assert enter(keypad, "000") == "wrong"
        assert keypad.locked_out
        await asyncio.sleep(11)
        assert not keypad.locked_out

    typing(time, act, most_wrong=2, lockout_s=10.0)


# ── nets ──────────────────────────────────────────────────────────────────────────────────


def test_the_source_with_the_largest_magnitude_wins():
    net = Wiring().net("motor")
    assert net.mv == 0
    net.drive("a", 5_000)
    net.drive("b", -12_000)
    assert net.mv == -12_000
    net.drive("b", 0)
    assert net.mv == 5_000
    net.drive("a", 0)
    net.drive("a", 0)
    assert net.mv == 0


def test_watchers_are_told_of_changes_of_potential_only():
    net = Wiring().net("line")
    seen = []
    stop = net.watch(lambda net, cause: seen.append((net.mv, cause)))
    net.drive("a", 12_000, 1)
    net.drive("a", 12_000, 2)  # the same
    net.drive("b", 5_000, 3)  # weaker
    net.drive("a", 0, 4)
    stop()
    net.drive("b", 0, 5)
    stop()
    assert seen == [(12_000, 1), (5_000, 4)]


def test_a_watcher_may_stop_itself_while_it_is_told():
    net = Wiring().net("line")
    seen = []

    def once(net, _cause):
        seen.append(net.mv)
        stop()

    stop = net.watch(once)
    other = []
    net.watch(lambda net, _cause: other.append(net.mv))
    net.drive("a", 1)
    net.drive("a", 2)
    assert (seen, other) == ([1], [1, 2])


def test_what_names_no_cause_is_put_down_to_who_uses_the_instrument():
    wiring = Wiring()
    net = wiring.net("line")
    causes = []
    net.watch(lambda _net, cause: causes.append(cause))
    net.drive("relay", 1)
    with wiring.because(7):
        net.drive("relay", 2)
        with wiring.because(8):
            net.drive("relay", 3)
        net.drive("relay", 4, 0)
        net.drive("relay", 5)
    net.drive("relay", 6)
    assert causes == [None, 7, 8, 0, 7, None]


def test_blame_ends_with_its_block_also_when_that_fails():
    wiring = Wiring()
    with pytest.raises(ZeroDivisionError), wiring.because(7):
        _ = 1 / 0
    assert wiring.blame.cause is None


def test_loads_add_up_and_draw_nothing_from_a_dead_net():
    net = Wiring().net("supply")
    net.load("one", 300)
    net.load("two", 200)
    assert net.ma == 0
    net.drive("battery", 12_000)
    assert net.ma == 500
    net.load("one", 0)
    assert net.ma == 200


def test_a_net_is_made_once_and_an_unknown_one_gives_the_nearest():
    wiring = Wiring()
    assert wiring.net("terminal_30") is wiring.net("terminal_30")
    wiring.net("cylinder_lock")
    assert wiring.existing("terminal_30", "here") is wiring.net("terminal_30")
    assert wiring.names() == ["cylinder_lock", "terminal_30"]
    with pytest.raises(ConfigError, match=r'bench\.toml: no net "terminal30": did you mean "termi'):
        wiring.existing("terminal30", "bench.toml")
    assert wiring.names() == ["cylinder_lock", "terminal_30"]


# ── a door's lock ─────────────────────────────────────────────────────────────────────────


class Door:
    """A lock with its nets: `edges` has (seconds, net, mV, cause)."""

    def __init__(self, time, supply_mv=12_000, name="driver"):
        self.loop, wiring = time.loop, Wiring()
        self.supply = wiring.net("terminal_30")
        self.supply.drive("battery", supply_mv)
        self.drive, self.latch = wiring.net("drive"), wiring.net("latch")
        self.edges = []
        for net in (self.drive, self.latch):
            net.watch(self.note)
        self.lock = DoorLock(name, self.drive, self.latch, self.supply, LockParameters())

    def note(self, net, cause):
        self.edges.append((round(self.loop.time(), 6), net.name, net.mv, cause))


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


# ── central locking ───────────────────────────────────────────────────────────────────────


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
        )
        self.locking.on_relock = lambda: self.relocks.append(time.loop.time())

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
    assert car.locking.last_source == "remote_key"
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


# ── power mode ────────────────────────────────────────────────────────────────────────────


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


# ── the air ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def air(journal):
    return Air(journal)


async def say(air, channel="ble", sender="phone", receiver="car", **kwargs):
    wanted = {"what": "hello", "cause": None, **kwargs}
    return await air.send(channel, sender, receiver, b"payload", **wanted)


def listen(air, channel, receiver="car", answer=b"yes"):
    """Let somebody hear a channel; return what was heard."""
    heard = []

    async def handler(telegram):
        heard.append(telegram)
        return None if answer is None else Answer(answer, telegram.seq)

    air.receive(channel, receiver, handler)
    return heard


def lost(journal):
    return [entry.event.reason for entry in journal.entries if type(entry.event) is TelegramLost]


def test_a_telegram_is_heard_answered_and_written_down_both_ways(time, air, journal):
    air.places["phone"] = Place(2.0, inside=False)
    heard = listen(air, "ble")
    answer = time.run(say(air, cause=None))
    (telegram,) = heard
    assert (telegram.sender, telegram.payload, telegram.distance_m) == ("phone", b"payload", 2.0)
    there, back = journal.entries
    assert there.event == Telegram("ble", "phone", "car", "hello", 7)
    assert back.event == Telegram("ble", "car", "phone", "answer to hello", 3)
    assert telegram.seq == there.seq
    assert back.cause == there.seq
    assert answer == Answer(b"yes", back.seq)
    assert (there.t_ns, back.t_ns) == (30_000_000, 60_000_000)


def test_a_telegram_without_an_answer_takes_its_time_once(time, air):
    air.places["phone"] = Place(1.0)
    listen(air, "uhf", answer=None)
    assert time.run(say(air, "uhf")) is None
    assert time.now_ns() == 108_000_000


def test_the_airtime_may_be_given(time, air):
    air.places["phone"] = Place(1.0)
    listen(air, "ble")
    time.run(say(air, airtime_s=1.5))
    assert time.now_ns() == 3_000_000_000


@pytest.mark.parametrize("channel", TRAITS)
def test_each_channel_reaches_as_far_as_it_does_and_no_further(time, air, journal, channel):
    heard = listen(air, channel)
    reach_m = TRAITS[channel].reach_m
    air.places["phone"] = Place(reach_m)
    assert time.run(say(air, channel)) is not None
    air.places["phone"] = Place(reach_m * 1.01)
    assert time.run(say(air, channel)) is None
    assert len(heard) == 1
    assert lost(journal) == [f"out of reach at {reach_m * 1.01:g} m"]


@pytest.mark.parametrize(("channel", "far_inside"), [("ble", True), ("lf", True), ("nfc", False)])
def test_inside_a_radio_is_heard_and_what_must_touch_is_not(time, air, channel, far_inside):
    # inside counts whatever the distance says; a card must lie on its reader there, too
    air.places["phone"] = Place(40.0, inside=True)
    heard = listen(air, channel)
    time.run(say(air, channel))
    assert bool(heard) is far_inside
    assert all(telegram.inside for telegram in heard)


def test_the_place_of_the_party_counts_whichever_way_it_goes(time, air):
    air.places["fob"] = Place(1.0)
    heard = listen(air, "lf", "fob")
    assert time.run(say(air, "lf", "car", "fob")) is not None
    assert heard[0].distance_m == 1.0
    air.places["fob"] = Place(5.0)
    assert time.run(say(air, "lf", "car", "fob")) is None


def test_where_somebody_is_counts_when_the_telegram_arrives(time, air):
    air.places["phone"] = Place(100.0)
    listen(air, "ble")
    time.loop.call_later(0.01, lambda: setattr(air.places["phone"], "distance_m", 1.0))
    assert time.run(say(air)) is not None


def test_who_has_no_place_is_far_away(time, air, journal):
    listen(air, "ble")
    assert time.run(say(air)) is None
    assert lost(journal) == ["out of reach at 50 m"]


def test_who_does_not_listen_hears_nothing(time, air, journal):
    air.places["phone"] = Place(0.01)
    heard = listen(air, "ble")
    listen(air, "nfc")
    assert time.run(say(air, "uwb")) is None
    air.silence("car")
    assert time.run(say(air)) is None
    assert time.run(say(air, "nfc")) is None
    assert lost(journal) == ["nobody listens on this channel"] * 3
    assert heard == []


def test_silencing_one_leaves_the_others(time, air):
    air.places["phone"] = Place(0.01)
    listen(air, "ble", "car")
    listen(air, "ble", "other")
    air.silence("other")
    assert time.run(say(air)) is not None


def test_a_disturbance_loses_telegrams_until_it_ends_and_says_why(time, air, journal):
    air.places["phone"] = Place(1.0)
    listen(air, "ble")
    listen(air, "uhf")
    asked = []

    def jammed(channel, sender):
        asked.append((channel, sender))
        return "jammed" if channel == "ble" else None

    end = air.rules.add(jammed)
    assert time.run(say(air)) is None
    assert time.run(say(air, "uhf")) is not None
    end()
    assert time.run(say(air)) is not None
    assert lost(journal) == ["jammed"]
    assert asked == [("ble", "phone"), ("uhf", "phone")]


def test_a_lost_telegram_keeps_its_cause(time, air, journal):
    cause = journal.write(TelegramLost("ble", "x", "y", "z"))
    time.run(say(air, cause=cause))
    assert journal.entries[-1].cause == cause


def test_an_eavesdropper_hears_what_is_sent_also_where_it_is_lost(time, air):
    recorded = []
    end = air.eavesdroppers.add(lambda *heard: recorded.append(heard))
    time.run(say(air, "uhf"))
    end()
    time.run(say(air, "uhf"))
    assert recorded == [("uhf", "phone", b"payload")]


# ── the immobiliser ───────────────────────────────────────────────────────────────────────


class Model:
    """What a unit asks of a car's model."""

    def __init__(self, *fitted, backup_slot=True):
        self.fitted, self.backup_slot = fitted, backup_slot

    def parameters(self, _unit, _model):
        return ImmobiliserParameters(backup_slot=self.backup_slot)

    def fits(self, *paths):
        return any(path in self.fitted for path in paths)


class Immobilised:
    """An immobiliser on its bus, in a car of nothing else."""

    def __init__(self, time, journal, model=None, fobs=("fob-1", "fob-2")):
        medium = Medium("body", time.loop, journal)
        roles = load_roles("body.toml", [], Path())
        wiring = Wiring()
        wiring.net("terminal_30").drive("battery", 12_000)
        self.supply = wiring.net("terminal_30")
        self.air = Air(journal)
        car = SimpleNamespace(
            model=model or Model("flat_fob"), seed=1, role_maps={"body": roles},
            make_port=lambda _bus, node: medium.port(node), wiring=wiring, air=self.air,
            journal=journal, time=time, fobs=list(fobs),
        )  # fmt: skip
        self.unit = Immobiliser(car)
        self.peer = RoleBus(medium.port("PEPS"), roles)
        self.said = []
        self.peer.watch("immobiliser_state", lambda value: self.said.append(value.label))

    def fob(self, name, place, **kwargs):
        fob = Fob(name, self.air, place, **kwargs)
        fob.switch_on()
        return fob


IN_SLOT = Place(0.0, inside=True)


@pytest.fixture
def immobilised(time, journal):
    """Run a coroutine function with an immobiliser, and return that."""

    def run(act, **kwargs):
        async def main():
            car = Immobilised(time, journal, **kwargs)
            result = await act(car)
            await asyncio.sleep(0.1)
            return car, result

        return time.run(main())

    return run


@pytest.mark.parametrize(
    ("request_", "source", "said"),
    [
        ("start", "peps_fob", ["released"]),
        ("start", "ble_key", ["released"]),
        ("start", "transponder", ["released"]),
        ("start", "none", ["refused"]),
        ("stop", "peps_fob", []),
        ("none", "peps_fob", []),
    ],
)
def test_a_start_request_is_released_for_a_key_and_refused_for_none(
    immobilised, request_, source, said
):
    async def act(car):
        car.peer.send("start_request", request_, None, source=source)

    assert immobilised(act)[0].said == said


def test_a_start_request_that_names_no_source_is_refused(immobilised):
    async def act(car):
        car.peer.send("start_request", "start", None)

    assert immobilised(act)[0].said == ["refused"]


def test_without_power_the_immobiliser_says_nothing(immobilised):
    async def act(car):
        car.supply.drive("battery", 5_000)
        car.peer.send("start_request", "start", None, source="peps_fob")

    assert immobilised(act)[0].said == []


def test_the_slot_reads_a_learned_fob_that_lies_in_it_even_when_flat(immobilised, journal):
    async def act(car):
        car.fob("fob-2", IN_SLOT, flat=True)
        return await car.unit.read_backup_slot(None)

    _, seq = immobilised(act)
    entry = journal.entries[seq]
    assert entry.event == Telegram("coil", "fob-2", "IMMO", "answer to transponder challenge", 8)


@pytest.mark.parametrize(
    "place", [Place(0.0), Place(0.5, inside=True), Place(0.03, inside=True), Place(30.0)]
)
def test_a_fob_that_does_not_lie_in_the_slot_is_not_even_asked(immobilised, journal, place):
    async def act(car):
        car.fob("fob-1", place)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None
    assert journal.entries == []


def test_a_fob_that_was_never_learned_is_not_read(immobilised):
    async def act(car):
        car.fob("fob-9", IN_SLOT)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None


def test_another_fob_under_a_learned_name_does_not_answer_right(immobilised):
    async def act(car):
        stranger = car.fob("fob-1", IN_SLOT)
        stranger.name = "fob-9"
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None


def test_a_right_answer_under_another_identity_is_refused(immobilised):
    async def act(car):
        fob = car.fob("fob-1", IN_SLOT)

        async def disguised(heard):
            answer = await fob._on_coil(heard)
            return Answer(fob_id("fob-2") + answer.payload[4:], answer.seq)

        car.air.receive("coil", "fob-1", disguised)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None


def test_an_answer_to_the_lf_call_is_no_answer_of_the_transponder(immobilised):
    async def act(car):
        fob = car.fob("fob-1", IN_SLOT)
        car.air.receive("coil", "fob-1", fob._on_lf)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act)[1] is None


def test_a_recorded_answer_is_worth_nothing_the_next_time(immobilised):
    async def act(car):
        fob = car.fob("fob-1", IN_SLOT)
        recorded = []

        async def record(heard):
            recorded.append(await fob._on_coil(heard))
            return recorded[-1]

        async def replay(heard):
            return Answer(recorded[0].payload, heard.seq)

        car.air.receive("coil", "fob-1", record)
        first = await car.unit.read_backup_slot(None)
        car.air.receive("coil", "fob-1", replay)
        return first, await car.unit.read_backup_slot(None)

    first, second = immobilised(act)[1]
    assert first is not None
    assert second is None


@pytest.mark.parametrize("model", [Model(), Model("flat_fob", backup_slot=False)])
def test_a_car_without_a_slot_reads_nothing(immobilised, model):
    async def act(car):
        car.fob("fob-1", IN_SLOT)
        return await car.unit.read_backup_slot(None)

    assert immobilised(act, model=model)[1] is None
