"""Oracles on recordings that were written by hand: each answer that each of them can give."""

from dataclasses import replace

import pytest

from bench import events as e
from bench.journal import Journal
from bench.judge.cells import cells, failures
from bench.judge.judge import ask, decide, helpless, judge
from bench.judge.ledger import make_ledger
from bench.judge.stranded import stranded
from bench.judge.stranding_words import NONE_STRANDED, helped, lead, untried
from bench.judge.troubles import lost
from bench.judge.verdict import Case, Judgement, Verdict
from bench.judge.worst import letter
from bench.recording import Header, Recording

S = 1_000_000_000


class Hand:
    """Writes a recording by hand, at times in seconds."""

    def __init__(self, **scenario):
        self.now = 0.0
        self.journal = Journal(lambda: round(self.now * S))
        self.scenario = {
            "id": "x", "owner": "phone_only", "path": "ble_key", "intent": "unlock",
            "needs_cloud": False, "give_up_s": 8.0, "outage": None, "helps": True, **scenario,
        }  # fmt: skip
        self.limits = {"opens": {"value": 1.5, "source": "test"}}

    def at(self, time_s: float, event: e.Event, cause: int | None = None) -> int:
        self.now = time_s
        return self.journal.write(event, cause)

    def checked(self) -> "Hand":
        self.at(0, e.StateChecked("door_lock_state", "locked", "locked", verified=True))
        return self

    def attempt(self, at_s, name="act-1", path="ble_key", owner="phone_only", entitled=True,
                credential=""):  # fmt: skip
        intent = e.IntentBegan(name, owner, "unlock", path, entitled, credential)
        seq = self.at(at_s, intent)
        self.at(at_s, e.ActSensed(name, "handle"), seq)
        return seq

    def pulse(self, at_s, cause, direction="unlock", lines=("driver", "passenger")):
        for line in lines:
            self.at(at_s, e.Edge(f"lock_motor_{line}", direction), cause)

    def end(self) -> Recording:
        self.at(self.now, e.End(len(self.journal.entries), 0))
        header = Header(self.scenario, self.limits, ("ble_key",), {}, {}, 1, "simulated")
        return Recording(header, self.journal.entries)


def verdict_of(oracle: str, recording: Recording, baseline: Recording | None = None) -> Judgement:
    return ask(oracle, Case(recording, baseline))


def opened_after(latency_s: float, **scenario) -> Recording:
    hand = Hand(**scenario).checked()
    hand.pulse(10 + latency_s, hand.attempt(10))
    hand.at(12, e.AttemptSettled("act-1", "acted"))
    return hand.end()


def not_opened(**scenario) -> Recording:
    hand = Hand(**scenario).checked()
    hand.attempt(10)
    hand.at(18, e.AttemptSettled("act-1", "gave up"))
    return hand.end()


# ── the ledger ────────────────────────────────────────────────────────────────────────────


def test_doors_that_move_together_are_one_actuation():
    ledger = make_ledger(opened_after(0.1))
    assert [a.lines for a in ledger.actuations] == [["lock_motor_driver", "lock_motor_passenger"]]


def test_the_same_line_again_is_another_actuation():
    hand = Hand()
    seq = hand.attempt(10)
    hand.pulse(10.1, seq)
    hand.pulse(10.5, seq)
    assert len(make_ledger(hand.end()).actuations) == 2


def test_a_movement_without_known_causes_is_put_down_to_the_last_attempt_in_time():
    hand = Hand()
    hand.attempt(10)
    hand.pulse(10.5, None)
    ledger = make_ledger(hand.end())
    assert ledger.attempts[0].acted
    assert ledger.actuations[0].by_time


def test_how_things_stand_at_first_is_no_movement():
    hand = Hand()
    hand.at(0, e.RoleChanged("body", "power_mode", "ready", ("ready",), (3,)))
    hand.at(5, e.RoleChanged("body", "power_mode", "off", ("off",), (0,)))
    hand.at(9, e.RoleChanged("body", "power_mode", "ready", ("ready", "on"), (5,)))
    assert [a.function for a in make_ledger(hand.end()).actuations] == ["stop", "start"]


