"""Evidence: what a verdict can be built on, and what spoils it."""

import pytest
from recordings_by_hand import Hand, in_outage, not_opened, opened_after, verdict_of

from bench import events as e
from bench.recording import Recording


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


SLOW = e.InstrumentSlow("relays.doors", "close handle_driver", 390_000_000, 310_000_000, 10_000_000)


def test_an_instrument_that_the_bench_waited_for_is_named_with_what_it_took():
    hand = in_outage(Hand().checked())
    hand.at(19, e.InstrumentSlow("meters.inputs", "read", 200_000_001, 0, 0))
    hand.at(20, SLOW)
    hand.at(20, e.JitterMeasured(400_000_000))
    assert verdict_of("evidence", hand.end()).reason == (
        "the bench's own timers were up to 400 ms late: relays.doors took 390 ms to close "
        "handle_driver (its slowest answer came after 310 ms, its model states a pause of 10 ms "
        "between commands)"
    )


def test_of_several_measured_latenesses_the_worst_counts():
    hand = in_outage(Hand().checked())
    for worst_ns in (1_000_000, 400_000_000, 2_000_000):
        hand.at(20, e.JitterMeasured(worst_ns))
    assert verdict_of("evidence", hand.end()).reason.endswith("were up to 400 ms late")


def test_an_instrument_that_was_no_great_part_of_it_is_not_blamed():
    hand = in_outage(Hand().checked())
    hand.at(20, SLOW)
    hand.at(20, e.JitterMeasured(2_000_000_000))
    assert verdict_of("evidence", hand.end()).reason.endswith("were up to 2.00 s late")


def test_an_instrument_that_was_slow_before_anything_was_judged_is_not_blamed():
    hand = Hand()
    hand.checked().at(0, SLOW)
    in_outage(hand.checked()).at(20, e.JitterMeasured(400_000_000))
    hand.at(21, e.InstrumentSlow("relays.doors", "open handle_driver", 199_000_000, 0, 0))
    assert verdict_of("evidence", hand.end()).reason.endswith("were up to 400 ms late")


def test_a_slow_instrument_alone_spoils_nothing():
    hand = in_outage(Hand().checked())
    hand.at(20, SLOW)
    assert verdict_of("evidence", hand.end()).verdict == "pass"


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


@pytest.mark.parametrize("sender", ["", "BCM"], ids=["real unit", "simulated unit"])
def test_error_frames_among_frames_are_the_bus_at_work(sender):
    hand = in_outage(Hand().checked())
    hand.at(20, e.ErrorSeen("body", -1, "", "", "error"))
    hand.at(21, e.FrameSeen("body", 0x100, "", "00", sender))
    assert verdict_of("evidence", hand.end()).verdict == "pass"


def test_frames_that_the_bench_sends_itself_do_not_show_that_its_bit_rate_is_right():
    hand = in_outage(Hand().checked())
    hand.at(20, e.FrameSeen("body", 0x100, "", "00", "TCU"))
    for at_s in (21, 22):
        hand.at(at_s, e.ErrorSeen("body", -1, "", "", "error"))
    assert "2 error frames on body and no frame" in verdict_of("evidence", hand.end()).reason


def broken_bus(*, errors=20, lasts_s=1.0, sender="", own=""):
    """A bus with frames, then with error frames only, then with frames again."""
    hand = in_outage(Hand().checked())
    hand.at(20, e.FrameSeen("body", 0x100, "", "00", sender))
    for number in range(errors):
        hand.at(20 + (number + 1) / 1000, e.ErrorSeen("body", -1, "", "", "error"))
        if own:
            hand.at(20 + (number + 1) / 1000, e.FrameSeen("body", 0x200, "", "00", own))
    hand.at(20 + lasts_s, e.FrameSeen("body", 0x100, "", "00", sender))
    return hand.end()


