"""How long a telematics unit waits between two tries, and when it does what it is told."""

from dataclasses import replace
from random import Random

import pytest

from bench.telematics.policy import TelematicsPolicy

SOUND = TelematicsPolicy()
NOON_S = 784123200.0  # 12:00 on the day of the dates below


@pytest.mark.parametrize(
    ("failures", "longest_s"), [(0, 2), (1, 4), (3, 16), (5, 64), (6, 120), (50, 120)]
)
def test_waits_double_up_to_a_cap_and_are_drawn_from_all_of_that(failures, longest_s):
    drawn = [SOUND.backoff_s(failures, Random(seed)) for seed in range(400)]
    assert 0 <= min(drawn) < longest_s * 0.05
    assert longest_s * 0.95 < max(drawn) <= longest_s


def test_without_jitter_all_units_come_back_together():
    steady = replace(SOUND, backoff_jitter=0.0)
    assert {steady.backoff_s(2, Random(seed)) for seed in range(9)} == {8.0}


def test_jitter_in_steps_has_so_many_values():
    stepped = replace(SOUND, jitter_steps=4)
    assert {stepped.backoff_s(1, Random(seed)) for seed in range(100)} == {0.0, 1.0, 2.0, 3.0}


@pytest.mark.parametrize(
    ("told", "policy", "least_s"),
    [
        ("100", SOUND, 100), ("0", SOUND, 0), ("86400", SOUND, 3600),
        ("Sun, 06 Nov 1994 12:05:00 GMT", SOUND, 300),
        ("Sun, 06 Nov 1994 11:59:00 GMT", SOUND, None),
        ("soon", SOUND, None), (None, SOUND, None),
        ("100", replace(SOUND, obeys_retry_after=False), None),
        ("Sun, 06 Nov 1994 12:05:00 GMT", replace(SOUND, reads_retry_after_dates=False), None),
        ("100", replace(SOUND, reads_retry_after_dates=False), 100),
    ],
)  # fmt: skip
def test_a_cloud_that_says_when_is_obeyed_within_reason_and_not_to_the_second(
    told, policy, least_s
):
    waits = [policy.told_s(told, NOON_S, Random(seed)) for seed in range(50)]
    if least_s is None:
        assert waits == [None] * 50
        return
    assert all(least_s <= wait <= least_s * 1.2 for wait in waits)
    assert len(set(waits)) == (50 if least_s else 1), "or all cars come back in one second"