def test_the_copy_of_a_role_on_another_bus_does_not_count():
    hand = Hand()
    recording = hand.end()
    for time_s, bus, value in ((1, "body", "off"), (1, "telematics", "off"), (2, "body", "ready"),
                               (20, "telematics", "ready")):  # fmt: skip
        hand.at(time_s, e.RoleChanged(bus, "power_mode", value, (value,), (0,)))
    header = Header(hand.scenario, {}, (), {"body.power_mode": {}}, {}, 1, "simulated")
    ledger = make_ledger(Recording(header, recording.entries))
    assert [a.t_ns for a in ledger.actuations] == [2 * S]


# ── opens in time ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("latency_s", "verdict"), [(0.1, "pass"), (1.5, "pass"), (1.51, "fail")])
def test_opens_in_time_compares_sensed_act_and_sensed_actuation(latency_s, verdict):
    assert verdict_of("opens_in_time", opened_after(latency_s)).verdict == verdict


def test_near_the_limit_within_the_benchs_own_lateness_is_inconclusive():
    hand = Hand().checked()
    hand.pulse(11.49, hand.attempt(10))
    hand.at(12, e.JitterMeasured(50_000_000))
    assert verdict_of("opens_in_time", hand.end()).verdict == "inconclusive"


def test_a_path_that_does_not_open_fails():
    assert verdict_of("opens_in_time", not_opened()).verdict == "fail"


def test_a_cloud_path_is_not_asked_to_open_in_an_outage():
    recording = not_opened(needs_cloud=True, outage="x")
    assert verdict_of("opens_in_time", recording).verdict == "not_asked"


# ── independence ──────────────────────────────────────────────────────────────────────────


def test_a_local_path_as_in_its_baseline_is_independent():
    assert (
        verdict_of("independence", opened_after(0.1, outage="x"), opened_after(0.1)).verdict
        == "pass"
    )


def test_a_local_path_that_fails_only_in_the_outage_is_not():
    judgement = verdict_of("independence", not_opened(outage="x"), opened_after(0.1))
    assert judgement.verdict == "fail"
    assert (
        "ble_key did not unlock the car in the outage; without it, it does in 100 ms"
        in judgement.reason
    )


def test_a_local_path_that_is_slower_in_the_outage_is_not():
    judgement = verdict_of("independence", opened_after(0.5, outage="x"), opened_after(0.1))
    assert judgement.verdict == "fail"
    assert "400 ms longer" in judgement.reason


def test_a_path_that_is_slower_by_no_more_than_the_bench_may_be_late_is_inconclusive():
    def late(latency, **rest):
        hand = Hand(**rest).checked()
        hand.pulse(10 + latency, hand.attempt(10))
        hand.at(12, e.JitterMeasured(100_000_000))
        return hand.end()

    judgement = verdict_of("independence", late(0.5, outage="x"), late(0.1))
    assert judgement.verdict == "inconclusive"
    assert "400 ms longer" in judgement.reason
    assert "the bench's own times may be off by 200 ms" in judgement.reason
    assert verdict_of("independence", late(0.6, outage="x"), late(0.1)).verdict == "fail"


def test_a_local_path_that_was_slow_anyway_is_independent():
    assert (
        verdict_of("independence", opened_after(0.5, outage="x"), opened_after(0.5)).verdict
        == "pass"
    )


def test_a_request_to_the_cloud_in_the_chain_of_causes_is_dependence():
    hand = Hand().checked()
    seq = hand.attempt(10)
    asked = hand.at(10.1, e.RequestSent("phone", "phone-1", "POST", "/session"), seq)
    hand.pulse(10.4, hand.at(10.3, e.ResponseReceived("phone", "phone-1", 200, ""), asked))
    assert verdict_of("independence", hand.end()).verdict == "fail"


def test_traffic_to_the_cloud_that_caused_nothing_does_not_count():
    hand = Hand().checked()
    seq = hand.attempt(10)
    hand.at(10.1, e.RequestSent("phone", "phone-1", "POST", "/session"), seq)
    hand.pulse(10.4, seq)
    assert verdict_of("independence", hand.end()).verdict == "pass"


