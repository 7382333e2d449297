"""How faults of the car's own buses are judged: recordings that were written by hand."""

import pytest
from recordings_by_hand import Hand, verdict_of

from bench import events as e

ROLES = {
    "body.digital_key_request": {
        "message": "DKM_AccessRequest", "identifier": 0x150, "senders": ["DKM"],
        "receivers": ["BCM"],
    },
    # another message of that bus, and the same identifier on another bus: neither is that frame
    "body.seat_heater": {"identifier": 0x3A0, "senders": ["BCM"], "receivers": ["PEPS"]},
    "chassis.gear": {"identifier": 0x150, "senders": ["GW"], "receivers": ["PEPS"]},
}  # fmt: skip


class CanHand(Hand):
    """Writes a recording of a bus."""

    def fault(self, at_s, name="bus_off", layer="can", *, cut=None, cleared_s=None):
        seq = self.at(at_s, e.FaultArmed(name, layer, name))
        if cut is not None:
            self.at(at_s, e.CutOff(*cut), seq)
        self.armed = (name, seq)
        self.cleared_s = cleared_s
        return seq

    def clear(self):
        name, seq = self.armed
        self.at(self.cleared_s, e.FaultCleared(name, 1), seq)

    def by_frame(self, at_s, spoiled=None, moves=True, told=True):
        """An attempt whose request goes over the body bus; a real unit tells no cause."""
        cause = self.attempt(at_s)
        if spoiled:
            cause = self.at(at_s, e.FrameSpoiled("body", 0x150, spoiled), cause)
        seq = self.at(at_s, e.FrameSeen("body", 0x150, "", "00", "DKM"), cause)
        unlock = e.RoleChanged("body", "digital_key_request", "unlock", ("unlock",), (1,))
        self.at(at_s, unlock, seq)
        if moves:
            self.pulse(at_s + 0.1, seq if told else None)
        self.at(at_s + 1, e.AttemptSettled("act-1", "acted" if moves else "gave up"))

    def end(self):
        recording = super().end()
        recording.header.roles.update(ROLES)
        return recording


def baseline(*, told=True):
    hand = CanHand().checked()
    hand.by_frame(10, told=told)
    return hand.end()


def not_moved(cut, outage="bus_off"):
    hand = CanHand(outage=outage).checked()
    hand.fault(5, cut=cut)
    hand.by_frame(10, moves=False)
    return hand.end()


CUTS = [
    (("body", "", -1), "not_asked"),
    (("body", "", 0x150), "not_asked"),
    (("body", "DKM", -1), "not_asked"),
    (("body", "BCM", -1), "not_asked"),
    (("body", "PEPS", -1), "fail"),
    (("body", "", 0x160), "fail"),
    (("telematics", "", -1), "fail"),
    (None, "fail"),
]


@pytest.mark.parametrize("oracle", ["opens_in_time", "independence"])
@pytest.mark.parametrize(("cut", "verdict"), CUTS)
@pytest.mark.parametrize("told", [True, False], ids=["simulated", "real"])
def test_a_path_is_not_asked_to_do_without_what_its_baseline_goes_over(oracle, cut, verdict, told):
    """A real unit tells no causes; what the bench's own units have asked it is known."""
    judgement = verdict_of(oracle, not_moved(cut), baseline(told=told))
    assert judgement.verdict == verdict
    if verdict == "not_asked":
        assert "0x150" in judgement.reason


@pytest.mark.parametrize("oracle", ["opens_in_time", "independence"])
@pytest.mark.parametrize(("again_s", "verdict"), [(24, "not_asked"), (26, "fail"), (60, "fail")])
def test_a_path_is_asked_again_when_what_the_fault_took_away_is_due_back(oracle, again_s, verdict):
    hand = CanHand(outage="bus_off").checked()
    hand.fault(5, cut=("body", "", -1), cleared_s=20)
    hand.by_frame(10, moves=False)
    hand.clear()
    hand.attempt(again_s, name="act-2")
    hand.at(again_s + 8, e.AttemptSettled("act-2", "gave up"))
    usual = CanHand().checked()
    usual.by_frame(10)
    usual.pulse(again_s + 0.1, usual.attempt(again_s, name="act-2"))
    judgement = verdict_of(oracle, hand.end(), usual.end())
    assert judgement.verdict == verdict


