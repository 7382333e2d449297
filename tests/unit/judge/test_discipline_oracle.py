"""What is measured of the telematics unit, against its limits."""

import math
from types import SimpleNamespace

import pytest
from recordings_by_hand import Hand, S, verdict_of

from bench import events as e
from bench.judge.asking import ask
from bench.judge.discipline.back_off import fit
from bench.judge.discipline.measures import (
    Found,
    growth_ratio,
    jitter_evenness,
    jitter_share,
    retry_after_most,
    server_reference,
)
from bench.judge.discipline.outage import Sent, Told
from bench.judge.discipline.tries import UNKNOWN, Wait
from bench.judge.oracles import telematics_discipline
from bench.judge.verdict import Case
from bench.recording import Recording

PREFIX = "telematics_discipline."
OF_EVERY_OUTAGE = {
    f"{PREFIX}absurd_retry_after": {"value": 7200.0},
    f"{PREFIX}retry_after_most": {"value": 1.2},
    "battery": {"value": 20.0, "quiescent_ma": 10.0},
}


def outage(
    limits: dict[str, tuple[str, float]], *, party: str = "tcu/push", cleared: bool = True
) -> Recording:
    hand = Hand(outage="x").checked()
    hand.limits = OF_EVERY_OUTAGE | {
        f"{PREFIX}{name}": {"value": value, "bound": bound, "unit": "s", "source": "test"}
        for name, (bound, value) in limits.items()
    }
    armed = hand.at(5, e.FaultArmed("x", "tcp", "x"))
    hand.at(6, e.FaultMet("x", party, "chunk dropped"))
    if cleared:
        hand.at(100, e.FaultCleared("x", 1), armed)
    return hand.end()


def measuring(monkeypatch: pytest.MonkeyPatch, **found: Found | None) -> None:
    measures = {name: lambda _outage, each=each: each for name, each in found.items()}
    monkeypatch.setattr(telematics_discipline, "MEASURES", measures)


@pytest.mark.parametrize(
    ("bound", "found", "verdict"),
    [
        ("at most", Found(10, ""), "pass"),
        ("at most", Found(10.1, ""), "fail"),
        ("at most", Found(9, "", 8, 10), "pass"),
        ("at most", Found(9, "", 8, 10.1), "inconclusive"),
        ("at most", Found(11, "", 10, 12), "inconclusive"),
        ("at most", Found(11, "", 10.1, 12), "fail"),
        ("at least", Found(10, ""), "pass"),
        ("at least", Found(9.9, ""), "fail"),
        ("at least", Found(11, "", 10, 12), "pass"),
        ("at least", Found(11, "", 9.9, 12), "inconclusive"),
        ("at least", Found(9, "", 8, 10), "inconclusive"),
        ("at least", Found(9, "", 8, 9.9), "fail"),
        ("at most", Found(None, "too few"), "inconclusive"),
        ("at least", Found(None, "too few"), "inconclusive"),
    ],
)
def test_what_is_nearer_to_its_limit_than_its_error_is_inconclusive(
    monkeypatch, bound, found, verdict
):
    measuring(monkeypatch, wait=found)
    judgement = verdict_of("telematics_discipline", outage({"wait": (bound, 10)}))
    assert judgement.verdict == verdict
    assert [(m.name, m.verdict) for m in judgement.measurements] == [("wait", verdict)]


@pytest.mark.parametrize(
    ("values", "verdict", "reason"),
    [
        ((1, 2, 3), "pass", "3 measures within their limits"),
        ((1, None, 3), "inconclusive", "b: note"),
        ((11, None, 3), "fail", "a 11 s (at most 10 s; note)"),
        ((11, 2, 12), "fail", "a 11 s (at most 10 s; note); c 12 s (at most 10 s; note)"),
    ],
)
def test_the_worst_of_several_measures_decides(monkeypatch, values, verdict, reason):
    found = {name: Found(value, "note") for name, value in zip("abc", values, strict=True)}
    measuring(monkeypatch, **found, not_asked=None)
    limits = dict.fromkeys("abc", ("at most", 10.0))
    judgement = verdict_of("telematics_discipline", outage(limits))
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("recording", "reason"),
    [
        (outage({}, party="phone"), "the unit never met the fault"),
        (outage({}, party="tcu_of_others"), "the unit never met the fault"),
        (outage({}, cleared=False), "no fault was armed and cleared"),
    ],
)
def test_an_outage_that_the_unit_cannot_have_met_measures_nothing(monkeypatch, recording, reason):
    measuring(monkeypatch, wait=Found(1, ""))
    judgement = verdict_of("telematics_discipline", recording)
    assert (judgement.verdict, judgement.reason) == ("inconclusive", reason)


