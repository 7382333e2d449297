"""The ledger of a recording: which movements are one, and whose they are."""

from dataclasses import replace

import pytest
from recordings_by_hand import Hand, S, opened_after, verdict_of

from bench import events as e
from bench.events.owner import ANYTHING
from bench.judge.attempts import BENCH
from bench.judge.ledger import function_of, make_ledger
from bench.recording import READY, EndPoint, Header, MovementPattern, Recording


def test_doors_that_move_together_are_one_actuation():
    ledger = make_ledger(opened_after(0.1))
    assert [a.lines for a in ledger.actuations] == [["lock_motor_driver", "lock_motor_passenger"]]


def test_the_same_line_again_is_another_actuation():
    hand = Hand()
    seq = hand.attempt(10)
    hand.pulse(10.1, seq)
    hand.pulse(10.5, seq)
    assert len(make_ledger(hand.end()).actuations) == 2


def double_lock(second_s, third_s=None, **pattern):
    hand = Hand().checked()
    seq = hand.attempt(10, intent="lock")
    for at_s in filter(None, (10.1, second_s, third_s)):
        hand.pulse(at_s, seq, direction="lock")
    hand.at(25, e.AttemptSettled("act-1", "acted"))
    recording = hand.end()
    movements = {"lock": MovementPattern(**pattern)} if pattern else {}
    return replace(recording, header=replace(recording.header, movements=movements))


def test_a_double_lock_that_the_car_file_declares_is_one_actuation():
    declared = {"pulses": 2, "within_s": 1.5}
    [movement] = make_ledger(double_lock(10.7, **declared)).actuations
    assert movement.lines == ["lock_motor_driver", "lock_motor_passenger"]
    for recording in (
        double_lock(10.7),
        double_lock(11.7, **declared),
        double_lock(10.7, 11.2, **declared),
    ):
        assert verdict_of("one_actuation", recording).verdict == "fail"
    assert verdict_of("one_actuation", double_lock(10.7, **declared)).verdict == "pass"


def test_doors_that_follow_one_another_are_one_actuation_where_the_car_file_says_so():
    hand = Hand()
    seq = hand.attempt(10)
    for at_s, door in ((10.1, "driver"), (11.4, "passenger"), (12.8, "rear_left")):
        hand.pulse(at_s, seq, lines=(door,))
    recording = hand.end()
    assert len(make_ledger(recording).actuations) == 3
    staged = replace(recording.header, movements={"unlock": MovementPattern(within_s=3.0)})
    assert len(make_ledger(replace(recording, header=staged)).actuations) == 1


def test_doors_that_move_apart_are_two_actuations():
    hand = Hand()
    seq = hand.attempt(10)
    hand.pulse(10.1, seq, lines=("driver",))
    hand.pulse(11.2, seq, lines=("passenger",))
    assert make_ledger(hand.end()).attempts[0].outcome == "twice"


def test_doors_that_move_otherwise_are_two_actuations():
    hand = Hand()
    hand.pulse(10.1, None, lines=("driver",))
    hand.pulse(10.2, None, lines=("passenger",), direction="lock")
    assert [a.function for a in make_ledger(hand.end()).actuations] == ["unlock", "lock"]


def test_a_movement_of_known_causes_is_put_down_to_nobody_who_is_not_among_them():
    hand = Hand().checked()
    hand.attempt(10)
    hand.pulse(10.5, hand.at(10.4, e.Inside("BCM", "by itself")))
    recording = hand.end()
    assert make_ledger(recording).actuations[0].attempt is None
    assert verdict_of("no_unauthorised_opening", recording).verdict == "fail"


@pytest.mark.parametrize(("after_s", "attempt"), [(120, "act-1"), (120.1, None)])
def test_a_movement_without_known_causes_is_put_down_to_nobody_of_long_ago(after_s, attempt):
    hand = Hand()
    hand.attempt(10)
    hand.pulse(10 + after_s, None)
    assert make_ledger(hand.end()).actuations[0].attempt == attempt