@pytest.mark.parametrize("oracle", ["opens_in_time", "independence"])
def test_a_try_without_what_the_fault_takes_away_is_not_held_against_the_next(oracle):
    hand = CanHand(outage="bus_off").checked()
    hand.fault(5, cut=("body", "", -1), cleared_s=20)
    hand.by_frame(10, moves=False)
    hand.clear()
    hand.pulse(60.1, hand.attempt(60, name="act-2"))
    usual = CanHand().checked()
    usual.by_frame(10)
    usual.pulse(60.1, usual.attempt(60, name="act-2"))
    assert verdict_of(oracle, hand.end(), usual.end()).verdict == "pass"


def test_the_end_of_another_fault_brings_nothing_back():
    hand = CanHand(outage="bus_off").checked()
    hand.fault(1, "latency", layer="link", cleared_s=3)
    hand.clear()
    hand.fault(2, cut=("body", "", -1))
    hand.attempt(10)
    assert verdict_of("opens_in_time", hand.end(), baseline()).verdict == "not_asked"


def test_a_path_is_asked_before_the_fault_that_takes_it_away():
    hand = CanHand(outage="bus_off").checked()
    hand.by_frame(10, moves=False)
    hand.fault(50, cut=("body", "", -1))
    assert verdict_of("opens_in_time", hand.end(), baseline()).verdict == "fail"


def test_without_a_baseline_nothing_is_known_to_be_needed():
    assert verdict_of("opens_in_time", not_moved(("body", "", -1))).verdict == "fail"


@pytest.mark.parametrize("layers", [("can",), ("electrical",), ("can", "electrical")])
def test_a_cloud_path_is_asked_when_only_a_bus_or_a_wire_is_disturbed(layers):
    hand = CanHand(outage="error_burst", needs_cloud=True).checked()
    for layer in layers:
        hand.fault(5, "error_burst", layer=layer)
    hand.by_frame(10, moves=False)
    assert verdict_of("opens_in_time", hand.end(), baseline()).verdict == "fail"
    hand = CanHand(outage="http_status", needs_cloud=True).checked()
    hand.fault(5, "http_status", layer="http")
    hand.by_frame(10, moves=False)
    assert verdict_of("opens_in_time", hand.end(), baseline()).verdict == "not_asked"


@pytest.mark.parametrize(("spoiled", "verdict"), [("wrong_crc", "fail"), (None, "pass")])
def test_a_spoiled_frame_behind_a_movement_is_a_fail(spoiled, verdict):
    hand = CanHand(outage="wrong_crc").checked()
    hand.by_frame(10, spoiled=spoiled)
    judgement = verdict_of("nothing_invalid", hand.end(), baseline())
    assert judgement.verdict == verdict
    if spoiled:
        assert "0x150" in judgement.reason


@pytest.mark.parametrize(
    ("spoiled", "verdict"),
    [("wrong_crc", "fail"), ("frozen_counter", "inconclusive"), (None, "pass")],
)
def test_a_real_unit_that_moves_though_all_that_asked_for_it_was_spoiled_obeyed_that(
    spoiled, verdict
):
    hand = CanHand(outage="wrong_crc").checked()
    hand.by_frame(10, spoiled=spoiled, told=False)
    judgement = verdict_of("nothing_invalid", hand.end(), baseline(told=False))
    assert judgement.verdict == verdict
    assert spoiled is None or "0x150 on body, which has a" in judgement.reason


@pytest.mark.parametrize(("by", "verdict"), [("DKM", "pass"), ("", "fail")])
def test_a_sound_frame_explains_what_a_real_unit_did_unless_it_is_its_own(by, verdict):
    hand = CanHand(outage="wrong_crc").checked()
    cause = hand.attempt(10)
    hand.at(10, e.FrameSeen("body", 0x150, "", "00", by), cause if by else None)
    hand.by_frame(10, spoiled="wrong_crc", told=False)
    assert verdict_of("nothing_invalid", hand.end()).verdict == verdict