@pytest.mark.parametrize("how", [{}, {"own": "GW"}, {"own": "restbus", "sender": "BCM"}], ids=str)
def test_a_bus_that_breaks_between_frames_makes_it_inconclusive(how):
    """A real unit's frame has no sender; a simulated one's was taken, which shows nothing."""
    judgement = verdict_of("evidence", broken_bus(**how))
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == (
        "20 error frames on body from 20.00 s on, and no frame for 999 ms: is it shorted or open, "
        "or its bit rate another?"
    )


def test_a_bus_that_breaks_at_the_end_makes_it_inconclusive():
    hand = in_outage(Hand().checked())
    hand.at(20, e.FrameSeen("body", 0x100, "", "00", ""))
    for number in range(20):
        hand.at(20 + (number + 1) / 1000, e.ErrorSeen("body", -1, "", "", "error"))
    hand.at(22, e.JitterMeasured(0))
    assert "and no frame for 2.00 s" in verdict_of("evidence", hand.end()).reason


@pytest.mark.parametrize("how", [{"errors": 9}, {"lasts_s": 0.4}], ids=str)
def test_few_error_frames_and_short_bursts_are_the_bus_at_work(how):
    assert verdict_of("evidence", broken_bus(**how)).verdict == "pass"


@pytest.mark.parametrize("layer", ["can", "electrical"])
def test_the_benchs_own_controller_that_is_well_again_spoils_nothing(layer):
    hand = in_outage(Hand().checked())
    hand.at(19, e.FaultArmed("x", layer, "x"))
    hand.at(20, e.BusStateChanged("body", "bench", "error_passive", 128, 0))
    hand.at(21, e.FaultCleared("x", 1), len(hand.journal.entries) - 2)
    hand.at(22, e.BusStateChanged("body", "bench", "error_active", 0, 0))
    assert verdict_of("evidence", hand.end()).verdict == "pass"


@pytest.mark.parametrize(
    ("at_s", "verdict"), [(18.5, "inconclusive"), (20, "pass"), (30, "inconclusive")]
)
def test_a_bus_that_is_disturbed_on_purpose_is_no_trouble_of_the_bench(at_s, verdict):
    hand = in_outage(Hand().checked())
    armed = hand.at(19, e.FaultArmed("error_burst", "can", "error_burst"))
    hand.at(at_s, e.BusStateChanged("body", "bench", "error_passive", 128, 0))
    hand.at(at_s, e.FramesNotSent("body", 1, "no buffer"))
    hand.at(at_s, e.ErrorSeen("body", -1, "", "", "error"))
    hand.at(25, e.FaultCleared("error_burst", 1), armed)
    assert verdict_of("evidence", hand.end()).verdict == verdict


@pytest.mark.parametrize(
    ("at_s", "verdict"),
    [(18, "inconclusive"), (20, "pass"), (25.5, "pass"), (60, "inconclusive")],
)
def test_a_supply_that_gives_out_spoils_it_unless_a_wire_is_disturbed_on_purpose(at_s, verdict):
    hand = in_outage(Hand().checked())
    armed = hand.at(19, e.FaultArmed("short_to_ground", "electrical", "short_to_ground"))
    hand.at(19, e.WireDisturbed("kl30", "short_to_ground", ("BCM",)), armed)
    hand.at(25, e.FaultCleared("short_to_ground", 1), armed)
    hand.at(at_s, e.SupplyLimited("kl30", 3.0, 3.0, 8.2))
    judgement = verdict_of("evidence", hand.end())
    assert judgement.verdict == verdict
    assert ("supply kl30 was in current limit: 3 A" in judgement.reason) is (verdict != "pass")


def test_the_limit_of_a_fob_s_cell_is_told_although_it_is_milliamperes():
    hand = in_outage(Hand().checked())
    hand.at(18, e.SupplyLimited("fob_cell", 0.0021, 0.002, 1.4))
    judgement = verdict_of("evidence", hand.end())
    assert "supply fob_cell was in current limit: 0.0021 A of 0.002 A, 1.4 V" in judgement.reason


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