def test_what_moved_because_of_an_attempt_and_was_not_asked_for_is_no_success_of_it():
    hand = Hand()
    hand.pulse(10.1, hand.attempt(10), direction="lock")
    assert make_ledger(hand.end()).attempts[0].outcome == "no_effect"


def test_a_command_in_flight_and_a_control_are_no_tries_that_are_judged():
    hand = Hand()
    for at_s, name in ((10, "act-1"), (20, "flight-1"), (30, "control-1")):
        hand.attempt(at_s, name=name)
    ledger = make_ledger(hand.end())
    assert [a.name for a in ledger.acts] == ["act-1"]
    assert [a.name for a in ledger.flights_and_acts] == ["act-1", "flight-1"]
    assert [a.name for a in ledger.controls] == ["control-1"]


@pytest.mark.parametrize(
    ("moved_s", "claim", "outcome"),
    [
        ([11], None, "acted"),
        ([11], "failed", "acted"),
        ([19], None, "late"),
        ([11, 19], None, "twice"),
        ([], "failed", "refused"),
        ([], "unknown", "no_effect"),
        ([], None, "no_effect"),
    ],
)
def test_what_came_of_a_try_is_told_by_what_moved_and_by_what_was_said(moved_s, claim, outcome):
    hand = Hand()
    seq = hand.attempt(10)
    for at_s in [t for t in moved_s if t < 18]:
        hand.pulse(at_s, seq)
    if claim:
        hand.at(12, e.Claim("phone_only", "act-1", claim, claim))
    hand.at(18, e.AttemptSettled("act-1", "gave up"))
    for at_s in [t for t in moved_s if t > 18]:
        hand.pulse(at_s, seq)
    assert make_ledger(hand.end()).attempts[0].outcome == outcome


LINE, ROLE = EndPoint("kl15", "on", by_line=True), EndPoint("engine_state", "running")


def role(name: str, *means: str) -> e.RoleChanged:
    return e.RoleChanged("body", name, means[0], means, (0,))


@pytest.mark.parametrize(
    ("event", "start_ends", "function"),
    [
        (e.Edge("lock_motor_driver", "unlock"), READY, "unlock"),
        (e.Edge("lock_motor_driver", "idle"), READY, None),
        (e.Edge("latch_driver", "unlocked"), READY, "unlock"),
        (e.Edge("latch_driver", "locked"), READY, "lock"),
        (e.Edge("latch_driver", "between"), READY, None),
        (e.Edge("handle_driver", "unlocked"), READY, None),
        (e.Edge("kl15", "on"), LINE, "start"),
        (e.Edge("kl15", "off"), LINE, None),
        (e.Edge("kl15", "on"), READY, None),
        (e.Edge("lock_motor_driver", "unlock"), LINE, "unlock"),
        (e.Edge("engine_state", "running"), ROLE, None),
        (role("kl15", "on"), LINE, None),
        (role("interior_light", "running"), ROLE, None),
        (role("power_mode", "ready"), READY, "start"),
        (role("power_mode", "ready"), LINE, None),
        (role("power_mode", "ready"), ROLE, None),
        (role("engine_state", "running"), ROLE, "start"),
        (role("power_mode", "off"), READY, "stop"),
        (role("power_mode", "accessory"), READY, None),
        (role("voice_state", "listening"), READY, "wake"),
        (role("voice_state", "idle"), READY, None),
        (role("interior_light", "off"), READY, None),
        (role("interior_light", "listening"), READY, None),
    ],
)
def test_what_is_sensed_means_one_thing_for_the_car_or_nothing(event, start_ends, function):
    header = Header({}, {}, (), {}, {}, 1, "simulated", start_ends=start_ends)
    assert function_of(event, header) == function


def test_a_movement_without_known_causes_is_put_down_to_the_last_attempt_in_time():
    hand = Hand()
    hand.attempt(10)
    hand.pulse(10.5, None)
    ledger = make_ledger(hand.end())
    assert ledger.attempts[0].acted


