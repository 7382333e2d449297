"""The projection: against closed forms, published rows, and a simulation of each single try."""

from dataclasses import replace

import numpy as np
import pytest

from bench.capacity.retry_law import RetryLaw, TokenBucket
from bench.errors import ConfigError
from bench.fleet.closed_forms import cannot_recover, least_cap_s, settled_demand_per_s
from bench.fleet.event_driven import simulate
from bench.fleet.projection import project
from bench.fleet.recovery import Recovery
from bench.fleet.situation import Server, Situation
from bench.fleet.variants import least_capacity, shared_seed, variants

CARS, CAPACITY = 2000, 20.0
SHED = Server(CAPACITY, queue_limit=0.0, reject_cost=0.1)
BOUNDED = Server(CAPACITY, queue_limit=CAPACITY * 10)
TOLD = replace(SHED, retry_after_s=(120.0, 240.0))


def full(cap_s: float, **more: float | bool) -> RetryLaw:
    return RetryLaw(1.0, 2.0, cap_s, **more)


def small(law: RetryLaw, server: Server, horizon_s: float = 1500.0, **more: object) -> Situation:
    return Situation(law, server, CARS, 1500.0, horizon_s, **more)


# ── against the simulation of each try ────────────────────────────────────────────────────

REFERENCE = {
    "full jitter, bounded queue": small(full(120.0), BOUNDED),
    "full jitter, shed": small(full(120.0), SHED),
    "a longer cap, unbounded queue": small(full(600.0), Server(CAPACITY)),
    "equal jitter": small(full(120.0, jitter=0.5), SHED),
    "no jitter": small(full(120.0, jitter=0.0), SHED),
    "decorrelated": small(full(120.0, decorrelated=True), SHED),
    "Retry-After": small(full(120.0, obeys_retry_after=True), TOLD),
    "Retry-After, decorrelated": small(full(60.0, decorrelated=True, obeys_retry_after=True), TOLD),
    "tries that take ten seconds to fail": small(full(60.0), BOUNDED, fails_after_s=10.0),
    "all cars share one seed": shared_seed(small(full(120.0), SHED), 1),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_the_projection_agrees_with_each_single_try_of_a_small_fleet(name):
    situation = REFERENCE[name]
    projected, simulated = project(situation), simulate(situation, seed=1)
    assert projected.settled_down == pytest.approx(simulated.settled_down, rel=0.04)
    assert projected.tries_per_car == pytest.approx(simulated.tries_per_car, rel=0.03)
    for share, within in ((0.5, 0.05), (0.9, 0.05), (0.99, 0.10)):
        there_s = simulated.recovered_s(share)
        assert there_s is not None
        assert projected.recovered_s(share) == pytest.approx(there_s, rel=within, abs=5.0)
    for after_s in (30.0, 60.0, 120.0):
        assert projected.stranded_at(after_s) == pytest.approx(
            simulated.stranded_at(after_s), abs=0.04
        )


def test_a_fleet_that_never_recovers_does_not_in_the_simulation_of_each_try_either():
    situation = replace(small(full(60.0), Server(CAPACITY)), horizon_s=900.0)
    projected, simulated = project(situation), simulate(situation, seed=1)
    assert projected.metastable
    assert simulated.metastable
    assert projected.stranded[-1] == pytest.approx(simulated.stranded[-1], abs=0.02)


def test_a_token_bucket_agrees_within_the_coarser_bound_that_the_guide_states():
    situation = small(full(60.0), SHED, bucket=TokenBucket(5, 100.0))
    projected, simulated = project(situation), simulate(situation, seed=1)
    assert projected.settled_down == pytest.approx(simulated.settled_down, rel=0.05)
    there_s = simulated.recovered_s(0.9)
    assert there_s is not None
    assert projected.recovered_s(0.9) == pytest.approx(there_s, rel=0.20)


# ── against closed forms ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "law",
    [
        full(120.0), full(600.0), full(120.0, jitter=0.5), full(120.0, jitter=0.3),
        full(100.0, decorrelated=True),
    ],
)  # fmt: skip
def test_demand_while_down_is_the_fleet_by_the_mean_wait(law):
    situation = replace(small(law, SHED), outage_s=4800.0)
    demand = settled_demand_per_s(situation) / CAPACITY
    assert project(situation).settled_down == pytest.approx(demand, rel=0.03)


