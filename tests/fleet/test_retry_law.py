"""The retry law: what it says of one unit."""

from random import Random

import pytest

from bench.capacity.retry_law import RetryLaw, TokenBucket
from bench.errors import ConfigError
from bench.fleet.fit import fit
from bench.judge.discipline.tries import Wait
from bench.telematics.policy import TelematicsPolicy


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("base_s", "growth"), [(3.0, 2.0), (3.0, 1.0), (80.0, 2.0), (80.0, 1.0)])
def test_the_law_of_a_policy_waits_as_the_mocked_unit_does(jitter, base_s, growth):
    policy = TelematicsPolicy(
        backoff_base_s=base_s, backoff_cap_s=50.0, backoff_jitter=jitter, backoff_growth=growth
    )
    law = policy.law
    for level in range(9):
        longest_s = min(50.0, base_s * growth**level)
        assert law.bounds_s(level) == pytest.approx((longest_s * (1 - jitter), longest_s))
    for level in range(9):
        for seed in range(20):
            wait_s = law.wait_s(level, 0.0, Random(seed))
            assert wait_s == pytest.approx(policy.backoff_s(level, Random(seed)))


def test_decorrelated_waits_stay_between_base_and_cap_and_below_three_times_the_last():
    law, rng, last_s = RetryLaw(2.0, 2.0, 60.0, decorrelated=True), Random(3), 2.0
    for _ in range(500):
        wait_s = law.wait_s(0, last_s, rng)
        assert 2.0 <= wait_s <= min(60.0, 3 * last_s)
        last_s = wait_s


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"base_s": 0.0}, "base 0 s: must be above 0"),
        ({"base_s": 10.0, "cap_s": 5.0}, "cap 5 s: must be at least the base, 10 s"),
        ({"factor": 0.5}, "factor 0.5: must be at least 1"),
        ({"jitter": 1.5}, "jitter 1.5: a share lies from 0 to 1"),
        ({"cap_s": float("nan")}, "cap nan s"),
    ],
)
def test_a_law_that_no_unit_can_have_is_refused(values, said):
    with pytest.raises(ConfigError, match=said):
        RetryLaw(**values)


def test_an_empty_bucket_is_refused():
    with pytest.raises(ConfigError, match="size 0: must be from 1 to 50"):
        TokenBucket(0, 10.0)


def test_cars_that_share_a_seed_draw_the_same_waits_and_enough_of_them():
    law = RetryLaw()
    drawn = law.drawn_once(Random(5), 4000.0).drawn
    assert drawn == law.drawn_once(Random(5), 4000.0).drawn
    assert drawn != law.drawn_once(Random(6), 4000.0).drawn
    assert sum(drawn) >= 4000.0


@pytest.mark.parametrize(
    "law",
    [
        RetryLaw(2.0, 2.0, 120.0, 1.0),
        RetryLaw(5.0, 3.0, 300.0, 0.5),
        RetryLaw(1.0, 2.0, 64.0, 0.0),
        RetryLaw(30.0, 1.0, 30.0, 0.2),
    ],
    ids=["full", "equal", "none", "fixed with a fifth drawn"],
)
def test_a_law_is_found_again_from_the_waits_that_it_made(law):
    waits = [
        Wait(level, law.wait_s(level, 0.0, Random(outage * 100 + level)))
        for outage in range(30)
        for level in range(12)
    ]
    found = fit(waits, source="trace")
    assert found.waits == 360
    assert found.cap_seen
    assert found.law.cap_s == pytest.approx(law.cap_s, rel=0.05)
    assert found.law.jitter == pytest.approx(law.jitter, abs=0.05)
    assert found.law.mean_s() == pytest.approx(law.mean_s(), rel=0.05)
    assert found.law.base_s * found.law.factor == pytest.approx(law.base_s * law.factor, rel=0.15)


def test_waits_that_still_grow_do_not_show_a_cap():
    waits = [Wait(level, 2.0 * 2**level) for _ in range(3) for level in range(5)]
    found = fit(waits, source="trace")
    assert not found.cap_seen
    assert found.law.cap_s == pytest.approx(32.0, rel=0.01)


def test_too_few_waits_are_refused():
    with pytest.raises(ConfigError, match=r"trace: 3 waits .* a fit needs 12"):
        fit([Wait(0, 1.0)] * 3, source="trace")