@pytest.mark.parametrize(
    ("receivers", "verdict"), [(["GW"], "fail"), (["GW", "BCM"], "pass"), ([], "pass")]
)
def test_a_sound_frame_that_no_real_unit_hears_explains_nothing(receivers, verdict):
    """The telematics unit asks the simulated gateway, whose own frame is then spoiled."""
    hand = CanHand(outage="wrong_crc", path="cloud_app").checked()
    hand.at(1, e.FrameSeen("body", 0x170, "", "00", "GW"))
    cause = hand.attempt(10, path="cloud_app")
    for bus, identifier, sender in (("telematics", 0x210, "TCU"), ("body", 0x170, "GW")):
        if bus == "body":
            cause = hand.at(10, e.FrameSpoiled(bus, identifier, "wrong_crc"), cause)
        cause = hand.at(10, e.FrameSeen(bus, identifier, "", "00", sender), cause)
        hand.at(10, e.RoleChanged(bus, "remote_command", "unlock", ("unlock",), (1,)), cause)
    hand.pulse(10.1, None)
    recording = hand.end()
    recording.header.roles["telematics.remote_command"] = {
        "identifier": 0x210, "senders": ["TCU"], "receivers": receivers,
    }  # fmt: skip
    assert verdict_of("nothing_invalid", recording).verdict == verdict


def test_a_spoiled_frame_that_asks_for_nothing_of_the_kind_moves_no_real_unit():
    """The blade's contact has opened the car; its state was spoiled on its way to the cloud."""
    hand = CanHand(outage="wrong_crc").checked()
    seq = hand.at(10.05, e.FrameSpoiled("body", 0x150, "wrong_crc"), hand.attempt(10))
    hand.at(10.05, e.FrameSeen("body", 0x150, "", "00", "DKM"), seq)
    hand.pulse(10.1, None)
    assert verdict_of("nothing_invalid", hand.end()).verdict == "pass"


@pytest.mark.parametrize(("behind", "verdict"), [(False, "pass"), (True, "fail")])
def test_a_spoiled_report_is_no_cause_of_what_it_reports(behind, verdict):
    hand = CanHand(intent="start").checked()
    hand.at(1, e.RoleChanged("body", "power_mode", "off", ("off",), (0,)))
    cause = hand.at(10, e.IntentBegan("act-1", "phone_only", "start", "ble_key", True, ""))
    if behind:
        cause = hand.at(10, e.FrameSpoiled("body", 0x190, "wrong_crc"), cause)
        cause = hand.at(10, e.FrameSeen("body", 0x190, "", "00", "IMMO"), cause)
    cause = hand.at(10.5, e.FrameSpoiled("body", 0x140, "wrong_crc"), cause)
    cause = hand.at(10.5, e.FrameSeen("body", 0x140, "", "00", "BCM"), cause)
    hand.at(10.5, e.RoleChanged("body", "power_mode", "ready", ("ready",), (3,)), cause)
    assert verdict_of("nothing_invalid", hand.end()).verdict == verdict


# ── bus-off and receivers: whose doing? ───────────────────────────────────────────────────


def off(hand, node, cause=None, at_s=10.0):
    return hand.at(at_s, e.BusStateChanged("body", node, "bus_off", 256, 0), cause)


def evidence(hand):
    return verdict_of("evidence", hand.end())


@pytest.mark.parametrize("node", ["bench", "BCM"])
def test_a_node_that_goes_off_by_itself_makes_a_verdict_inconclusive(node):
    hand = CanHand().checked()
    off(hand, node)
    judgement = evidence(hand)
    assert judgement.verdict == "inconclusive"
    assert f"{node} went off body" in judgement.reason


