"""The ledger of a recording: which movements are one, and whose they are."""

from recordings_by_hand import Hand, S, opened_after

from bench import events as e
from bench.judge.ledger import make_ledger
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
