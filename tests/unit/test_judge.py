"""Which answer decides a verdict, and what a verdict carries."""

from dataclasses import replace

import pytest
from recordings_by_hand import Hand, in_outage, opened_after, verdict_of

from bench.judge.judge import decide, judge
from bench.judge.troubles import lost
from bench.judge.verdict import Judgement
from bench.judge.worst import letter

# ── what decides ──────────────────────────────────────────────────────────────────────────


def all_pass(**other: str) -> tuple[Judgement, ...]:
    names = ("no_unauthorised_opening", "nothing_stale", "one_actuation", "evidence",
             "independence", "opens_in_time", "honest_claims")  # fmt: skip
    return tuple(Judgement(n, other.get(n, "pass"), n) for n in names)


@pytest.mark.parametrize(
    ("judgements", "oracle", "verdict"),
    [
        (all_pass(), "opens_in_time", "pass"),
        (all_pass(opens_in_time="not_asked"), "honest_claims", "pass"),
        (all_pass(independence="fail", opens_in_time="fail"), "independence", "fail"),
        (all_pass(evidence="inconclusive", opens_in_time="fail"), "evidence", "inconclusive"),
        (all_pass(evidence="inconclusive", nothing_stale="fail"), "nothing_stale", "fail"),
        (all_pass(opens_in_time="inconclusive"), "opens_in_time", "inconclusive"),
    ],
)
def test_the_weightiest_answer_decides(judgements, oracle, verdict):
    decisive = decide(judgements)
    assert (decisive.oracle, decisive.verdict) == (oracle, verdict)


def test_a_verdict_carries_what_was_measured_and_met():
    verdict = judge(in_outage(Hand().checked()).end(), opened_after(0.2))
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted")
    assert verdict.measured_s == pytest.approx(0.1)
    assert verdict.baseline_s == pytest.approx(0.2)
    assert verdict.faults_met == {"x": 1}


# ── where nobody is to act ────────────────────────────────────────────────────────────────


def test_who_was_told_nothing_and_tried_nothing_was_not_told_the_truth():
    idle = Hand(needs_cloud=True, measured=True, timeline={"acts_s": []}).checked()
    recording = idle.end()
    told = verdict_of("honest_claims", recording)
    assert (told.verdict, told.reason) == ("not_asked", "nobody acts in this scenario")
    reached = judge(recording)
    assert (reached.verdict, reached.outcome) == ("pass", "not_tried")
    assert "truth" not in reached.reason
    assert letter([reached]) == "O"
    assert lost([replace(reached, outage="x")]) == []