def by_hand(hand: Hand, at_s: float) -> int:
    """Have a test close a contact by itself: whatever comes of it, it wanted."""
    intent = e.IntentBegan(
        "stimulus-1", BENCH, ANYTHING, "cylinder_unlock", entitled=True, credential=""
    )
    return hand.at(at_s, intent)


def test_what_a_test_sets_off_by_hand_explains_a_movement_without_known_causes():
    hand = Hand().checked()
    by_hand(hand, 10)
    hand.pulse(10.5, None)
    recording = hand.end()
    assert make_ledger(recording).actuations[0].attempt == "stimulus-1"
    assert verdict_of("no_unauthorised_opening", recording).verdict == "pass"


@pytest.mark.parametrize(("moved_s", "verdict"), [(3.5, "pass"), (20.5, "fail")])
def test_a_recipe_that_asks_for_no_movement_explains_none_when_it_is_over(moved_s, verdict):
    """Trouble codes were cleared before an outage at whose onset the car opens by itself."""
    hand = Hand().checked()
    recipe = e.IntentBegan("recipe-1", BENCH, ANYTHING, "diagnostic_reset", True, "")
    asked = hand.at(2, recipe)
    hand.at(3, e.AttemptSettled("recipe-1", "applied"), asked)
    hand.pulse(moved_s, None)
    assert verdict_of("no_unauthorised_opening", hand.end()).verdict == verdict


def test_what_moves_in_the_next_recipe_was_not_moved_twice_by_the_one_before():
    """The switch inside has locked the doors, and the owner's key arms the alarm of a locked car."""
    hand = Hand().checked()
    for number, at_s, intent, recipe in (
        (1, 2.0, "lock", "interior_switch"), (2, 3.8, ANYTHING, "owners_key"),
    ):  # fmt: skip
        name = f"recipe-{number}"
        asked = hand.at(at_s, e.IntentBegan(name, BENCH, intent, recipe, True, ""))
        hand.pulse(at_s + 1.1, None, "lock")
        hand.at(at_s + 1.7, e.AttemptSettled(name, "applied"), asked)
    recording = hand.end()
    assert [a.attempt for a in make_ledger(recording).actuations] == ["recipe-1", "recipe-2"]
    assert verdict_of("one_actuation", recording).verdict == "pass"


def test_a_car_that_locks_itself_again_was_not_locked_twice_by_a_recipe():
    """The car was left open by the test before, and tells no causes."""
    hand = Hand().checked()
    asked = hand.at(2, e.IntentBegan("recipe-1", BENCH, "lock", "interior_switch", True, ""))
    hand.pulse(2.3, None, "lock")
    hand.at(3, e.AttemptSettled("recipe-1", "applied"), asked)
    hand.attempt(45)
    hand.pulse(45.5, None)
    hand.pulse(75.5, None, "lock")
    recording = hand.end()
    assert verdict_of("one_actuation", recording).verdict == "pass"
    assert [a.attempt for a in make_ledger(recording).actuations] == ["recipe-1", "act-1", None]


@pytest.mark.parametrize(
    ("told", "moved_s", "again_s", "of"),
    [
        ({"in_progress": 35.2}, 35.3, 75.5, None),
        ({}, None, 75.5, None),
        ({"in_progress": 35.2, "failed": 44}, None, 75.5, None),
        ({"in_progress": 44}, None, 75.5, "flight-1"),
        ({"in_progress": 80}, None, 75.5, None),
        ({"in_progress": 35.2}, 35.3, 47.0, "flight-1"),
    ],
    ids=[
        "done",
        "not delivered",
        "refused",
        "delivered",
        "too late",
        "too soon for the car itself",
    ],
)
def test_a_car_that_locks_itself_again_obeys_no_command_of_before(told, moved_s, again_s, of):
    """A lock command was in flight before the owner opened the car, which tells no causes."""
    hand = Hand().checked()
    asked = hand.attempt(35, "flight-1", path="cloud_app", intent="lock")
    for state, told_s in told.items():
        hand.at(told_s, e.CommandState("c", "V", "door_lock", state, 125 * S), asked)
    if moved_s is not None:
        hand.pulse(moved_s, None, "lock")
    hand.attempt(45)
    hand.pulse(45.5, None)
    hand.pulse(again_s, None, "lock")
    assert make_ledger(hand.end()).actuations[-1].attempt == of