def test_a_node_that_an_injected_fault_has_put_off_is_judged_normally():
    hand = CanHand().checked()
    hand.fault(5, cut=("body", "", -1))
    met = hand.at(10, e.FaultMet("bus_off", "BCM", "frame destroyed"))
    off(hand, "BCM", hand.at(10, e.ErrorSeen("body", 0x120, "BCM", "", "error"), met))
    assert evidence(hand).verdict == "pass"


def test_another_fault_among_the_causes_does_not_explain_a_bus_off():
    hand = CanHand().checked()
    hand.fault(5, "latency", layer="link")
    met = hand.at(10, e.FaultMet("latency", "phone", "chunk delayed"))
    off(hand, "BCM", hand.at(10, e.ErrorSeen("body", 0x120, "BCM", "", "error"), met))
    assert evidence(hand).verdict == "inconclusive"


@pytest.mark.parametrize(("flagged_by", "verdict"), [("PEPS", "pass"), ("bench", "inconclusive")])
def test_a_node_that_the_car_s_own_unit_has_put_off_is_the_car_s_doing(flagged_by, verdict):
    hand = CanHand().checked()
    off(hand, "BCM", hand.at(10, e.ErrorSeen("body", 0x120, "BCM", flagged_by, "error")))
    assert evidence(hand).verdict == verdict


@pytest.mark.parametrize(
    ("bus", "cleared_s", "verdict"),
    [("body", 20, "pass"), ("body", 8, "inconclusive"), ("telematics", 20, "inconclusive")],
)
def test_an_interface_s_bus_off_is_explained_by_a_fault_that_holds_that_bus(
    bus, cleared_s, verdict
):
    hand = CanHand().checked()
    hand.fault(5, cut=(bus, "", -1), cleared_s=cleared_s)
    if cleared_s < 10:
        hand.clear()
    off(hand, "bench")
    if cleared_s > 10:
        hand.clear()
    assert evidence(hand).verdict == verdict


@pytest.mark.parametrize(("node", "armed_s"), [("BCM", 5), ("bench", 12)])
def test_no_fault_that_came_later_and_none_that_did_not_cause_it_explains_a_bus_off(node, armed_s):
    hand = CanHand().checked()
    if armed_s < 10:
        hand.fault(armed_s, cut=("body", "", -1))
    off(hand, node)
    if armed_s > 10:
        hand.fault(armed_s, cut=("body", "", -1))
    assert evidence(hand).reason.startswith(f"{node} went off body, and nobody had injected that")


def test_a_receiver_that_died_counts_unless_a_fault_of_the_bus_killed_it():
    hand = CanHand().checked()
    hand.at(10, e.ReceiverLost("can.body", "gone"))
    assert evidence(hand).verdict == "inconclusive"
    hand = CanHand().checked()
    hand.at(10, e.ReceiverLost("can.body", "gone"), hand.fault(5))
    assert evidence(hand).verdict == "pass"


# ── afterwards ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("back_s", "verdict"), [(24.0, "pass"), (26.0, "fail"), (None, "fail")])
def test_who_went_off_must_be_back_five_seconds_after_the_fault(back_s, verdict):
    hand = CanHand(outage="bus_off").checked()
    hand.fault(5, cleared_s=20)
    off(hand, "BCM")
    hand.clear()
    if back_s is not None:
        hand.at(back_s, e.BusStateChanged("body", "BCM", "error_active", 0, 0))
    hand.at(60, e.Control("control-1", True))
    assert verdict_of("bus_recovery", hand.end()).verdict == verdict


@pytest.mark.parametrize(("back_s", "verdict"), [(44, "pass"), (46, "fail")])
def test_recovery_is_due_after_the_last_fault_of_the_car_and_no_other_puts_it_off(back_s, verdict):
    hand = CanHand(outage="bus_off").checked()
    faults = [("bus_off", "can", 20), ("open_wire", "electrical", 40), ("refuse", "tcp", 45)]
    armed = [hand.at(5, e.FaultArmed(name, layer, name)) for name, layer, _ in faults]
    hand.at(11, e.BusStateChanged("body", "PEPS", "error_active", 0, 0))
    off(hand, "BCM", at_s=12)
    for seq, (name, _, cleared_s) in zip(armed, faults, strict=True):
        hand.at(cleared_s, e.FaultCleared(name, 1), seq)
    hand.at(back_s, e.BusStateChanged("body", "BCM", "error_active", 0, 0))
    hand.at(91, e.Control("control-1", True))
    assert verdict_of("bus_recovery", hand.end()).verdict == verdict


