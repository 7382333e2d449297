"""Which answer decides a verdict, and what a verdict carries."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import pytest
from recordings_by_hand import Hand, S, in_outage, opened_after, verdict_of

from bench import events as e
from bench.judge.asking import ORDER
from bench.judge.judge import decide, judge, outcome_of
from bench.judge.troubles import lost
from bench.judge.verdict import Judgement
from bench.judge.worst import letter
from bench.recording import Recording


def test_each_oracle_is_asked_once():
    verdict = judge(opened_after(0.1))
    assert [judgement.oracle for judgement in verdict.judgements] == list(ORDER)


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
        (
            all_pass(opens_in_time="not_asked", honest_claims="not_asked"),
            "opens_in_time",
            "not_asked",
        ),
        (all_pass(independence="fail", opens_in_time="fail"), "independence", "fail"),
        (all_pass(evidence="inconclusive", opens_in_time="fail"), "evidence", "inconclusive"),
        (all_pass(evidence="inconclusive", nothing_stale="fail"), "nothing_stale", "fail"),
        (all_pass(opens_in_time="inconclusive"), "opens_in_time", "inconclusive"),
    ],
)
def test_the_weightiest_answer_decides(judgements, oracle, verdict):
    decisive = decide(judgements)
    assert (decisive.oracle, decisive.verdict) == (oracle, verdict)


SIGHTINGS = ("no_unauthorised_opening", "nothing_stale", "one_actuation", "nothing_invalid",
             "bus_recovery", "refuses_bad_certificates")  # fmt: skip


@pytest.mark.parametrize("oracle", [name for name in ORDER if name != "evidence"])
def test_what_was_seen_and_must_not_be_outweighs_missing_evidence_and_nothing_else_does(oracle):
    answers = {"evidence": "inconclusive", oracle: "fail"}
    said = tuple(Judgement(name, answers.get(name, "pass"), name) for name in ORDER)
    decided = decide(said)
    expected = (oracle, "fail") if oracle in SIGHTINGS else ("evidence", "inconclusive")
    assert (decided.oracle, decided.verdict) == expected


def test_a_verdict_carries_what_was_measured_and_met():
    verdict = judge(in_outage(Hand().checked()).end(), opened_after(0.2))
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted")
    assert verdict.measured_s == pytest.approx(0.1)
    assert verdict.baseline_s == pytest.approx(0.2)
    assert verdict.faults_met == {"x": 1}


def test_a_cloud_path_that_nobody_tried_in_the_outage_does_not_pass():
    hand = Hand(needs_cloud=True, outage="x", timeline={"acts_s": [10.0]}).checked()
    hand.at(5, e.FaultArmed("x", "http", "x"))
    hand.at(11, e.FaultMet("x", "witness", "GET /"))
    reached = judge(hand.end(), opened_after(0.2, needs_cloud=True))
    assert (reached.verdict, reached.reason) == ("inconclusive", "nobody did anything")


# ── what came of several tries ────────────────────────────────────────────────────────────


def tries(*opened: bool, **scenario) -> Recording:
    """Tries 30 s apart, from 10 s on, of which some open the car; it ends at 100 s."""
    hand = Hand(**scenario).checked()
    for number, opens in enumerate(opened):
        seq = hand.attempt(10 + 30 * number, name=f"act-{number}")
        if opens:
            hand.pulse(10.1 + 30 * number, seq)
    hand.now = 100
    return hand.end()


@pytest.mark.parametrize(
    ("opened", "helpless_s"),
    [
        ((True, True), []),
        ((False, False, True), [(10, 70)]),
        ((True, False), [(40, 100)]),
        ((False, True, False), [(10, 40), (70, 100)]),
    ],
)
def test_an_owner_is_helpless_from_a_try_in_vain_to_the_next_that_helps(opened, helpless_s):
    found = judge(tries(*opened)).helpless
    assert [(from_ns / S, until_ns / S) for from_ns, until_ns in found] == helpless_s


def test_a_path_that_does_not_help_its_owner_leaves_him_helpless_all_the_time():
    assert judge(tries(True, helps=False)).helpless == ((0, 100 * S),)


def test_neither_a_command_in_flight_nor_somebody_else_s_try_helps_an_owner():
    hand = Hand().checked()
    hand.attempt(10)
    hand.pulse(20.1, hand.attempt(20, name="flight-1"))
    hand.pulse(30.1, hand.attempt(30, name="act-2", owner="thief"))
    hand.pulse(40.1, hand.attempt(40, name="control-1"))
    assert judge(hand.end()).helpless == ((10 * S, 40 * S),)


def test_an_outage_that_was_shortened_counts_at_its_full_length():
    assert judge(tries(True, False, compress=3.0)).helpless == ((120 * S, 300 * S),)


OUTCOMES = ("acted", "refused", "no_effect", "late", "twice")


@pytest.mark.parametrize(("better", "worse"), list(itertools.pairwise(OUTCOMES)))
def test_of_several_tries_the_worst_outcome_is_told(better, worse):
    assert outcome_of([SimpleNamespace(outcome=word) for word in (better, worse, better)]) == worse


def test_of_several_tries_the_slowest_is_what_was_measured():
    hand = Hand().checked()
    for number, latency_s in enumerate((0.2, 0.7, 0.3)):
        at_s = 10 + 30 * number
        hand.pulse(at_s + latency_s, hand.attempt(at_s, name=f"act-{number}"))
    assert judge(hand.end()).measured_s == pytest.approx(0.7)


def test_the_phase_is_the_one_in_which_the_first_try_fell():
    hand = Hand(outage="x").checked()
    assert judge(hand.end()).phase is None
    for at_s, phase in ((5, "down"), (30, "recovery")):
        hand.at(at_s, e.PhaseBegan(phase))
        hand.attempt(at_s + 1, name=f"act-{at_s}")
    assert judge(hand.end()).phase == "down"


def test_the_phase_that_is_asked_about_is_named_and_a_baseline_has_none():
    asked = {"name": "onset_sent", "of": "down", "meets": [], "cut": None, "command": "act-1"}
    hand = Hand(outage="x", phase=asked).checked()
    hand.attempt(10)
    assert judge(hand.end()).phase == "onset_sent"
    assert judge(opened_after(0.1)).phase is None


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
    assert lost([replace(reached, outage="x", outcome="no_effect")]) == []  # and nobody was told so