def test_a_baseline_that_did_not_move_the_car_either_is_no_positive_control():
    hand = in_outage(Hand().checked(), opened=False)
    assert "no positive control" in verdict_of("evidence", hand.end(), not_opened()).reason


def never_opened_again(stamp, **scenario):
    hand = in_outage(Hand(**scenario).checked(), opened=False)
    hand.attempt(200, name="control-1")
    return hand.end(stamp)


def test_a_positive_control_that_fails_is_not_made_good_by_the_baseline_where_a_line_can_die():
    dead = never_opened_again("hardware")
    assert "no positive control" in verdict_of("evidence", dead, opened_after(0.1)).reason


@pytest.mark.parametrize("stamp", ["simulated", "virtual"])
def test_a_key_that_an_outage_has_left_dead_fails_where_no_line_can_have_died(stamp):
    dead, opened = never_opened_again(stamp), opened_after(0.1)
    assert verdict_of("evidence", dead, opened).verdict == "pass"
    judged = verdict_of("opens_in_time", dead, opened)
    assert (judged.verdict, judged.reason) == (
        "fail",
        "ble_key did not unlock the car, neither in the outage nor after it, as it did without one",
    )
    assert "no positive control" in verdict_of("evidence", dead, not_opened()).reason


def test_a_cloud_path_that_is_not_back_yet_stays_a_doubt():
    dead = never_opened_again("simulated", needs_cloud=True)
    opened = opened_after(0.1, needs_cloud=True)
    assert "no positive control" in verdict_of("evidence", dead, opened).reason


def twice_tried(**scenario) -> Hand:
    """Write two tries of which the first moves the car."""
    hand = Hand(**scenario).checked()
    if scenario:
        hand.at(5, e.FaultArmed("x", "http", "x"))
        hand.at(6, e.FaultMet("x", "witness", "GET /"))
    hand.pulse(10.1, hand.attempt(10))
    hand.attempt(20, name="act-2")
    return hand


def test_a_path_that_moved_the_car_in_one_of_several_tries_needs_no_control():
    assert verdict_of("evidence", twice_tried(outage="x").end()).verdict == "pass"


def test_a_baseline_in_which_one_of_several_tries_moved_the_car_is_a_control():
    hand = in_outage(Hand().checked(), opened=False)
    assert verdict_of("evidence", hand.end(), twice_tried().end()).verdict == "pass"


@pytest.mark.parametrize(("controlled", "verdict"), [(False, "pass"), (True, "inconclusive")])
def test_where_nobody_acts_only_a_control_that_fails_is_held_against_it(controlled, verdict):
    hand = Hand(outage="x").checked()
    hand.at(5, e.FaultArmed("x", "http", "x"))
    hand.at(6, e.FaultMet("x", "witness", "GET /"))
    if controlled:
        hand.attempt(200, name="control-1")
    assert verdict_of("evidence", hand.end()).verdict == verdict


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
    judged = verdict_of("evidence", hand.end(), opened_after(0.1))
    assert (judged.verdict, judged.reason) == ("pass", "complete, met and controlled")


@pytest.mark.parametrize(
    ("worst_ns", "said"),
    [
        (0, "complete"),
        (70_000_000, "complete; the bench's own timers were up to 70 ms late"),
    ],
)
def test_a_pass_says_how_punctual_the_bench_was(worst_ns, said):
    hand = Hand().checked()
    hand.attempt(10)
    hand.at(20, e.JitterMeasured(worst_ns))
    judged = verdict_of("evidence", hand.end())
    assert (judged.verdict, judged.reason) == ("pass", said)


