"""Whether a try fell into the phase that is asked about, by its recording."""

import pytest
from recordings_by_hand import Hand, S, opened_after, verdict_of

from bench import events as e
from bench.judge.ledger import make_ledger
from bench.judge.phase_proof import unproven
from bench.judge.steps import STEPS, step_of, steps_of
from bench.judge.verdict import Case

DOWN = {"name": "down", "of": "down", "meets": [["down", ["x"]]], "cut": None, "command": "act-1"}
CUT = {"after": "accepted", "before": "delivered"}
ONSET = {**DOWN, "name": "onset_accepted", "cut": CUT}


def played(
    act_s: float = 30,
    *,
    asked=DOWN,
    met_s: float = 40,
    fault: str = "x",
    phases=("down", "after"),
    spec: str = "x",
) -> str | None:
    """Return what is missing: an outage from 20 s to 60 s, an act and somebody who met a fault."""
    hand = Hand(outage="x", phase=asked)
    moments = [(act_s, e.IntentBegan("act-1", "phone_only", "unlock", "ble_key", True, ""))]
    moments += [(act_s + 2, e.AttemptSettled("act-1", "acted"))]
    moments += [(at_s, e.PhaseBegan(name)) for at_s, name in zip((20, 60), phases, strict=False)]
    moments += [(20.1, e.FaultArmed("x", "http", spec)), (met_s, e.FaultMet(fault, "w", "GET /"))]
    for at_s, event in sorted(moments, key=lambda each: each[0]):
        hand.at(at_s, event)
    return unproven(Case(hand.end()))


def test_a_try_in_its_phase_with_its_fault_met_is_proven():
    assert played() is None
    assert played(asked=None, met_s=500) is None


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"phases": ()}, "the outage armed no fault"),
        ({"act_s": 10}, "the try at 10 s fell into before, not down"),
        ({"act_s": 70}, "the try at 70 s fell into after, not down"),
        ({"met_s": 70}, "x was never met in the phase down, not even by the witness"),
        ({"fault": "y"}, "x was never met in the phase down, not even by the witness"),
        ({"phases": ("brown_out", "down")}, "the try at 30 s fell into brown_out, not down"),
    ],
)
def test_what_is_missing_of_the_proof_is_said(missing, said):
    assert played(**missing) == said


def test_a_phase_that_is_played_again_counts_as_one():
    hand = Hand(outage="x", phase=DOWN)
    for at_s, name in ((20, "down"), (60, "lull"), (100, "down"), (140, "after")):
        hand.at(at_s, e.PhaseBegan(name))
        if name == "down":
            seq = hand.at(at_s, e.FaultArmed("x", "http", "x"))
            hand.at(at_s + 5, e.FaultMet("x", "w", "GET /"))
            hand.attempt(at_s + 10, name=f"act-{at_s}")
            hand.at(at_s + 20, e.AttemptSettled(f"act-{at_s}", "acted"))
            hand.at(at_s + 40, e.FaultCleared("x", 1), seq)
    assert unproven(Case(hand.end())) is None


def test_each_of_two_faults_of_one_name_has_to_be_met_in_the_phase():
    hand = Hand(outage="x", phase=DOWN)
    hand.at(20, e.PhaseBegan("down"))
    armed = [hand.at(20, e.FaultArmed("x", "http", spec)) for spec in ("x:kind=a", "x:kind=b")]
    hand.at(25, e.FaultMet("x", "w", "GET /"))
    hand.attempt(30)
    hand.at(32, e.AttemptSettled("act-1", "acted"))
    for seq, met in zip(armed, (1, 0), strict=True):
        hand.at(50, e.FaultCleared("x", met), seq)
    said = "x:kind=b was never met in the phase down, not even by the witness"
    assert unproven(Case(hand.end())) == said