def test_without_a_baseline_independence_cannot_be_told():
    assert verdict_of("independence", opened_after(0.1, outage="x")).verdict == "inconclusive"


def test_a_baseline_whose_evidence_is_worthless_is_nothing_to_compare_with():
    unsound = Hand()
    unsound.at(0, e.StateChecked("trouble_codes", "none", None, verified=False))
    judgement = verdict_of("independence", opened_after(0.1, outage="x"), unsound.end())
    assert judgement.verdict == "inconclusive"
    assert "the baseline cannot be compared with: starting state: trouble_codes" in judgement.reason


# ── one actuation, nothing stale ──────────────────────────────────────────────────────────


def test_twice_is_a_fail():
    hand = Hand().checked()
    seq = hand.attempt(10)
    hand.pulse(10.1, seq)
    hand.pulse(40, seq)
    judgement = verdict_of("one_actuation", hand.end())
    assert judgement.verdict == "fail"
    assert "2 times, at 10.10 s and 40.00 s" in judgement.reason


@pytest.mark.parametrize(("at_s", "verdict"), [(50, "pass"), (101, "fail")])
def test_a_command_after_its_expiry_is_stale(at_s, verdict):
    hand = Hand(needs_cloud=True).checked()
    seq = hand.attempt(10, path="cloud_app")
    command = hand.at(10, e.CommandState("c", "V", "door_unlock", "created", 100 * S), seq)
    hand.pulse(at_s, command)
    assert verdict_of("nothing_stale", hand.end()).verdict == verdict


# ── no unauthorised opening ───────────────────────────────────────────────────────────────


def test_an_opening_that_nobody_asked_for_is_a_fail():
    hand = Hand().checked()
    hand.pulse(300, hand.at(300, e.Inside("BCM", "by itself")))
    assert verdict_of("no_unauthorised_opening", hand.end()).verdict == "fail"


def test_locking_needs_nobody():
    hand = Hand().checked()
    hand.pulse(300, hand.at(300, e.Inside("BCM", "relock")), direction="lock")
    assert verdict_of("no_unauthorised_opening", hand.end()).verdict == "pass"


def test_an_opening_for_a_thief_is_a_fail():
    hand = Hand().checked()
    hand.pulse(10.1, hand.attempt(10, owner="thief", entitled=False))
    assert "no right to it" in verdict_of("no_unauthorised_opening", hand.end()).reason


@pytest.mark.parametrize(
    ("rights", "verdict"),
    [
        ([(0, e.EntitlementGranted("V", "phone-1", None))], "pass"),
        ([(0, e.EntitlementGranted("V", "phone-1", 100 * S))], "pass"),
        ([(0, e.EntitlementGranted("V", "phone-1", 5 * S))], "fail"),
        (
            [
                (0, e.EntitlementGranted("V", "phone-1", None)),
                (5, e.EntitlementRevoked("V", "phone-1")),
            ],
            "fail",
        ),
        (
            [
                (0, e.EntitlementGranted("V", "phone-1", None)),
                (20, e.EntitlementRevoked("V", "phone-1")),
            ],
            "pass",
        ),
    ],
)
def test_a_digital_keys_right_must_be_in_force_at_that_moment(rights, verdict):
    hand = Hand().checked()
    for at_s, right in rights:
        if at_s < 10:
            hand.at(at_s, right)
    hand.pulse(10.1, hand.attempt(10, credential="phone-1"))
    for at_s, right in rights:
        if at_s > 10:
            hand.at(at_s, right)
    assert verdict_of("no_unauthorised_opening", hand.end()).verdict == verdict


# ── honest claims ─────────────────────────────────────────────────────────────────────────


def told(*claims: tuple[float, str], moved_s: float | None = None, end_s: float = 100) -> Recording:
    hand = Hand(path="cloud_app", needs_cloud=True, give_up_s=50.0).checked()
    seq = hand.attempt(10, path="cloud_app")
    steps = [(t, "claim", state) for t, state in claims]
    if moved_s is not None:
        steps.append((moved_s, "move", ""))
    for time_s, what, state in sorted(steps):
        if what == "claim":
            hand.at(time_s, e.Claim("phone_only", "act-1", state, state.upper()), seq)
        else:
            hand.pulse(time_s, seq)
    hand.now = end_s
    return hand.end()


