"""Oracles on recordings written by hand: each answer that each of them can give."""

import pytest
from recordings_by_hand import Hand, S, not_opened, opened_after, verdict_of

from bench import events as e
from bench.judge.ledger import make_ledger
from bench.judge.uncertainty import uncertainty_s
from bench.recording import Recording

# ── opens in time ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("latency_s", "verdict"), [(0.1, "pass"), (1.5, "pass"), (1.51, "fail")])
def test_opens_in_time_compares_sensed_act_and_sensed_actuation(latency_s, verdict):
    assert verdict_of("opens_in_time", opened_after(latency_s)).verdict == verdict


@pytest.mark.parametrize(
    ("acts_s", "moved_s", "latency_s"),
    [
        ((10, 11, 12), 12.5, 0.5),
        ((10, 11, 12), 11.5, 0.5),
        ((10, 12), 9.9, -0.1),
        ((10, 12), 0, None),
    ],
)
def test_of_several_acts_the_last_one_before_the_car_moved_counts(acts_s, moved_s, latency_s):
    hand = Hand().checked()
    seq = hand.at(9, e.IntentBegan("act-1", "phone_only", "unlock", "keypad", True, ""))
    events = [
        (at_s, lambda t: hand.at(t, e.ActSensed("act-1", "keypad_1"), seq)) for at_s in acts_s
    ]
    events += [(moved_s, lambda t: hand.pulse(t, seq))] if moved_s else []
    for at_s, happen in sorted(events, key=lambda each: each[0]):
        happen(at_s)
    (act,) = make_ledger(hand.end()).acts
    assert act.latency_s == (None if latency_s is None else pytest.approx(latency_s))


@pytest.mark.parametrize(("moved_s", "verdict"), [(9.98, "pass"), (9.6, "inconclusive")])
def test_a_car_that_moved_before_the_act_was_not_opened_by_it(moved_s, verdict):
    """A little before is how exactly the two are sensed."""
    hand = Hand().checked()
    seq = hand.at(9, e.IntentBegan("act-1", "phone_only", "unlock", "ble_key", True, ""))
    hand.pulse(moved_s, seq)
    hand.at(10, e.ActSensed("act-1", "handle_driver"), seq)
    hand.at(12, e.JitterMeasured(50_000_000))
    judgement = verdict_of("opens_in_time", hand.end())
    assert judgement.verdict == verdict
    told = "the car moved 400 ms before the act of ble_key was sensed: that was not its work"
    assert (judgement.reason == told) is (verdict == "inconclusive")


def test_a_car_that_did_not_move_for_an_act_that_nobody_sensed_is_not_said_to_have_failed():
    hand = Hand().checked()
    hand.at(9, e.IntentBegan("act-1", "phone_only", "unlock", "ble_key", True, ""))
    judgement = verdict_of("opens_in_time", hand.end())
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == "nothing was seen to be done by ble_key"


def test_near_the_limit_within_the_benchs_own_lateness_is_inconclusive():
    hand = Hand().checked()
    hand.pulse(11.49, hand.attempt(10))
    hand.at(12, e.JitterMeasured(50_000_000))
    assert verdict_of("opens_in_time", hand.end()).verdict == "inconclusive"


def test_the_bench_may_be_wrong_by_its_worst_lateness_and_the_worst_sensing_together():
    hand = Hand()
    for worst_ns, stamp_ns, sensed_ns in ((10, 5, 3), (50, 70, 20), (20, 30, 4)):
        hand.at(1, e.JitterMeasured(worst_ns))
        hand.at(1, e.TimeStampsMapped("body", "calendar", 1, stamp_ns))
        hand.at(1, e.Edge("latch_driver", "locked", sensed_ns))
    assert uncertainty_s(hand.end()) == pytest.approx(90e-9)
    assert uncertainty_s(Hand().end()) == 0


def three_tries(*latencies_s: float | None, **scenario) -> Recording:
    hand = Hand(**scenario).checked()
    for number, latency_s in enumerate(latencies_s, 1):
        seq = hand.attempt(30 * number, name=f"act-{number}")
        if latency_s is not None:
            hand.pulse(30 * number + latency_s, seq)
    hand.at(200, e.JitterMeasured(50_000_000))
    return hand.end()