def test_a_car_that_locks_twice_for_one_command_has_done_so_after_an_opening_too():
    """Not by itself, though it tells no causes: it was locked already."""
    hand = Hand().checked()
    hand.pulse(10.5, None)
    hand.attempt(20, intent="lock")
    hand.pulse(20.3, None, "lock")
    hand.pulse(50.3, None, "lock")
    assert verdict_of("one_actuation", hand.end()).verdict == "fail"


def test_what_opens_late_or_twice_is_put_down_to_its_try_where_no_causes_are_told():
    hand = Hand().checked()
    hand.attempt(10)
    hand.at(18, e.AttemptSettled("act-1", "gave up"))
    hand.pulse(30.5, None)
    [late] = make_ledger(hand.end()).attempts
    hand.pulse(50.5, None)
    [twice] = make_ledger(hand.end()).attempts
    assert (late.outcome, twice.outcome) == ("late", "twice")


def test_a_command_is_not_stale_for_the_expiry_of_another_one():
    hand = Hand(needs_cloud=True).checked()
    for at_s, name, expires_s in ((10, "act-1", 100), (120, "act-2", 210)):
        asked = hand.attempt(at_s, name, path="cloud_app")
        state = e.CommandState(name, "V", "door_unlock", "created", expires_s * S)
        hand.at(at_s + 0.1, state, asked)
    hand.pulse(125, None)
    assert verdict_of("nothing_stale", hand.end()).verdict == "pass"


def test_what_a_test_sets_off_by_hand_is_no_try_of_the_owner_s():
    hand = Hand().checked()
    by_hand(hand, 10)
    hand.pulse(10.5, None)
    hand.pulse(20.1, hand.attempt(20))
    recording = hand.end()
    ledger = make_ledger(recording)
    assert [act.name for act in ledger.acts] == ["act-1"]
    assert len(ledger.attempts) == 2
    assert verdict_of("opens_in_time", recording).reason.startswith("ble_key took 100 ms")


def test_an_attempt_that_asked_for_just_that_explains_it_better():
    hand = Hand()
    hand.attempt(10)
    by_hand(hand, 10.2)
    hand.pulse(10.5, None)
    assert make_ledger(hand.end()).actuations[0].attempt == "act-1"


def test_what_moved_before_anybody_did_anything_stays_unexplained():
    hand = Hand().checked()
    hand.pulse(9.5, None)
    by_hand(hand, 10)
    assert verdict_of("no_unauthorised_opening", hand.end()).verdict == "fail"


def test_how_things_stand_at_first_is_no_movement():
    hand = Hand()
    hand.at(0, e.RoleChanged("body", "power_mode", "ready", ("ready",), (3,)))
    hand.at(5, e.RoleChanged("body", "power_mode", "off", ("off",), (0,)))
    hand.at(9, e.RoleChanged("body", "power_mode", "ready", ("ready", "on"), (5,)))
    assert [a.function for a in make_ledger(hand.end()).actuations] == ["stop", "start"]


def test_the_copy_of_a_role_on_another_bus_does_not_count():
    hand = Hand()
    recording = hand.end()
    for time_s, bus, value in ((1, "body", "off"), (1, "telematics", "off"), (2, "body", "ready"),
                               (20, "telematics", "ready")):  # fmt: skip
        hand.at(time_s, e.RoleChanged(bus, "power_mode", value, (value,), (0,)))
    header = Header(hand.scenario, {}, (), {"body.power_mode": {}}, {}, 1, "simulated")
    ledger = make_ledger(Recording(header, recording.entries))
    assert [a.t_ns for a in ledger.actuations] == [2 * S]