def test_full_jitter_asks_two_fleets_in_a_cap():
    assert settled_demand_per_s(small(full(120.0), SHED)) == pytest.approx(2 * CARS / 120)


def test_a_growing_queue_recovers_only_with_a_cap_of_two_fleets_by_capacity():
    situation = small(full(120.0), Server(CAPACITY))
    enough_s = least_cap_s(situation)
    assert enough_s == pytest.approx(2 * CARS / CAPACITY)
    short, long = (replace(situation, law=full(enough_s * by)) for by in (0.6, 1.1))
    assert cannot_recover(short)
    assert not cannot_recover(long)
    assert project(short).recovered_s(0.99) is None
    assert project(long).recovered_s(0.99) is not None


def test_no_fleet_is_faster_than_its_server():
    for situation in REFERENCE.values():
        recovered_s = project(situation).recovered_s(0.99)
        assert recovered_s is not None
        assert recovered_s >= situation.ideal_s - 1.0


def test_no_car_is_lost_or_made():
    for situation in (*REFERENCE.values(), small(full(60.0), SHED, bucket=TokenBucket(3, 60.0))):
        recovery = project(situation)
        connected = recovery.connected_per_s.sum() * recovery.step_s
        assert connected == pytest.approx(CARS, rel=1e-3)
        assert np.all(np.diff(recovery.stranded[recovery.restored :]) <= 1e-12)


# ── against the rows of the design's table: a million cars, 2,000 a second ────────────────