def test_a_try_that_is_far_from_every_meeting_of_its_fault_is_not_proven():
    hand = Hand(outage="x", phase=DOWN)
    hand.at(20, e.PhaseBegan("down"))
    hand.at(20, e.FaultArmed("x", "http", "x"))
    hand.at(25, e.FaultMet("x", "w", "GET /"))
    hand.attempt(200)
    hand.at(202, e.AttemptSettled("act-1", "acted"))
    assert unproven(Case(hand.end())) == "nobody met the fault around the try at 200 s"


def test_a_phase_without_a_fault_of_its_own_asks_for_none_around_the_try():
    aftermath = {**DOWN, "name": "aftermath", "of": "after"}
    assert played(70, asked=aftermath) is None
    assert played(30, asked=aftermath) == "the try at 30 s fell into down, not after"


def test_a_phase_in_which_no_fault_was_armed_proves_nothing():
    hand = Hand(outage="x", phase=DOWN)
    hand.at(20, e.PhaseBegan("down"))
    hand.attempt(30)
    assert unproven(Case(hand.end())) == "the outage armed no fault"


def test_faults_of_other_phases_need_not_be_met_in_this_one():
    hand = Hand(outage="x", phase=DOWN)
    armed = []
    for at_s, phase, fault, spec in (
        (20, "brown_out", "x", "x:kind=b"), (60, "lull", "y", "y"), (100, "down", "x", "x:kind=a"),
        (200, "lull", "z", "z"), (240, "down", "x", "x:kind=a"),
    ):  # fmt: skip
        if phase != "lull":
            for seq, name in armed:
                hand.at(at_s - 1, e.FaultCleared(name, int(at_s > 110)), seq)
            armed = []
        hand.at(at_s, e.PhaseBegan(phase))
        armed.append((hand.at(at_s, e.FaultArmed(fault, "http", spec)), fault))
        if phase == "down":
            hand.at(at_s + 5, e.FaultMet("x", "w", "GET /"))
    hand.attempt(250)
    hand.at(252, e.AttemptSettled("act-1", "acted"))
    assert unproven(Case(hand.end())) is None


def test_what_another_phases_fault_met_around_the_try_proves_nothing_of_this_phases():
    hand = Hand(outage="x", phase={**DOWN, "meets": [["brown_out", ["y"]], ["down", ["x"]]]})
    hand.at(20, e.PhaseBegan("brown_out"))
    hand.at(20, e.FaultArmed("y", "http", "y"))
    hand.at(25, e.FaultMet("y", "w", "GET /"))
    hand.at(30, e.PhaseBegan("down"))
    hand.at(30, e.FaultArmed("x", "http", "x"))
    hand.at(35, e.FaultMet("x", "w", "GET /"))
    hand.attempt(200)
    hand.at(201, e.FaultMet("y", "w", "GET /"))
    hand.at(202, e.AttemptSettled("act-1", "acted"))
    assert unproven(Case(hand.end())) == "nobody met the fault around the try at 200 s"


# ── a command that is cut in flight ───────────────────────────────────────────────────────


def cut(
    accepted_s: float | None = 11,
    delivered_s: float | None = None,
    armed_s: float | None = 12,
    command: str = "act-1",
) -> str | None:
    """Return what is missing: a command that begins at 10 s, cut when the fault is armed."""
    hand = Hand(outage="x", phase={**ONSET, "command": command}, needs_cloud=True)
    moments = []
    if armed_s is not None:
        moments += [(armed_s, e.PhaseBegan("down")), (armed_s, e.FaultArmed("x", "http", "x"))]
        moments += [(armed_s + 1, e.FaultMet("x", "w", "GET /"))]
    if accepted_s is not None:
        moments += [(accepted_s, e.CommandState("c", "V", "door_unlock", "created", 0))]
    if delivered_s is not None:
        moments += [(delivered_s, e.TelematicsCommand("TCU", "c", "door_unlock", "executing"))]
    begun = hand.attempt(10, path="cloud_app")
    for at_s, event in sorted(moments, key=lambda each: each[0]):
        hand.at(at_s, event, begun)
    hand.at(50, e.AttemptSettled("act-1", "gave up"))
    return unproven(Case(hand.end()))