@pytest.mark.parametrize(
    ("recording", "verdict", "reason"),
    [
        (told((11, "working"), (13, "succeeded"), moved_s=12), "pass", ""),
        (told((11, "succeeded"), moved_s=12), "pass", ""),
        (told((11, "succeeded")), "fail", "false success"),
        (told((11, "succeeded"), moved_s=20), "fail", "false success"),
        (told((11, "failed")), "pass", ""),
        (told((20, "failed"), moved_s=30), "fail", "false failure"),
        (told((40, "failed"), moved_s=30), "fail", "false failure"),
        (told((55, "unknown"), moved_s=30), "pass", ""),
        (told((55, "unknown"), (70, "succeeded"), moved_s=30), "pass", ""),
        (told((11, "working")), "fail", "silence"),
        (told((11, "working"), end_s=30), "pass", ""),
    ],
)
def test_what_the_owner_is_told_must_agree_with_the_car(recording, verdict, reason):
    judgement = verdict_of("honest_claims", recording)
    assert judgement.verdict == verdict
    assert reason in judgement.reason


def test_on_a_local_path_nobody_is_told_anything():
    assert verdict_of("honest_claims", opened_after(0.1)).verdict == "not_asked"


# ── evidence ──────────────────────────────────────────────────────────────────────────────


def in_outage(hand: Hand, met_s: float | None = 11, opened: bool = True) -> Hand:
    hand.scenario["outage"] = "x"
    hand.at(5, e.FaultArmed("x", "http", "x"))
    seq = hand.attempt(10)
    if opened:
        hand.pulse(10.1, seq)
    if met_s is not None:
        hand.at(met_s, e.FaultMet("x", "witness", "GET /"))
    hand.at(18, e.AttemptSettled("act-1", "acted"))
    return hand


def test_a_sound_outage_recording_can_carry_a_verdict():
    assert verdict_of("evidence", in_outage(Hand().checked()).end()).verdict == "pass"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda h: h.at(20, e.ReceiverLost("can.body", "cable pulled")), "receiver can.body died"),
        (lambda h: h.at(20, e.FramesDropped("body", 3)), "3 frames were lost"),
        (lambda h: h.at(20, e.BenchFault("relay", "stuck")), "the bench failed: relay"),
        (lambda h: h.at(20, e.FramesNotSent("body", 7, "no buffer")), "7 frames were not sent"),
        (
            lambda h: h.at(20, e.BusStateChanged("body", "bench", "error_passive", 128, 0)),
            "the bench's controller on body became error-passive",
        ),
        (lambda h: h.at(20, e.ErrorSeen("body", -1, "", "", "error")), "is its bit rate right?"),
        (lambda h: h.at(20, e.ClockStepped(-3_600_000_000_000)), "set back by 60.0 min"),
        (lambda h: h.at(20, e.ClockStepped(500_000_000)), "set forward by 500 ms"),
        (lambda h: h.at(20, e.JitterMeasured(400_000_000)), "timers were up to 400 ms late"),
        (
            lambda h: h.at(20, e.StateChecked("power_mode", "off", "ready", verified=False)),
            "power_mode should be off (ready)",
        ),
    ],
)
def test_whatever_spoils_the_evidence_makes_it_inconclusive(spoil, said):
    hand = in_outage(Hand().checked())
    spoil(hand)
    judgement = verdict_of("evidence", hand.end())
    assert judgement.verdict == "inconclusive"
    assert said in judgement.reason


def test_whatever_spoils_it_is_told_what_says_where_to_look_before_late_timers():
    hand = in_outage(Hand().checked(), met_s=None)
    hand.at(20, e.JitterMeasured(400_000_000))
    hand.at(20, e.FramesDropped("body", 3))
    hand.at(20, e.FramesDropped("body", 4))
    hand.at(20, e.StateChecked("power_mode", "off", "ready", verified=False))
    hand.at(20, e.StateChecked("bus_body", "asleep", None, verified=False))
    assert verdict_of("evidence", hand.end()).reason == (
        "7 frames were lost on body; starting state: power_mode should be off (ready), "
        "bus_body should be asleep (nobody reports it); the bench's own timers were up to 400 ms "
        "late"
    )