@pytest.mark.parametrize(
    ("latencies_s", "verdict", "reason"),
    [
        ((0.1, 0.2, 0.3), "pass", "ble_key took 100 ms (limit 1.50 s)"),
        ((0.1, None, 0.3), "fail", "1 of 3 tries: ble_key did not unlock the car"),
        ((0.1, 1.49, 1.6), "fail", "1 of 3 tries: ble_key took 1.60 s"),
        (
            (0.1, 1.49, 0.3),
            "inconclusive",
            "1.49 s is too near the limit of 1.50 s to tell (within 50 ms)",
        ),
    ],
)
def test_one_try_that_fails_or_is_doubtful_is_not_outweighed_by_others(
    latencies_s, verdict, reason
):
    judgement = verdict_of("opens_in_time", three_tries(*latencies_s))
    assert judgement.verdict == verdict
    assert judgement.reason.startswith(reason)


def test_where_nobody_acted_and_somebody_was_to_it_is_inconclusive():
    assert verdict_of("opens_in_time", three_tries()).verdict == "inconclusive"


def test_where_no_limit_is_set_any_time_passes_and_the_reason_says_so():
    hand = Hand().checked()
    hand.limits = {}
    hand.pulse(17, hand.attempt(10))
    judgement = verdict_of("opens_in_time", hand.end())
    assert (judgement.verdict, judgement.reason) == ("pass", "ble_key took 7.00 s; no limit is set")


def test_a_cloud_path_is_asked_to_open_without_an_outage_and_a_local_one_in_it():
    assert verdict_of("opens_in_time", not_opened(needs_cloud=True)).verdict == "fail"
    assert verdict_of("opens_in_time", not_opened(outage="x")).verdict == "fail"


def opened_in_the_outage(*controls: bool, acts: bool = True, **scenario) -> Recording:
    hand = Hand(**{"outage": "x", **scenario}).checked()
    seq = hand.attempt(10)
    if acts:
        hand.pulse(10.1, seq)
    for number, opens in enumerate(controls, 1):
        seq = hand.attempt(200 * number, name=f"control-{number}")
        if opens:
            hand.pulse(200 * number + 0.1, seq)
    return hand.end()


@pytest.mark.parametrize("needs_cloud", [False, True])
def test_a_path_that_opened_in_the_outage_must_open_again_after_it(needs_cloud):
    stuck = opened_in_the_outage(False, needs_cloud=needs_cloud)
    judgement = verdict_of("opens_in_time", stuck)
    assert (judgement.verdict, judgement.reason) == (
        "fail", "ble_key did not unlock the car again after the outage"
    )  # fmt: skip
    usual = "not_asked" if needs_cloud else "pass"
    for controls in ((), (True,), (False, True)):
        again = opened_in_the_outage(*controls, needs_cloud=needs_cloud)
        assert verdict_of("opens_in_time", again).verdict == usual


@pytest.mark.parametrize("needs_cloud", [False, True])
def test_a_path_that_opened_without_an_outage_must_open_again(needs_cloud):
    stuck = opened_in_the_outage(False, needs_cloud=needs_cloud, outage=None)
    judgement = verdict_of("opens_in_time", stuck)
    assert (judgement.verdict, judgement.reason) == (
        "fail", "ble_key did not unlock the car again later, and there was no outage"
    )  # fmt: skip
    for controls in ((), (True,), (False, True)):
        again = opened_in_the_outage(*controls, needs_cloud=needs_cloud, outage=None)
        assert verdict_of("opens_in_time", again).verdict == "pass"


def woken(*, sleeps: bool, hears: bool) -> Recording:
    """A head unit is spoken to twice; in between it sleeps, and the second time it hears, or not."""
    hand = Hand(path="voice", intent="wake").checked()

    def says(at_s: float, state: str, cause: int | None) -> None:
        hand.at(at_s, e.RoleChanged("telematics", "voice_state", state, (state,), (1,)), cause)

    says(5, "idle", None)
    says(10.5, "listening", hand.attempt(10, path="voice", intent="wake"))
    if sleeps:
        says(20, "idle", None)
    again = hand.attempt(30, "control-1", "voice", intent="wake")
    if hears:
        says(30.5, "listening", again)
    hand.now = 40
    return hand.end()