def test_a_command_that_is_cut_between_its_two_steps_is_proven_though_it_began_before():
    assert cut() is None
    assert cut(delivered_s=15) is None


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"accepted_s": 13}, "act-1 was not yet accepted when the outage began"),
        ({"accepted_s": None}, "act-1 was not yet accepted when the outage began"),
        ({"delivered_s": 11.5}, "act-1 was delivered already when the outage began"),
        (
            {"armed_s": None},
            "act-1 was never seen to be accepted: there was nothing to cut in flight",
        ),
        ({"command": "flight-1"}, "flight-1 was not yet accepted when the outage began"),
    ],
)
def test_a_command_that_is_cut_elsewhere_is_said_to_be(missing, said):
    assert cut(**missing) == said


def test_only_the_command_that_is_cut_may_begin_before_its_phase():
    hand = Hand(outage="x", phase={**ONSET, "command": "act-2"}, needs_cloud=True)
    hand.attempt(10, path="cloud_app")
    begun = hand.attempt(11, name="act-2", path="cloud_app")
    hand.at(11, e.CommandState("c", "V", "door_unlock", "created", 0), begun)
    hand.at(12, e.PhaseBegan("down"))
    hand.at(12, e.FaultArmed("x", "http", "x"))
    hand.at(13, e.FaultMet("x", "w", "GET /"))
    assert unproven(Case(hand.end())) == "the try at 10 s fell into before, not down"


def request(party: str, path: str) -> e.RequestSent:
    return e.RequestSent(party, "a", "POST", path)


def state(word: str) -> e.CommandState:
    return e.CommandState("c", "V", "door_unlock", word, 0)


@pytest.mark.parametrize(
    ("event", "step"),
    [
        (e.ActSensed("act-1", "button"), "begun"),
        (request("phone", "/vehicles/V/command/unlock"), "sent"),
        (request("head_unit", "/assistant/ask"), "sent"),
        (request("phone", "/vehicles/V/state"), None),
        (request("tcu", "/vehicles/V/command/unlock"), None),
        (state("created"), "accepted"),
        (state("in_progress"), None),
        (state("succeeded"), "acknowledged"),
        (state("failed"), "acknowledged"),
        (state("rejected"), "acknowledged"),
        (e.TelematicsCommand("TCU", "c", "door_unlock", "executing"), "delivered"),
        (e.TelematicsCommand("TCU", "c", "door_unlock", "refused"), None),
        (e.Claim("phone_only", "act-1", "working", "..."), None),
        (e.Claim("phone_only", "act-1", "unknown", "?"), "shown"),
    ],
)
def test_each_step_of_a_command_is_told_by_its_own_event(event, step):
    assert step_of(event) == step
    assert step is None or step in STEPS


def test_the_first_sign_of_each_step_of_the_commands_own_counts():
    hand = Hand(needs_cloud=True)
    other = hand.attempt(5, name="flight-1", path="cloud_app")
    hand.at(6, state("created"), other)
    begun = hand.attempt(10, path="cloud_app")
    first = hand.at(11, state("created"), begun)
    hand.at(12, state("created"), begun)
    hand.pulse(13, first)
    recording = hand.end()
    steps = steps_of(recording, make_ledger(recording), "act-1")
    assert {name: entry.t_ns / S for name, entry in steps.items()} == {
        "begun": 10, "accepted": 11, "executed": 13
    }  # fmt: skip
    assert steps_of(recording, make_ledger(recording), "act-9") == {}


def test_what_is_not_proven_of_its_phase_is_no_evidence():
    hand = Hand(outage="x", phase=DOWN).checked()
    hand.at(5, e.PhaseBegan("brown_out"))
    hand.at(5, e.FaultArmed("x", "http", "x"))
    hand.at(6, e.FaultMet("x", "w", "GET /"))
    hand.pulse(10.1, hand.attempt(10))
    judgement = verdict_of("evidence", hand.end(), opened_after(0.1))
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == "the try at 10 s fell into brown_out, not down"
