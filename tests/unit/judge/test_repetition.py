"""What N repetitions say together: figures with published values, and never a retried pass."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verdicts import verdict

from bench.evidence.junit import write_junit
from bench.evidence.recording_file import decode_verdict
from bench.judge.interval import of_median, percentile, wilson
from bench.judge.repetition import combine, cut_short
from bench.judge.verdict import Verdict


def run(word: str = "pass", measured_s: float | None = 0.4, **rest) -> Verdict:
    return verdict("b", "d", word, owner="a", intent="c", measured_s=measured_s, **rest)


@pytest.mark.parametrize(
    ("passed", "n", "low", "high"),
    # Newcombe 1998, table I (score method without continuity correction), and 10 of 10
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
     (10, 10, 0.7225, 1.0)],
)  # fmt: skip
def test_wilsons_interval_has_the_published_values(passed, n, low, high):
    interval = wilson(passed, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("n", "rank", "confidence"), [(6, 1, 96.9), (8, 1, 99.2), (10, 2, 97.9), (20, 6, 95.9)]
)
def test_the_medians_interval_has_the_ranks_of_the_sign_test(n, rank, confidence):
    interval = of_median(range(1, n + 1))
    assert (interval.low, interval.high) == (rank, n + 1 - rank)
    assert interval.method == f"order statistics, {confidence} %"


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_a_percentile_is_a_value_that_was_measured(values):
    found = percentile(values, 0.95)
    assert found in values
    assert sum(v <= found for v in values) >= 0.95 * len(values) - 1e-9


def test_all_passed_is_a_pass_decided_by_the_slowest():
    combined = combine([run(measured_s=0.3), run(measured_s=0.5), run(measured_s=0.4)])
    assert combined.verdict == "pass"
    assert combined.measured_s == 0.5
    assert combined.reason == "3 of 3 passed: it is a pass"
    repeat = combined.repeat
    assert (repeat.n, repeat.passed, repeat.stable) == (3, 3, True)
    assert (repeat.median_s, repeat.p95_s) == (0.4, 0.5)
    assert repeat.interval["median_s"] is None, "three values give no interval of their median"


def test_what_was_cut_short_is_no_pass_and_still_a_fail():
    short = cut_short([run(), run()], 3)
    assert (short.verdict, short.oracle) == ("inconclusive", "evidence")
    assert short.reason == "cut short after 2 of 3 repetitions: 2 of 2 passed: it is a pass"
    assert (short.repeat.n, short.repeat.passed) == (2, 2)
    assert cut_short([run()], 3).verdict == "inconclusive"
    assert cut_short([run("fail"), run()], 3) == combine([run("fail"), run()])
    assert cut_short([run(), run(), run()], 3) == combine([run()] * 3)
    assert cut_short([run()], 1) == run()


def test_one_failure_among_many_passes_is_a_fail_and_unstable():
    combined = combine([*[run()] * 3, run("fail", recording="r/4"), *[run()] * 6])
    assert combined.verdict == "fail"
    assert combined.reason == "unstable: 9 of 10 passed, 1 fail; repetition 4: it is a fail"
    assert combined.recording == "r/4"
    assert combined.repeat.stable is False
    assert combined.repeat.outcomes == {"acted": 9, "no_effect": 1}


def test_inconclusive_repetitions_among_passes_are_never_a_pass():
    combined = combine([run(), run("inconclusive", None)])
    assert combined.verdict == "inconclusive"
    assert combined.reason.startswith("unstable: 1 of 2 passed, 1 inconclusive")


def test_failed_every_time_is_a_stable_fail():
    combined = combine([run("fail", None)] * 2)
    assert (combined.verdict, combined.repeat.stable) == ("fail", True)
    assert combined.repeat.median_s is None


def test_the_longest_helplessness_counts_in_an_outage_and_the_shortest_in_a_baseline():
    runs = [run(helpless=((0, 10),)), run(helpless=((0, 5), (7, 20))), run(helpless=((30, 42),))]
    assert combine(runs).helpless == ((0, 5), (7, 20))
    assert combine([replace(v, outage=None) for v in runs]).helpless == ((0, 10),)


def test_a_repeated_verdict_survives_being_written_down():
    import json
    from dataclasses import asdict

    combined = combine([run(), run("fail", 0.9)] * 4)
    assert decode_verdict(json.loads(json.dumps(asdict(combined)))) == combined


def test_junit_says_how_many_passed(tmp_path):
    write_junit(tmp_path / "j.xml", "x", [combine([run(), run("fail")])])
    assert '<property name="passed" value="1 of 2" />' in (tmp_path / "j.xml").read_text()
