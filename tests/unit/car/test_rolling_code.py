"""The rolling code: which presses of which fobs count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.car.rolling_code import RollingCodeReceiver
from bench.protocol.fob_frame import fob_id, press

STEADY = settings(deadline=None, derandomize=True, max_examples=100)


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