def test_recovery_is_not_asked_without_a_fault_or_when_the_recording_ends_too_soon():
    hand = CanHand().checked()
    assert verdict_of("bus_recovery", hand.end()).verdict == "not_asked"
    hand = CanHand(outage="bus_off").checked()
    hand.fault(5, cleared_s=20)
    off(hand, "BCM")
    hand.clear()
    assert verdict_of("bus_recovery", hand.end()).verdict == "not_asked"


@pytest.mark.parametrize(
    ("slept_s", "baseline_slept_s", "acts_s", "verdict"),
    [
        (70, 30, 90, "pass"), (None, 30, 90, "fail"), (None, None, 90, "pass"),
        (None, 30, 40, "not_asked"),
    ],
)  # fmt: skip
def test_a_bus_that_sleeps_without_the_fault_must_sleep_after_it(
    slept_s, baseline_slept_s, acts_s, verdict
):
    def recorded(slept_s, fault):
        hand = CanHand(outage="wakeup_storm" if fault else None).checked()
        hand.at(1, e.BusWoke("body"))
        if fault:
            hand.fault(5, "wakeup_storm", cleared_s=20)
            hand.clear()
        if slept_s is not None:
            hand.at(slept_s, e.BusSlept("body"))
        hand.attempt(acts_s, name="control-1")
        return hand.end()

    judgement = verdict_of(
        "falls_asleep", recorded(slept_s, True), recorded(baseline_slept_s, False)
    )
    assert judgement.verdict == verdict
    if verdict == "fail":
        assert "body still awake 70.0 s after the fault was gone" in judgement.reason


@pytest.mark.parametrize(("slept_s", "verdict"), [(60, "pass"), (200, "fail")])
def test_what_wakes_a_bus_or_lets_it_sleep_from_the_first_act_after_the_fault_on_counts_not(
    slept_s, verdict
):
    def recorded(slept_s, fault):
        hand = CanHand(outage="wakeup_storm" if fault else None).checked()
        hand.at(1, e.BusWoke("body"))
        hand.attempt(3)
        if fault:
            hand.fault(5, "wakeup_storm", cleared_s=20)
            hand.clear()
        moments = [(slept_s, e.BusSlept("body")), (100, e.BusWoke("telematics"))]
        act = e.IntentBegan("control-1", "phone_only", "unlock", "ble_key", True, "")
        for time_s, event in sorted([*moments, (100, act)], key=lambda each: each[0]):
            hand.at(time_s, event)
        return hand.end()

    judgement = verdict_of("falls_asleep", recorded(slept_s, True), recorded(30, False))
    assert judgement.verdict == verdict


def test_a_baseline_whose_buses_were_not_as_declared_shows_nothing_of_sleep():
    awake = CanHand().checked()
    awake.at(1, e.BusWoke("body"))
    awake.at(1, e.StateChecked("bus_body", "asleep", "awake", verified=False))
    hand = CanHand(outage="wakeup_storm").checked()
    hand.at(1, e.BusWoke("body"))
    hand.fault(5, "wakeup_storm", cleared_s=20)
    hand.clear()
    hand.attempt(90, name="control-1")
    judgement = verdict_of("falls_asleep", hand.end(), awake.end())
    assert judgement.verdict == "inconclusive"
    assert "the baseline cannot be compared with: starting state: bus_body" in judgement.reason


def test_falling_asleep_is_not_asked_without_a_baseline():
    hand = CanHand(outage="wakeup_storm").checked()
    hand.fault(5, "wakeup_storm", cleared_s=20)
    hand.clear()
    hand.attempt(90, name="control-1")
    assert verdict_of("falls_asleep", hand.end()).verdict == "not_asked"