@pytest.mark.parametrize("others", ["witness/api", "phone/api"])
def test_that_others_met_the_fault_too_takes_nothing_from_the_unit_s_meeting_it(
    monkeypatch, others
):
    measuring(monkeypatch, wait=Found(1, ""))
    hand = Hand(outage="x").checked()
    hand.limits = outage({"wait": ("at most", 10)}).header.limits
    armed = hand.at(5, e.FaultArmed("x", "tcp", "x"))
    for party in ("tcu/push", others):
        hand.at(6, e.FaultMet("x", party, "chunk dropped"))
    hand.at(100, e.FaultCleared("x", 2), armed)
    assert verdict_of("telematics_discipline", hand.end()).verdict == "pass"


def test_nothing_is_compared_with_a_baseline_that_is_not_sound(monkeypatch):
    measuring(monkeypatch, wait=Found(1, ""))
    hand = Hand().checked()
    hand.at(50, e.FramesDropped("body", 7))
    recording = outage({"wait": ("at most", 10)})
    judgement = verdict_of("telematics_discipline", recording, hand.end())
    assert judgement.verdict == "inconclusive"
    assert judgement.reason.startswith("the baseline cannot be compared with: 7 frames were lost")


def test_a_recording_that_was_cut_off_or_whose_bench_failed_measures_nothing():
    sound = outage({})
    cut = Recording(sound.header, sound.entries[:-1])
    assert verdict_of("telematics_discipline", cut).reason.startswith("the recording has no end")
    hand = Hand(outage="x")
    hand.limits = OF_EVERY_OUTAGE
    armed = hand.at(5, e.FaultArmed("x", "tcp", "x"))
    hand.at(6, e.FaultMet("x", "tcu/push", "chunk dropped"))
    hand.at(7, e.ClockStepped(S))
    hand.at(100, e.FaultCleared("x", 1), armed)
    assert "clock was set" in verdict_of("telematics_discipline", hand.end()).reason


def waited(*told: Told) -> SimpleNamespace:
    return SimpleNamespace(told=list(told), absurd_s=7200.0)


def sent(*after_s: float | None, left_s: float = 50.0) -> SimpleNamespace:
    return SimpleNamespace(sent=[Sent("other", each, False, left_s) for each in after_s])


@pytest.mark.parametrize(
    ("measure", "outage", "between"),
    [
        (retry_after_most, waited(Told(60, 63, 500)), (1.05, None)),
        (retry_after_most, waited(Told(60, None, 66)), (1.1, math.inf)),
        (retry_after_most, waited(Told(60, None, 60)), None),
        (retry_after_most, waited(Told(60, 63, 500), Told(60, None, 66)), (1.1, None)),
        (server_reference, sent(4.0, 9.0), (9.0, None)),
        (server_reference, sent(None), (50.0, math.inf)),
        (server_reference, sent(4.0, None), (50.0, None)),
    ],
)
def test_a_wait_that_was_never_seen_to_end_may_have_gone_on_for_ever(measure, outage, between):
    found = measure(outage)
    if between is None:
        assert found.value is None
    else:
        assert (found.value, found.high) == (pytest.approx(between[0]), between[1])


@pytest.mark.parametrize("measure", [growth_ratio, jitter_share, jitter_evenness])
def test_waits_that_a_fit_cannot_use_are_not_counted_for_it(measure):
    """After a channel that lived for a short time only the unit knows which wait is next."""
    waits = [*(Wait(level, 2.0) for level in range(3)), *[Wait(UNKNOWN, 2.0)] * 40]
    window = SimpleNamespace(parked=False)
    outage = SimpleNamespace(window=window, told=[], sent=[], own_waits=waits, law=fit(waits))
    found = measure(outage)
    assert found.value is None
    assert found.note.startswith("3 usable waits, ")


def test_it_is_not_asked_without_limits_or_without_an_outage():
    hand = Hand(outage="x")
    assert verdict_of("telematics_discipline", hand.end()).verdict == "not_asked"
    calm = Hand()
    calm.limits = OF_EVERY_OUTAGE
    assert ask("telematics_discipline", Case(calm.end())).verdict == "not_asked"