def test_a_bench_that_was_late_does_not_hide_a_fault_that_nobody_met():
    hand = in_outage(Hand().checked(), met_s=None)
    hand.at(20, e.JitterMeasured(400_000_000))
    late, never_met = verdict_of("evidence", hand.end()).reason.split("; ")
    assert late == "the bench's own timers were up to 400 ms late"
    assert never_met.endswith("was never met, not even by the witness")


def test_a_thousand_troubles_of_the_bench_are_told_in_a_few_words():
    hand = in_outage(Hand().checked())
    for number in range(1000):
        hand.at(20, e.BenchFault("relay", f"stuck, try {number % 10}"))
    reason = verdict_of("evidence", hand.end()).reason
    assert reason.startswith("the bench failed: relay: stuck, try 0; the bench failed: relay")
    assert reason.endswith("stuck, try 4; and 5 more")


def test_error_frames_among_frames_are_the_bus_at_work():
    hand = in_outage(Hand().checked())
    hand.at(20, e.ErrorSeen("body", -1, "", "", "error"))
    hand.at(21, e.FrameSeen("body", 0x100, "", "00", ""))
    assert verdict_of("evidence", hand.end()).verdict == "pass"


@pytest.mark.parametrize(("at_s", "verdict"), [(20, "pass"), (30, "inconclusive")])
def test_a_bus_that_is_disturbed_on_purpose_is_no_trouble_of_the_bench(at_s, verdict):
    hand = in_outage(Hand().checked())
    armed = hand.at(19, e.FaultArmed("error_burst", "can", "error_burst"))
    hand.at(at_s, e.BusStateChanged("body", "bench", "error_passive", 128, 0))
    hand.at(at_s, e.FramesNotSent("body", 1, "no buffer"))
    hand.at(at_s, e.ErrorSeen("body", -1, "", "", "error"))
    hand.at(25, e.FaultCleared("error_burst", 1), armed)
    assert verdict_of("evidence", hand.end()).verdict == verdict


def test_a_recording_without_its_end_is_inconclusive():
    recording = in_outage(Hand().checked()).end()
    cut = Recording(recording.header, recording.entries[:-1])
    assert verdict_of("evidence", cut).reason == "the recording has no end: the run was cut off"


def test_a_starting_state_that_was_never_checked_is_inconclusive():
    assert "never checked" in verdict_of("evidence", in_outage(Hand()).end()).reason


def test_a_fault_that_nobody_met_is_inconclusive():
    assert (
        "never met" in verdict_of("evidence", in_outage(Hand().checked(), met_s=None).end()).reason
    )


def test_a_fault_that_was_met_at_another_time_is_inconclusive():
    judgement = verdict_of("evidence", in_outage(Hand().checked(), met_s=500).end())
    assert "nobody met the fault around the try at 10 s" in judgement.reason


def test_what_did_not_move_needs_a_positive_control():
    hand = in_outage(Hand().checked(), opened=False)
    assert "no positive control" in verdict_of("evidence", hand.end()).reason


def test_the_same_path_after_the_outage_is_a_positive_control():
    hand = in_outage(Hand().checked(), opened=False)
    hand.pulse(200.1, hand.attempt(200, name="control-1"))
    assert verdict_of("evidence", hand.end()).verdict == "pass"


def waves(*tries_s: float, armed_s: float = 5, cleared_s: float = 100) -> Recording:
    """A fault that is met all the time it is in force, and tries that last two seconds."""
    hand = Hand(outage="x").checked()
    moments = [(armed_s, e.FaultArmed("x", "http", "x")), (cleared_s, e.FaultCleared("x", 3))]
    moments += [(t, e.FaultMet("x", "witness", "GET /")) for t in (armed_s + 1, cleared_s - 1)]
    for number, t in enumerate(tries_s, 1):
        intent = e.IntentBegan(f"act-{number}", "phone_only", "unlock", "ble_key", True, "")
        moments += [(t, intent), (t + 2, e.AttemptSettled(f"act-{number}", "acted"))]
        moments.append((t + 1, e.Edge("lock_motor_driver", "unlock")))
    armed = None
    for time_s, event in sorted(moments, key=lambda moment: moment[0]):
        seq = hand.at(time_s, event, armed if isinstance(event, e.FaultCleared) else None)
        armed = seq if isinstance(event, e.FaultArmed) else armed
    return hand.end()