@pytest.mark.parametrize(("sender", "attempt"), [("", "act-1"), ("BCM", None)])
def test_what_a_real_unit_says_in_a_frame_tells_no_cause_either(sender, attempt):
    """A start on a real body controller is seen by its power mode alone."""
    hand = Hand()
    hand.at(1, role("power_mode", "off"))
    hand.attempt(10, intent="start")
    frame = hand.at(10.5, e.FrameSeen("body", 0x3C0, "", "00", sender))
    hand.at(10.5, role("power_mode", "ready"), frame)
    assert [each.attempt for each in make_ledger(hand.end()).actuations] == [attempt]


def on_a_bench(hand: Hand, stamp: str) -> Recording:
    recording = hand.end()
    return Recording(replace(recording.header, stamp=stamp), recording.entries)


@pytest.mark.parametrize(("stamp", "attempt"), [("hardware", "act-1"), ("virtual", None)])
def test_a_simulated_unit_that_acts_on_a_real_ones_frame_tells_no_cause(stamp, attempt):
    """A real telematics unit asks, the simulated body controller moves the locks."""
    hand = Hand()
    hand.attempt(10, path="cloud_app")
    frame = hand.at(10.5, e.FrameSeen("telematics", 0x210, "", "00", ""))
    hand.at(10.5, role("remote_command", "unlock"), frame)
    hand.pulse(10.6, hand.at(10.6, e.Inside("BCM", "unlock by telematics")))
    moved = make_ledger(on_a_bench(hand, stamp)).actuations
    assert [each.attempt for each in moved] == [attempt]


@pytest.mark.parametrize(("stamp", "attempt"), [("hardware", "act-1"), ("virtual", None)])
def test_nor_does_it_where_it_is_seen_by_its_own_frame(stamp, attempt):
    """A real passive-entry unit asks, the simulated body controller starts the car."""
    hand = Hand()
    hand.at(1, role("power_mode", "off"))
    hand.attempt(10, intent="start")
    asked = hand.at(10.5, e.FrameSeen("body", 0x16C, "", "00", ""))
    hand.at(10.5, role("start_request", "start"), asked)
    frame = hand.at(11.3, e.FrameSeen("body", 0x140, "", "00", "BCM"))
    hand.at(11.3, role("power_mode", "ready"), frame)
    moved = make_ledger(on_a_bench(hand, stamp)).actuations
    assert [each.attempt for each in moved] == [attempt]


@pytest.mark.parametrize(("said_s", "sender"), [(None, ""), (20.0, ""), (39.8, "PEPS")])
def test_what_a_simulated_unit_does_by_itself_beside_real_ones_nobody_asked_for(said_s, sender):
    """Real units send all the time: what they repeat, or have said before, moves nobody.

    Nor does what another simulated one says: that would be among the causes.
    """
    hand = Hand().checked()
    hand.pulse(10.1, hand.attempt(10))
    if said_s is not None:
        frame = hand.at(said_s, e.FrameSeen("body", 1, "", "", sender))
        hand.at(said_s, role("engine_state", "off"), frame)
    hand.at(39.9, e.FrameSeen("body", 1, "", "", ""))
    hand.pulse(40, hand.at(40, e.Inside("BCM", "unlocks by itself")))
    judged = verdict_of("no_unauthorised_opening", on_a_bench(hand, "hardware"))
    assert judged.verdict == "fail"
    assert judged.reason == "unlock at 40.00 s: nobody asked for it"


@pytest.mark.parametrize(("moved_s", "verdict"), [(20.5, "pass"), (110.5, "fail")])
def test_a_command_is_stale_also_where_a_real_unit_tells_no_causes(moved_s, verdict):
    hand = Hand(needs_cloud=True).checked()
    asked = hand.attempt(10, path="cloud_app")
    hand.at(10.1, e.CommandState("c", "V", "door_unlock", "created", 100 * S), asked)
    hand.pulse(moved_s, None)
    assert verdict_of("nothing_stale", hand.end()).verdict == verdict