@pytest.mark.parametrize(
    ("states", "needs_cloud", "verdict"),
    [
        (["not_connected"], True, "inconclusive"),
        (["unpowered", "not_connected"], True, "inconclusive"),
        (["not_connected", "connected"], True, "pass"),
        (["backing_off"], True, "pass"),
        (["not_connected"], False, "pass"),
    ],
)
def test_a_real_unit_that_was_never_there_is_not_held_against_the_car(states, needs_cloud, verdict):
    hand = Hand(needs_cloud=needs_cloud).checked()
    hand.at(1, e.TelematicsState("witness_tcu", "connected"))
    for number, state in enumerate(states):
        hand.at(2 + number, e.TelematicsState("tcu", state))
    hand.attempt(10)
    judged = verdict_of("evidence", hand.end())
    assert judged.verdict == verdict
    assert ("is it fed, provisioned" in judged.reason) == (verdict == "inconclusive")
    assert ("it made no connection" in judged.reason) == (verdict == "inconclusive")


def test_a_real_unit_that_is_not_there_at_the_start_is_said_with_the_last_of_it():
    hand = Hand(needs_cloud=True)
    hand.at(1, e.BrokerConnect("tcu", "5.0", 134, session_present=False))
    hand.at(2, e.StateChecked("telematics_unit", "connected", "not_connected", verified=False))
    judged = verdict_of("evidence", in_outage(hand, opened=False).end())
    assert judged.verdict == "inconclusive"
    assert "telematics_unit should be connected (not_connected)" in judged.reason
    assert "refused with 134 (bad user name or password)" in judged.reason


def test_a_real_unit_that_is_lost_in_an_outage_is_what_the_outage_is_for():
    hand = in_outage(Hand(needs_cloud=True).checked())
    hand.at(20, e.TelematicsState("tcu", "not_connected"))
    assert verdict_of("evidence", hand.end()).verdict == "pass"


def test_who_keeps_a_bus_awake_that_should_sleep_is_named():
    hand = Hand()
    for at_s, bus, identifier, sender in (
        (1, "telematics", 0x522, ""), (8, "body", 0x501, ""), (8.5, "telematics", 0x512, "GW"),
        (9, "telematics", 0x511, ""),
    ):  # fmt: skip
        hand.at(at_s, e.FrameSeen(bus, identifier, "", "00", sender))
    seen = "awake, and not brought right by wait"
    hand.at(10, e.StateChecked("bus_telematics", "asleep", seen, verified=False))
    reason = verdict_of("evidence", hand.end()).reason
    assert "(awake by 0x511, and not brought right by wait; if it never sleeps" in reason


def shorted(*, frame_s, sender="", bus="body", how="to_can_body_l"):
    """A frame beside a short of the body bus from 30 s to 40 s."""
    hand = in_outage(Hand().checked())
    armed = hand.at(30, e.FaultArmed("bus_short", "electrical", "bus_short"))
    hand.at(30, e.CutOff("body", "", -1), armed)
    hand.at(30, e.WireDisturbed("can_body_h", how, ()), armed)
    hand.at(frame_s, e.FrameSeen(bus, 0x100, "", "00", sender))
    hand.at(40, e.FaultCleared("bus_short", 1), armed)
    hand.at(41, e.FrameSeen("body", 0x100, "", "00", ""))
    return hand.end()


def test_a_short_through_which_frames_come_makes_it_inconclusive():
    judgement = verdict_of("evidence", shorted(frame_s=35))
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == (
        "1 frame came on body while its lines were shorted: does the contact conduct, and does "
        "this short silence the bus?"
    )


@pytest.mark.parametrize(
    "how",
    [{"frame_s": 30.4}, {"frame_s": 35, "sender": "GW"}, {"frame_s": 35, "bus": "telematics"},
     {"frame_s": 35, "how": "open"}],
    ids=["as it closes", "a simulated unit's", "another bus", "an open line"],
)  # fmt: skip
def test_frames_that_a_short_does_not_stop_spoil_nothing(how):
    assert verdict_of("evidence", shorted(**how)).verdict == "pass"
