"""The ledger of a recording: which movements are one, and whose they are."""

from recordings_by_hand import Hand, S, opened_after, verdict_of

from bench import events as e
from bench.events.owner import ANYTHING
from bench.judge.ledger import BENCH, make_ledger
from bench.recording import Header, Recording


def test_doors_that_move_together_are_one_actuation():
    ledger = make_ledger(opened_after(0.1))
    assert [a.lines for a in ledger.actuations] == [["lock_motor_driver", "lock_motor_passenger"]]


def test_the_same_line_again_is_another_actuation():
    hand = Hand()
    seq = hand.attempt(10)
    hand.pulse(10.1, seq)
    hand.pulse(10.5, seq)
    assert len(make_ledger(hand.end()).actuations) == 2


def test_a_movement_without_known_causes_is_put_down_to_the_last_attempt_in_time():
    hand = Hand()
    hand.attempt(10)
    hand.pulse(10.5, None)
    ledger = make_ledger(hand.end())
    assert ledger.attempts[0].acted
    assert ledger.actuations[0].by_time


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
