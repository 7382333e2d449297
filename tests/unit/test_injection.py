"""A fault in force: what it meets, how much of it, and in which parts of a period."""

import asyncio
import random

import pytest

from bench.events import FaultMet
from bench.faults.sample import Sample
from bench.faults.window import in_turns
from bench.injection import Injection, Rules


@pytest.fixture
def injection(journal):
    return Injection("latency", journal, random.Random(1))


def test_what_meets_a_fault_is_counted_and_can_be_named_as_a_cause(injection, journal):
    first = injection.met("phone", "GET /")
    second = injection.met("tcu", "connect", first)
    assert injection.count == 2
    assert journal.entries[second].cause == first
    assert journal.entries[second].event == FaultMet("latency", "tcu", "connect")


def test_a_rule_is_taken_out_by_itself_and_twice_does_no_harm():
    rules = Rules[list]()
    remove = [rules.add([]), rules.add([])]  # alike, and not the same
    kept = list(rules)[1]
    remove[0]()
    remove[0]()
    assert [rule is kept for rule in rules] == [True]
    for rule in rules:
        rules.add(["late"])
        assert rule is kept


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.0, 0, 0), (0.25, 200, 300), (1.0, 1000, 1000)]
)
def test_a_fault_meets_its_share(injection, share, least, most):
    hit = sum(injection.hits(share) for _ in range(1000))
    assert least <= hit <= most


def test_a_fault_that_meets_everything_draws_nothing(injection):
    before = injection.rng.getstate()
    assert injection.hits(1.0)
    assert injection.rng.getstate() == before


@pytest.mark.parametrize(
    ("sample", "taken"),
    [
        (Sample(), [True] * 5),
        (Sample(first=2), [True, True, False, False, False]),
        (Sample(share=0.0, first=2), [False] * 5),
    ],
)
def test_a_sample_is_the_first_so_many(injection, sample, taken):
    takes = sample.taking(injection)
    assert [takes() for _ in range(5)] == taken


def test_what_a_sample_leaves_out_is_not_among_its_first(injection):
    takes = Sample(share=0.5, first=3).taking(injection)
    drawn = [takes() for _ in range(100)]
    assert sum(drawn) == 3
    assert drawn.index(True) + 2 < max(n for n, taken in enumerate(drawn) if taken)


def in_force_at(time, duty: float, cleared_s: float) -> list[bool]:
    """Return whether it was in force half way through each second of twelve, in turns of 4 s."""
    on = []

    def put():
        on.append(True)
        return on.pop

    async def watch():
        undo = in_turns(put, 4.0, duty)
        asyncio.get_running_loop().call_later(cleared_s, undo)
        seen = []
        await asyncio.sleep(0.5)
        for _ in range(12):
            seen.append(bool(on))
            await asyncio.sleep(1)
        return seen

    return time.run(watch())


@pytest.mark.parametrize(
    ("duty", "cleared_s", "seen"),
    [
        (0.5, 11.9, "110011001100"),
        (0.25, 11.9, "100010001000"),
        (1.0, 11.9, "111111111111"),
        (0.5, 5.4, "110010000000"),
        (0.5, 7.4, "110011000000"),
        (1.0, 5.4, "111110000000"),
    ],
)
def test_what_comes_in_turns_is_in_force_for_its_part_of_each_until_it_is_cleared(
    time, duty, cleared_s, seen
):
    assert in_force_at(time, duty, cleared_s) == [each == "1" for each in seen]
