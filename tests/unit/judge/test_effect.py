"""What a piece of advice did: the same scenario with it and without it."""

import pytest
from recordings_by_hand import Hand, in_outage, opened_after

from bench import events as e
from bench.judge.effect import effect_of
from bench.recording import Recording


def tried(latency_s: float | None, *, advice: bool = False, worked: bool = True) -> Recording:
    """A try in an outage that is met, a control after it, and the advice before it."""
    hand = Hand().checked()
    if advice:
        hand.at(1, e.AdviceFollowed("phone_only", "restart_app", worked))
    in_outage(hand, opened=False)
    if latency_s is not None:
        hand.pulse(10 + latency_s, 3 + advice)
    hand.pulse(100.1, hand.attempt(100, name="control-1"))
    return hand.end()


@pytest.mark.parametrize(
    ("with_s", "without_s", "worked", "word", "reason"),
    [
        (0.1, None, True, "helped", "ble_key did unlock the car only with it"),
        (None, 0.1, True, "worse", "ble_key did unlock the car only without it"),
        (
            None, 0.1, False, "worse",
            "ble_key did unlock the car only without it, and logging in again was refused",
        ),
        (None, None, True, "no difference", "ble_key fails with it and without it"),
        (
            None, None, False, "worse",
            "ble_key fails either way, and logging in again was refused: the log-in is lost",
        ),
        (0.1, 0.1, True, "no difference", "ble_key works with it and without it"),
        (1.1, 0.1, True, "no difference", "ble_key works with it and without it"),
        (1.6, 0.1, True, "worse", "ble_key is 1.50 s slower"),
        (0.1, 1.6, True, "helped", "ble_key is 1.50 s faster"),
    ],
)  # fmt: skip
def test_what_the_first_try_came_to_with_it_and_without_it_tells(
    with_s, without_s, worked, word, reason
):
    effect = effect_of(tried(with_s, advice=True, worked=worked), tried(without_s))
    assert (effect.word, effect.reason) == (word, reason)


def test_without_it_the_fault_need_not_have_been_met():
    usual = Hand().checked()
    usual.at(5, e.FaultArmed("x", "http", "x"))
    usual.scenario["outage"] = "x"
    usual.pulse(10.1, usual.attempt(10))
    assert effect_of(tried(None, advice=True), usual.end()).word == "worse"


@pytest.mark.parametrize(
    ("with_it", "without"),
    [
        (tried(0.1), tried(None)),  # nobody followed it
        (Hand().end(), tried(None)),
        (tried(0.1, advice=True), Hand().checked().end()),  # nobody tried
        (tried(0.1, advice=True), in_outage(Hand(), opened=False).end()),  # never checked
    ],
)
def test_where_it_cannot_be_told_it_is_inconclusive(with_it, without):
    assert effect_of(with_it, without).word == "inconclusive"


def test_a_recording_that_cannot_carry_a_verdict_says_nothing_of_advice():
    sound = tried(0.1, advice=True)
    cut = Recording(sound.header, sound.entries[:-1])
    assert effect_of(cut, tried(None)).word == "inconclusive"
    assert effect_of(sound, Recording(sound.header, tried(None).entries[:-1])).word == (
        "inconclusive"
    )
    assert effect_of(sound, opened_after(0.1)).word == "no difference"
