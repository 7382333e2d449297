"""A cloud path in a lull of an outage: nothing is wrong, others get through, and it is to work."""

import pytest
from recordings_by_hand import Hand, opened_after, verdict_of

from bench import events as e

CLOUD = {"path": "cloud_app", "needs_cloud": True}


def incident(*, opened=False, act_s=2000.0, probes=((1900.0, True), (2100.0, True)), waves=((5, 100), (3000, 3100))):  # fmt: skip
    """Return the recording of an outage in waves, with a try between them."""
    hand = Hand(**CLOUD, outage="x").checked()
    happens = [(act_s, None), *((at_s, e.WitnessProbed(ok, "succeeded")) for at_s, ok in probes)]
    for wave in waves:
        happens += [(at_s, wave) for at_s in wave]
    armed = {}
    for at_s, what in sorted(happens, key=lambda each: each[0]):
        if what in waves and what not in armed:
            armed[what] = hand.at(at_s, e.FaultArmed("x", "http", "x"))
        elif what in waves:
            hand.at(at_s, e.FaultCleared("x", met=3), armed[what])
        elif what is None:
            seq = hand.attempt(at_s, path="cloud_app")
            if opened:
                hand.pulse(at_s + 1, seq)
            hand.at(at_s + 60, e.AttemptSettled("act-1", "acted" if opened else "gave up"))
        else:
            hand.at(at_s, what)
    return hand.end()


def judged(recording, baseline=None):
    baseline = opened_after(0.5, **CLOUD) if baseline is None else baseline
    judgement = verdict_of("opens_in_time", recording, baseline)
    return judgement.verdict, judgement.reason


def test_a_try_long_after_a_fault_that_comes_to_nothing_while_others_get_through_fails():
    assert judged(incident()) == (
        "fail",
        (
            "cloud_app did not unlock the car at the try at 2000 s, 31.7 min after the last fault "
            "had ended, though the witness got through"
        ),
    )


NOT_ASKED = ("not_asked", "a cloud path is not asked to work in an outage")


@pytest.mark.parametrize(
    "other",
    [
        {"opened": True},
        {"act_s": 50.0},  # while a fault is in force
        {"act_s": 950.0},  # resolvers may remember the fault, and whoever backs off not have tried
        {"act_s": 2960.0},  # the next wave came before its end
        {"waves": ((2500, 3100),)},  # no fault had been there yet
        {"waves": ((5, 100), (200, 5000))},
        {"act_s": 1100.0, "waves": ((5, 300), (50, 100)),  # too soon after the longer one
         "probes": ((1050.0, True), (1200.0, True))},
        {"probes": ((1900.0, False), (2100.0, True))},
        {"probes": ((1900.0, True), (2100.0, False))},
        {"probes": ((1900.0, True), (3050.0, True))},  # of the next wave
        {"probes": ((1900.0, True), (3050.0, True)),
         "waves": ((5, 100), (3000, 3100), (5000, 5100))},
        {"probes": ((1900.0, True),)},
        {"probes": ((2100.0, True),)},
        {"probes": ()},
    ],
    ids=str,
)  # fmt: skip
def test_where_anything_may_have_kept_it_from_working_it_is_not_asked(other):
    assert judged(incident(**other)) == NOT_ASKED


def test_a_path_that_does_not_work_without_the_outage_is_not_asked_either():
    baseline = Hand(**CLOUD).checked()
    baseline.attempt(10, path="cloud_app")
    baseline.at(18, e.AttemptSettled("act-1", "gave up"))
    assert judged(incident(), baseline.end()) == NOT_ASKED