@pytest.mark.parametrize(
    ("sleeps", "hears", "verdict"),
    [(False, False, "pass"), (True, True, "pass"), (True, False, "fail")],
)
def test_only_a_head_unit_that_has_slept_can_be_woken_again(sleeps, hears, verdict):
    judgement = verdict_of("opens_in_time", woken(sleeps=sleeps, hears=hears))
    assert judgement.verdict == verdict, judgement
    assert ("did not wake the car again" in judgement.reason) == (verdict == "fail")


def test_a_path_that_never_opened_may_have_a_dead_line_and_is_not_said_to_open_no_more():
    dead = opened_in_the_outage(False, acts=False, needs_cloud=True)
    assert verdict_of("opens_in_time", dead).verdict == "not_asked"
    assert "no positive control" in verdict_of("evidence", dead).reason


def test_a_path_that_does_not_open_fails():
    judgement = verdict_of("opens_in_time", not_opened())
    assert (judgement.verdict, judgement.reason) == ("fail", "ble_key did not unlock the car")


def test_a_cloud_path_is_not_asked_to_open_in_an_outage():
    recording = not_opened(needs_cloud=True, outage="x")
    assert verdict_of("opens_in_time", recording).verdict == "not_asked"


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


def test_a_movement_without_a_command_hides_no_stale_one_after_it():
    hand = Hand(needs_cloud=True).checked()
    seq = hand.attempt(10, path="cloud_app")
    hand.pulse(11, seq)
    command = hand.at(12, e.CommandState("c", "V", "door_unlock", "created", 100 * S), seq)
    hand.pulse(50, command)
    sound = verdict_of("nothing_stale", hand.end())
    assert (sound.verdict, sound.reason[:17]) == ("pass", "1 command acted, ")
    hand.pulse(103, command)
    stale = verdict_of("nothing_stale", hand.end())
    assert stale.reason == "a command unlocked the car 3.00 s after it had expired"


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


def test_the_right_of_another_key_says_nothing_of_this_one():
    hand = Hand().checked()
    hand.at(1, e.EntitlementGranted("V", "phone-1", None))
    hand.at(5, e.EntitlementRevoked("V", "phone-2"))
    hand.pulse(10.1, hand.attempt(10, credential="phone-1"))
    assert verdict_of("no_unauthorised_opening", hand.end()).verdict == "pass"


@pytest.mark.parametrize("credential", ["", "phone-1"])
def test_a_key_of_whose_right_nothing_was_ever_said_may_open(credential):
    hand = Hand().checked()
    hand.at(5, e.EntitlementRevoked("V", "phone-2"))
    hand.pulse(10.1, hand.attempt(10, credential=credential))
    assert verdict_of("no_unauthorised_opening", hand.end()).verdict == "pass"


@pytest.mark.parametrize(("bound_s", "verdict"), [(10.2, "pass"), (10.1, "fail"), (5, "fail")])
def test_a_key_that_the_maker_took_away_opens_no_longer_than_its_first_bound(bound_s, verdict):
    hand = Hand().checked()
    hand.at(1, e.KeyRevoked("V", "phone-1", round(bound_s * S)))
    hand.at(2, e.KeyRevoked("V", "phone-1", 500 * S))
    hand.pulse(10.1, hand.attempt(10, credential="phone-1"))
    judgement = verdict_of("no_unauthorised_opening", hand.end())
    assert judgement.verdict == verdict
    assert ("phone-1 was revoked, and still opens 0.0 h" in judgement.reason) is (verdict == "fail")


def test_who_only_asked_to_lock_the_car_did_not_ask_to_open_it():
    hand = Hand().checked()
    locking = e.IntentBegan("act-1", "phone_only", "lock", "ble_key", True, "")
    hand.pulse(10.1, hand.at(10, locking))
    judgement = verdict_of("no_unauthorised_opening", hand.end())
    assert (judgement.verdict, judgement.reason) == (
        "fail", "unlock at 10.10 s: phone_only only asked to lock it"
    )  # fmt: skip


