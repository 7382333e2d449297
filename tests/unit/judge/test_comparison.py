"""Comparing two runs: what got worse, and what only looks like it."""

import pytest
from verdicts import verdict

from bench.judge.comparison import compare


def named(name, word="pass", took_s=0.1, **more):
    """Return the verdict on a scenario."""
    return verdict(word=word, scenario=name, measured_s=took_s, **more)


@pytest.mark.parametrize(
    ("before", "after", "how", "worse"),
    [
        ("pass", "fail", "broken", True),
        ("inconclusive", "fail", "broken", True),
        ("pass", "inconclusive", "doubtful", True),
        ("fail", "inconclusive", "doubtful", True),
        ("fail", "pass", "healed", False),
        ("inconclusive", "pass", "cleared", False),
        ("pass", None, "missing", True),
        ("pass", "not_fitted", "missing", True),
        (None, "fail", "added", False),
        ("not_fitted", "pass", "added", False),
        ("not_fitted", "inconclusive", "doubtful", True),
        ("not_fitted", "fail", "broken", True),
    ],
)
def test_every_change_has_its_word(before, after, how, worse):
    found = compare([named("a", before)] if before else [], [named("a", after)] if after else [])
    assert [c.how for c in found.changed] == [how]
    assert found.worse is worse
    assert found.same == 0


@pytest.mark.parametrize("word", ["pass", "fail", "inconclusive", "not_fitted"])
def test_what_is_as_it_was_is_not_spoken_of(word):
    found = compare([named("a", word)], [named("a", word)])
    assert (found.changed, found.same, found.worse) == ((), 1, False)


def test_the_worst_comes_first():
    before = [named("a", "fail"), named("b"), named("c"), named("d")]
    after = [named("a"), named("b", "inconclusive"), named("c", "fail"), named("e")]
    found = compare(before, after)
    assert [c.how for c in found.changed] == ["broken", "doubtful", "missing", "healed", "added"]


def paces(before_s, after_s, tolerance=0.1):
    """Return the only path's pace, of scenarios with these times."""
    (pace,) = compare(
        [named(str(n), took_s=s) for n, s in enumerate(before_s)],
        [named(str(n), took_s=s) for n, s in enumerate(after_s)],
        tolerance,
    ).paces
    return pace


def test_a_path_that_takes_longer_in_every_scenario_is_slower():
    pace = paces([0.1, 0.2, 0.1, 0.3, 0.1, 0.2], [0.12, 0.24, 0.12, 0.36, 0.12, 0.24])
    assert pace.slower
    assert pace.ratio == pytest.approx(1.2)
    assert (pace.before.median_s, pace.after.median_s) == (pytest.approx(0.15), pytest.approx(0.18))
    assert (pace.after.p95_s, pace.after.count) == (0.36, 6)


def test_one_slow_scenario_among_many_is_not_a_slower_path():
    pace = paces([0.1] * 6, [0.1] * 5 + [3.0])
    assert not pace.slower
    assert pace.ratio == 1.0


def test_a_path_that_takes_longer_in_nearly_every_of_many_scenarios_is_slower():
    assert paces([0.1] * 20, [0.1] + [0.13] * 19).slower
    assert not paces([0.1] * 4, [0.1] + [0.13] * 3).slower


def test_scatter_to_both_sides_is_chance_even_where_the_median_moves():
    before = [0.10] * 8
    pace = paces(before, [0.06, 0.07, 0.08, 0.13, 0.13, 0.13, 0.14, 0.15])
    assert pace.ratio > 1.1
    assert pace.interval.low < 1
    assert not pace.slower


def test_within_the_tolerance_nothing_is_slower():
    assert not paces([0.1] * 6, [0.109] * 6).slower
    assert paces([0.1] * 6, [0.109] * 6, tolerance=0.05).slower


def test_few_scenarios_have_to_agree():
    assert paces([0.1, 0.1], [0.2, 0.2]).slower
    assert not paces([0.1, 0.1], [0.3, 0.1]).slower


def test_what_only_one_run_has_measured_is_no_pace():
    before, after = [named("a", took_s=None)], [named("a", "pass", 9.0)]
    assert compare(before, after).paces == ()
    assert compare(after, before).paces == ()
    assert compare([named("a")], [named("b")]).paces == ()


def test_a_slower_path_alone_makes_a_run_worse():
    before = [named(str(n), took_s=0.1) for n in range(6)]
    after = [named(str(n), took_s=0.2) for n in range(6)]
    assert compare(before, after).worse
    assert not compare(after, before).worse