def test_a_try_between_two_waves_of_an_outage_need_not_meet_a_fault():
    assert verdict_of("evidence", waves(50, 300)).verdict == "pass"


def test_a_fault_that_comes_while_a_command_is_under_way_must_be_met():
    assert verdict_of("evidence", waves(4, armed_s=5)).verdict == "pass"
    alone = waves(300, armed_s=301, cleared_s=310)
    assert verdict_of("evidence", alone).verdict == "pass"


def test_an_outage_in_whose_faults_nobody_tried_proves_nothing():
    judgement = verdict_of("evidence", waves(300, 400))
    assert judgement.verdict == "inconclusive"
    assert "no try fell into a time in which a fault was in force" in judgement.reason


def test_the_baseline_is_a_positive_control_where_there_is_no_other():
    hand = in_outage(Hand().checked(), opened=False)
    assert verdict_of("evidence", hand.end(), opened_after(0.1)).verdict == "pass"


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


# ── stranded minutes ──────────────────────────────────────────────────────────────────────


def test_helpless_is_from_a_try_that_came_to_nothing_to_the_next_that_did_not():
    hand = Hand().checked()
    hand.attempt(60)
    hand.attempt(120, name="act-2")
    hand.pulse(180.1, hand.attempt(180, name="act-3"))
    assert helpless(Case(hand.end())) == ((60 * S, 180 * S),)


def verdict(owner, path, outage, *stretches, intent="unlock") -> Verdict:
    return Verdict(
        f"{owner}{path}{outage}", path, intent, outage, None, owner, "pass", "acted", "x", "x",
        helpless=tuple((a * 60 * S, b * 60 * S) for a, b in stretches),
    )  # fmt: skip


def test_an_owner_is_stranded_while_nothing_that_is_carried_helps():
    found = stranded([
        verdict("a", "app", None), verdict("a", "ble", None),
        verdict("a", "app", "x", (0, 50)), verdict("a", "ble", "x", (20, 30)),
    ])  # fmt: skip
    assert found[0].minutes["locked_out"] == 10


def test_what_the_baseline_shows_already_does_not_count():
    found = stranded([verdict("a", "ble", None, (0, 50)), verdict("a", "ble", "x", (0, 60))])
    assert found[0].minutes["locked_out"] == 10


def test_what_was_not_asked_is_not_none_and_who_is_helpless_anyway_is_named():
    [found] = stranded([verdict("a", "ble", None, (0, 60)), verdict("a", "ble", "x", (0, 60))])
    assert found.minutes == {"locked_out": 0, "cannot_start": None, "cannot_secure": None}
    assert [str(minutes) for minutes in found.of.values()] == ["0", "not asked", "not asked"]
    assert (found.asked, found.anyway) == (("locked_out",), ("locked_out",))


def test_where_nobody_was_to_act_nobody_is_stranded():
    idle = replace(verdict("a", "app", "x"), outcome="not_tried")
    assert stranded([idle]) == []
    assert cells([idle]).paths == ()


def test_the_worst_outage_counts_and_what_would_have_helped_is_named():
    found = stranded([
        verdict("a", "ble", None), verdict("b", "blade", None),
        verdict("a", "ble", "x", (0, 5)), verdict("b", "blade", "x"),
        verdict("a", "ble", "y", (0, 9)), verdict("b", "blade", "y"),
    ])  # fmt: skip
    by_owner = {each.owner: each for each in found}
    assert by_owner["a"].minutes["locked_out"] == 9
    assert by_owner["a"].outage == "y"
    assert by_owner["a"].of["locked_out"].would_help == ("blade",)
    assert by_owner["b"].total == 0