def test_a_start_that_nobody_asked_for_is_a_fail():
    hand = Hand().checked()
    hand.at(1, e.RoleChanged("body", "power_mode", "off", ("off",), (0,)))
    hand.at(9, e.RoleChanged("body", "power_mode", "ready", ("ready",), (3,)))
    judgement = verdict_of("no_unauthorised_opening", hand.end())
    assert judgement.reason == "start at 9.00 s: nobody asked for it"


# ── bad certificates ──────────────────────────────────────────────────────────────────────


def test_whoever_goes_on_with_a_bad_certificate_fails():
    hand = Hand(outage="x").checked()
    hand.at(20, e.BadCertificateAccepted("phone", "api.example", "not_yet_valid"))
    judgement = verdict_of("refuses_bad_certificates", hand.end())
    assert (judgement.verdict, judgement.reason) == (
        "fail", "phone went on at 20.00 s with api.example, whose certificate was not yet valid"
    )  # fmt: skip


def shown(layer: str, met: str) -> Recording:
    hand = Hand(outage="x").checked()
    hand.at(5, e.FaultArmed("cert_expired", layer, "cert_expired"))
    hand.at(6, e.FaultArmed("latency", "link", "latency"))
    hand.at(11, e.FaultMet(met, "witness", "handshake"))
    return hand.end()


def test_a_bad_certificate_that_was_shown_to_nobody_was_refused_by_nobody():
    judgement = verdict_of("refuses_bad_certificates", shown("tls", "cert_expired"))
    assert judgement.reason == "bad certificates met 1 times, nobody went on"
    assert judgement.verdict == "pass"
    for layer, met in (("tls", "latency"), ("link", "cert_expired")):
        verdict = verdict_of("refuses_bad_certificates", shown(layer, met)).verdict
        assert verdict == "not_asked"


# ── honest claims ─────────────────────────────────────────────────────────────────────────


def told(*claims, moved_s=None, end_s=100, outage=None) -> Recording:
    hand = Hand(path="cloud_app", needs_cloud=True, give_up_s=50.0, outage=outage).checked()
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
        (told((55, "unknown"), moved_s=30, outage="x"), "pass", ""),
        (told((55, "unknown"), moved_s=30), "fail", 'left in doubt: told "UNKNOWN"'),
        (told((55, "unknown"), moved_s=30, end_s=69), "pass", ""),
        (told((55, "unknown")), "pass", ""),
        (told((55, "unknown"), (70, "succeeded"), moved_s=30), "pass", ""),
        (told((11, "working")), "fail", "silence"),
        (told((11, "working"), end_s=30), "pass", ""),
    ],
)
def test_what_the_owner_is_told_must_agree_with_the_car(recording, verdict, reason):
    judgement = verdict_of("honest_claims", recording)
    assert judgement.verdict == verdict
    assert reason in judgement.reason


def test_an_owner_of_a_cloud_path_who_hears_nothing_was_left_in_silence():
    assert "silence" in verdict_of("honest_claims", told()).reason
    assert verdict_of("honest_claims", told(end_s=69)).verdict == "pass"


def test_who_is_told_something_on_a_local_path_is_told_the_truth():
    hand = Hand().checked()
    seq = hand.attempt(10)
    hand.at(11, e.Claim("phone_only", "act-1", "succeeded", "Unlocked"), seq)
    hand.now = 100
    assert "false success" in verdict_of("honest_claims", hand.end()).reason


def test_who_is_told_to_wait_on_a_local_path_is_not_left_in_silence():
    hand = Hand().checked()
    seq = hand.attempt(10)
    hand.at(11, e.Claim("phone_only", "act-1", "working", "One moment"), seq)
    hand.now = 100
    assert "silence" in verdict_of("honest_claims", hand.end()).reason