FREE = Server(2000.0, queue_limit=20_000.0)
ROWS = {
    "full 120, unbounded": (full(120.0), Server(2000.0), 8.3, None, 0.98),
    "full 600, unbounded": (full(600.0), Server(2000.0), 1.66, None, 0.95),
    "full 1200, unbounded": (full(1200.0), Server(2000.0), 0.83, 1080.0, 0.06),
    "full 120, bounded": (full(120.0), FREE, 8.3, 511.0, 0.0),
    "full 120, shed 0.1": (full(120.0), replace(SHED, capacity_per_s=2000.0), 8.3, 1008.0, 0.17),
    "full 120, shed 0.2": (
        full(120.0), Server(2000.0, queue_limit=0.0, reject_cost=0.2), 8.3, None, 1.0,
    ),
    "full 600, shed 0.1": (full(600.0), replace(SHED, capacity_per_s=2000.0), 1.66, 732.0, 0.0),
    "fixed 5 s, shed 0.1": (
        RetryLaw(5.0, 1.0, 5.0, 0.0), replace(SHED, capacity_per_s=2000.0), 100.0, None, 1.0,
    ),
    "Retry-After": (
        full(120.0, obeys_retry_after=True), replace(TOLD, capacity_per_s=2000.0), 8.3, 649.0, 0.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_million_cars_recover_as_an_independent_model_found(name):
    law, server, demand, t99_s, stranded = ROWS[name]
    recovery = project(Situation(law, server), 1.0)
    assert recovery.settled_down == pytest.approx(demand, rel=0.02)
    if t99_s is None:
        assert recovery.recovered_s(0.99) is None
        assert recovery.metastable
    else:
        assert recovery.recovered_s(0.99) == pytest.approx(t99_s, rel=0.03)
        assert not recovery.metastable
    assert recovery.stranded_at(900.0) == pytest.approx(stranded, abs=0.04)


# ── what is made of it ────────────────────────────────────────────────────────────────────


def test_the_same_seed_gives_the_same_numbers():
    situation = small(full(120.0), SHED)

    def numbers(recovery: Recovery) -> bytes:
        return recovery.demand_per_s.tobytes() + recovery.connected_per_s.tobytes()

    assert numbers(simulate(situation, 4)) == numbers(simulate(situation, 4))
    assert numbers(simulate(situation, 4)) != numbers(simulate(situation, 5))
    first, again, other = (project(shared_seed(situation, seed)) for seed in (4, 4, 5))
    assert numbers(first) == numbers(again)
    assert numbers(first) != numbers(other)


def test_the_least_capacity_suffices_and_less_does_not():
    situation = small(full(120.0), SHED)
    needed = least_capacity(situation, 300.0)
    assert needed is not None

    def t99_s(capacity_per_s: float) -> float | None:
        server = replace(SHED, capacity_per_s=capacity_per_s)
        return project(replace(situation, server=server, horizon_s=300.0), 1.0).recovered_s(0.99)

    assert t99_s(needed) is not None
    assert t99_s(needed * 0.95) is None


def test_each_variant_changes_something_and_one_of_them_rescues_the_fleet():
    situation = small(full(60.0), Server(CAPACITY))
    assert project(situation).metastable
    found = dict(variants(situation))
    assert {"jitter none", "jitter equal", "jitter decorrelated"} <= set(found)
    assert all(each != situation for each in found.values())
    assert project(found["queue ≤ capacity × time-out"]).recovered_s(0.99) is not None


@pytest.mark.parametrize(
    "law",
    [
        RetryLaw(1.0, 2.0, 20 * 86_400.0),
        RetryLaw(1.0, 1.01, 3600.0),
        RetryLaw(2.0, 2.0, 1800.0, decorrelated=True),
    ],
    ids=["a cap beyond the horizon", "slow growth", "decorrelated"],
)
def test_long_waits_are_projected_in_bounded_space_and_lose_no_car(law):
    server = replace(SHED, retry_after_s=(600.0, 3600.0))
    situation = replace(small(law, server), horizon_s=7200.0)
    recovery = project(situation)
    simulated = simulate(situation, 1)
    assert recovery.tries_per_car == pytest.approx(simulated.tries_per_car, rel=0.05)
    assert recovery.stranded[-1] == pytest.approx(simulated.stranded[-1], abs=0.03)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cars": 0}, "cars 0: must be from 1"),
        ({"outage_s": -1.0}, "outage -1: must be above 0"),
        ({"horizon_s": 40 * 86_400.0}, "together at most 3 days"),
        ({"drop_spread_s": 5000.0}, "drop spread 5000 s: from 0 to the outage"),
        ({"fails_after_s": -1.0}, "failing after -1 s"),
    ],
)
def test_an_impossible_situation_is_refused(change, said):
    with pytest.raises(ConfigError, match=said):
        replace(small(full(120.0), SHED), **change)


def test_a_bucket_with_decorrelated_jitter_is_refused():
    with pytest.raises(ConfigError, match="not with decorrelated jitter"):
        small(full(60.0, decorrelated=True), SHED, bucket=TokenBucket(3, 60.0))


def test_a_fleet_that_comes_back_slowly_is_not_called_metastable():
    recovery = project(Situation(full(120.0), Server(2000.0), bucket=TokenBucket(3, 500.0)))
    assert recovery.recovered_s(0.99) is None
    assert recovery.stranded[-1] < 0.9
    assert not recovery.metastable


def test_too_many_kinds_of_wait_are_refused():
    law = RetryLaw(1.0, 2.0, 7200.0, decorrelated=True, obeys_retry_after=True)
    situation = small(law, replace(SHED, retry_after_s=(600.0, 3600.0)), horizon_s=7200.0)
    with pytest.raises(ConfigError, match="waits of up to 7200 s: too many kinds of wait"):
        project(situation)


def test_too_many_cars_for_a_simulation_of_each_try_are_refused():
    with pytest.raises(ConfigError, match="event by event at most 50,000"):
        simulate(Situation(full(120.0), Server(2000.0)), 1)