def inconclusive(*arguments, **rest) -> Verdict:
    return replace(verdict(*arguments, **rest), verdict="inconclusive")


def test_minutes_of_outages_that_nobody_can_tell_of_are_not_known():
    [found] = stranded([verdict("a", "ble", None), inconclusive("a", "ble", "x", (0, 9))])
    assert found.minutes["locked_out"] is None
    assert str(found.of["locked_out"]) == "not known"
    assert found.doubtful == ("x",)
    assert lead([found], complete=True).startswith("It is not known whether an owner is stranded")


def test_nothing_is_known_of_outages_that_were_not_reached():
    [found] = stranded([verdict("a", "ble", None)])
    assert (found.of["locked_out"].known, found.is_known) == ("not_known", False)
    assert lead([found], complete=False).startswith("It is not known whether an owner is stranded")


def test_one_way_that_helped_is_enough_whatever_the_others_came_to():
    [found] = stranded([
        verdict("a", "app", None), verdict("a", "ble", None),
        inconclusive("a", "app", "x", (0, 9)), verdict("a", "ble", "x"),
    ])  # fmt: skip
    assert (found.minutes["locked_out"], found.is_known) == (0, True)
    assert lead([found], complete=True) == NONE_STRANDED


def test_an_outage_that_is_not_known_takes_nothing_from_one_that_is():
    [found] = stranded([
        verdict("a", "ble", None), inconclusive("a", "ble", "x", (0, 99)),
        verdict("a", "ble", "y", (0, 9)),
    ])  # fmt: skip
    assert (found.minutes["locked_out"], found.outage, found.doubtful) == (9, "y", ("x",))
    assert "Not all is known of a." in lead([found], complete=True)


def test_a_sound_recording_tells_of_help_though_its_verdict_is_doubtful():
    sound = (Judgement("evidence", "pass", ""), Judgement("opens_in_time", "inconclusive", ""))
    doubtful = replace(inconclusive("a", "ble", "x", (0, 9)), judgements=sound)
    [found] = stranded([verdict("a", "ble", None), doubtful])
    assert found.minutes["locked_out"] == 9


def test_minutes_are_at_most_so_many_where_not_all_that_is_carried_was_tried():
    ways = {"a": {"unlock": ["app", "ble"], "start": ["app"]}}
    [found] = stranded([verdict("a", "app", None), verdict("a", "app", "x", (0, 9))], ways)
    assert str(found.of["locked_out"]) == "at most 9"
    assert untried(found) == ["unlock not tried by ble"]
    [helped_] = stranded([verdict("a", "app", None), verdict("a", "app", "x")], ways)
    assert str(helped_.of["locked_out"]) == "0", "what helps is enough"


def test_what_would_have_helped_is_said_with_what_for():
    tried = [("a", "app", "unlock", (0, 9)), ("a", "app", "start", (0, 9)),
             ("b", "fob", "unlock", None), ("b", "flat_fob", "start", None)]  # fmt: skip
    [a, _] = stranded([
        verdict(owner, path, outage, *([stretch] if outage and stretch else []), intent=intent)
        for owner, path, intent, stretch in tried
        for outage in (None, "x")
    ])  # fmt: skip
    assert helped(a) == ["would have helped: fob (unlock), flat_fob (start)"]


def test_what_the_worst_outage_did_not_ask_is_told_of_another():
    [found] = stranded([
        verdict("a", "app", None), verdict("a", "app", None, intent="start"),
        verdict("a", "app", "x", (0, 9)), verdict("a", "app", "y", intent="start"),
    ])  # fmt: skip
    assert [str(minutes) for minutes in found.of.values()] == ["9", "0", "not asked"]


def test_one_failure_in_several_variants_and_phases_is_counted_once():
    outages = ("refuse", "http_status", "http_status@recovery", "http_status:retry_after_s=30.0")
    assert failures([verdict("a", "ble", outage) for outage in (None, *outages)]) == (
        "2 failures in 4 variants and phases"
    )
    assert failures([verdict("a", "ble", None), verdict("a", "ble", "x")]) == "1 failure"


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