def test_an_owner_who_is_told_that_a_start_failed_of_a_car_that_runs_was_lied_to():
    hand = Hand(path="remote_start", needs_cloud=True, give_up_s=50.0, intent="start").checked()
    hand.at(1, e.RoleChanged("body", "power_mode", "off", ("off",), (0,)))
    seq = hand.attempt(10, path="remote_start", intent="start")
    hand.at(12, e.RoleChanged("body", "power_mode", "ready", ("ready",), (3,)), seq)
    hand.at(14, e.Claim("phone_only", "act-1", "failed", "Not started"), seq)
    hand.now = 100
    judgement = verdict_of("honest_claims", hand.end())
    assert (judgement.verdict, judgement.reason) == (
        "fail", 'false failure: told "Not started", but the car moved before that'
    )  # fmt: skip


def locked_again(
    *, told=(("body", "door_lock_state", "locked", 1),),
    answer="done", answered_s=11.0, by="remote_response", intent="lock",
):  # fmt: skip
    """A command to a car that stands so already, and moves nothing."""
    hand = Hand(path="cloud_app", needs_cloud=True, give_up_s=50.0, intent=intent).checked()
    events = [(at_s, e.RoleChanged(bus, role, how, (how,), (0,))) for bus, role, how, at_s in told]
    events.append((answered_s, e.RoleChanged("body", by, answer, (answer,), (2,))))
    seq = hand.attempt(10, path="cloud_app", intent=intent)
    events.append((13, e.Claim("phone_only", "act-1", "succeeded", "Done")))
    for at_s, event in sorted(events, key=lambda each: each[0]):
        hand.at(at_s, event, seq if isinstance(event, e.Claim) else None)
    hand.now = 100
    return hand.end()


def doors(stand: str, at_s: float = 1) -> tuple[tuple[str, str, str, float]]:
    return (("body", "door_lock_state", stand, at_s),)


def copy(stand: str) -> tuple[tuple[str, str, str, float]]:
    """A gateway's, on the other bus."""
    return (("telematics", "door_lock_state", stand, 2),)


@pytest.mark.parametrize(
    ("recording", "verdict"),
    [
        (locked_again(), "pass"),
        (locked_again(told=doors("unlocked")), "fail"),
        (locked_again(told=doors("unlocked"), intent="unlock"), "pass"),
        (locked_again(answered_s=9), "fail"),  # to somebody else
        (locked_again(answered_s=16), "fail"),  # the owner was told long before
        (locked_again(answer="refused"), "fail"),
        (locked_again(by="diagnosis_response"), "fail"),
        (locked_again(intent="start"), "fail"),
        (locked_again(told=doors("unlocked") + doors("locked", 12)), "pass"),
        (locked_again(told=doors("unlocked") + doors("locked", 16)), "fail"),
        (locked_again(told=doors("locked") + doors("unlocked", 12)), "pass"),
        (locked_again(told=doors("locked") + doors("unlocked", 5)), "fail"),
        (locked_again(told=doors("unlocked") + copy("locked")), "fail"),
        (locked_again(told=copy("locked")), "pass"),  # nothing else is heard of such a car
        (locked_again(told=(("body", "trunk_state", "locked", 1),)), "fail"),
    ],
)
def test_a_car_that_stands_as_it_was_asked_and_says_so_has_told_no_lie(recording, verdict):
    judgement = verdict_of("honest_claims", recording)
    assert judgement.verdict == verdict


def test_on_a_local_path_nobody_is_told_anything():
    assert verdict_of("honest_claims", opened_after(0.1)).verdict == "not_asked"


def test_what_became_of_the_command_of_a_path_that_did_not_open_is_said():
    hand = Hand(path="cloud_app", needs_cloud=True).checked()
    seq = hand.attempt(10, path="cloud_app")
    for at_s, state in ((10, "created"), (11, "in_progress"), (12, "rejected")):
        hand.at(at_s, e.CommandState("c1", "V", "door_unlock", state, 100 * S), seq)
    hand.at(13, e.CommandState("c2", "W", "door_unlock", "succeeded", 100 * S))  # the witness's
    reason = verdict_of("opens_in_time", hand.end()).reason
    assert reason == "cloud_app did not unlock the car: its command is rejected"
