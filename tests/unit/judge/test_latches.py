"""A lock motor that was driven and did not move its latch has opened nothing."""

import pytest
from recordings_by_hand import Hand

from bench import events as e
from bench.judge.ledger import make_ledger
from bench.recording import Recording


def driven(
    *latches: tuple[float, str, str], direction: str = "unlock", end_s: float = 60
) -> Recording:
    """Both motors are driven at 10 s; latches (when, door, level) come to stand as told."""
    hand = Hand()
    before = [each for each in latches if each[0] <= 10]
    for at_s, door, level in before:
        hand.at(at_s, e.LineLevel(f"latch_{door}", level))
    hand.pulse(10, hand.attempt(10), direction)
    for at_s, door, level in latches[len(before) :]:
        hand.at(at_s, e.Edge(f"latch_{door}", level))
    hand.now = end_s
    return hand.end()


def functions(recording: Recording) -> list[str]:
    return [actuation.function for actuation in make_ledger(recording).actuations]


@pytest.mark.parametrize(("direction", "stood"), [("unlock", "locked"), ("lock", "unlocked")])
def test_a_motor_whose_sensed_latch_stays_has_moved_nothing(direction, stood):
    assert functions(driven((1, "driver", stood), direction=direction)) == []
    assert functions(driven((1, "passenger", stood), direction=direction)) == []


def test_a_latch_that_nobody_senses_or_that_stood_there_already_says_nothing():
    assert functions(driven()) == ["unlock"]
    assert functions(driven((1, "rear_left", "locked"))) == ["unlock"]
    assert functions(driven((1, "driver", "unlocked"))) == ["unlock"]
    assert functions(driven((1, "driver", "locked"), (5, "driver", "unlocked"))) == ["unlock"]


def test_a_motor_whose_latch_follows_has_moved_it_once():
    followed = driven((1, "driver", "locked"), (10.4, "driver", "unlocked"))
    assert functions(followed) == ["unlock"]
    bounced = driven((1, "driver", "locked"), (10.2, "driver", "between"))
    assert functions(bounced) == []


def test_one_latch_that_was_seen_to_move_is_an_opening_though_another_stays():
    half = driven(
        (1, "driver", "locked"), (1, "passenger", "locked"), (10.4, "driver", "unlocked")
    )  # fmt: skip
    assert functions(half) == ["unlock"]


def test_a_motor_that_is_driven_twice_before_its_latch_moves_has_moved_it_twice():
    hand = Hand()
    hand.at(1, e.LineLevel("latch_driver", "locked"))
    seq = hand.attempt(10)
    hand.pulse(10, seq)
    hand.pulse(10.5, seq)
    hand.at(10.8, e.Edge("latch_driver", "unlocked"), seq)
    hand.now = 60
    assert make_ledger(hand.end()).attempts[0].outcome == "twice"


def test_a_latch_that_moves_too_late_was_not_moved_by_that_motor():
    late = driven((1, "driver", "locked"), (12, "driver", "unlocked"))
    assert [each.t_ns / 1e9 for each in make_ledger(late).actuations] == [12]


@pytest.mark.parametrize(("end_s", "moved"), [(10.9, ["unlock"]), (11, []), (12, [])])
def test_a_latch_for_which_there_was_no_time_yet_says_nothing(end_s, moved):
    assert functions(driven((1, "driver", "locked"), end_s=end_s)) == moved


def test_a_latch_that_moves_by_itself_and_what_is_no_lock_have_no_motor_to_follow():
    hand = Hand()
    hand.at(1, e.LineLevel("latch_driver", "locked"))
    hand.at(10, e.Edge("latch_driver", "unlocked"))
    hand.at(20, e.RoleChanged("body", "power_mode", "off", ("off",), (0,)))
    hand.at(21, e.RoleChanged("body", "power_mode", "ready", ("ready",), (3,)))
    hand.now = 60
    assert functions(hand.end()) == ["unlock", "start"]
