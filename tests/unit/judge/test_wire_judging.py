"""What a fault of a wire takes away by its nature, by what the path has used without it."""

import pytest
from recordings_by_hand import Hand, verdict_of

from bench import events as e
from bench.recording import Recording


def usual(*used: e.Event, line: str = "lock_motor_driver") -> Recording:
    """Return a baseline: an act whose movement has these events among its causes."""
    hand = Hand().checked()
    cause = hand.attempt(10)
    for event in used:
        cause = hand.at(10, event, cause)
    level = "unlocked" if line.startswith("latch") else "unlock"
    hand.at(10.1, e.Edge(line, level), cause)
    hand.at(12, e.AttemptSettled("act-1", "acted"))
    return hand.end()


def disturbed(wire: str, *units: str, cleared_s: float = 30) -> Recording:
    """A fault of a wire that began at 1 s, and an act at 10 s that moved nothing."""
    hand = Hand(outage="open_wire").checked()
    armed = hand.at(1, e.FaultArmed("open_wire", "electrical", "open_wire"))
    hand.at(1, e.WireDisturbed(wire, "open_wire", units), armed)
    if cleared_s < 10:
        hand.at(cleared_s, e.FaultCleared("open_wire", 1), armed)
    hand.attempt(10)
    hand.at(18, e.AttemptSettled("act-1", "gave up"))
    if cleared_s > 10:
        hand.at(cleared_s, e.FaultCleared("open_wire", 1), armed)
    return hand.end()


def relay(channel: str, *, closed: bool = True) -> e.RelaySwitched:
    return e.RelaySwitched("doors", channel, closed, verified=True)


FRAME = e.FrameSeen("body", 0x150, "", "00", "DKM")
SENT = e.Telegram("ble", "phone", "DKM", "unlock", 20)


@pytest.mark.parametrize(
    ("baseline", "fault", "need"),
    [
        (usual(relay("handle_driver")), ("handle_driver",), "handle_driver"),
        (usual(relay("handle_driver", closed=False)), ("handle_driver",), None),
        (usual(), ("handle_driver",), None),
        (usual(), ("kl30_bcm", "BCM"), "BCM"),  # it drives the lock motors
        (usual(line="latch_driver"), ("kl30_bcm", "BCM"), None),
        (usual(), ("kl30_peps", "PEPS"), None),
        (usual(), ("kl31", "all"), "BCM"),
        (usual(relay("handle_driver"), line="latch_driver"), ("kl31", "all"), None),
        (usual(FRAME), ("kl30_dkm", "DKM"), "DKM"),
        (usual(FRAME), ("can_body_high",), "can.body"),
        (usual(FRAME), ("can_bodywork_high",), None),
        (usual(FRAME), ("can_telematics_high",), None),
        (usual(SENT, line="latch_driver"), ("kl30_dkm", "DKM"), "DKM"),
    ],
)
def test_a_path_is_not_asked_to_do_without_what_it_has_used(baseline, fault, need):
    judgement = verdict_of("opens_in_time", disturbed(*fault), baseline)
    if need is None:
        assert judgement.verdict == "fail"
    else:
        assert judgement.verdict == "not_asked"
        assert judgement.reason.startswith(f"without the fault it needs {need}, which {fault[0]}")


@pytest.mark.parametrize(("unit", "verdict"), [("PEPS", "not_asked"), ("DKM", "fail")])
def test_a_real_unit_at_which_the_act_ends_is_needed_though_no_cause_names_it(unit, verdict):
    baseline = usual()
    baseline.header.scenario["ends_at"] = ["PEPS"]
    wire = f"ground_{unit.lower()}"
    judgement = verdict_of("opens_in_time", disturbed(wire, unit), baseline)
    assert judgement.verdict == verdict


@pytest.mark.parametrize(("unit", "verdict"), [("BCM", "not_asked"), ("DKM", "fail")])
def test_a_real_unit_that_reports_what_was_wanted_is_needed(unit, verdict):
    """A start is seen by the power mode alone: who sends that, the database says."""
    baseline = usual(e.FrameSeen("body", 0x140, "", "00", ""), line="latch_driver")
    baseline.header.roles["body.power_mode"] = {"identifier": 0x140, "senders": ["BCM"]}
    judgement = verdict_of("opens_in_time", disturbed(f"ground_{unit.lower()}", unit), baseline)
    assert judgement.verdict == verdict


def test_a_contact_that_was_closed_for_somebody_else_is_not_needed():
    hand = Hand().checked()
    hand.at(5, relay("handle_driver"), hand.attempt(5, name="control-1"))
    hand.at(6, relay("handle_driver"))
    hand.pulse(10.1, hand.attempt(10))
    judgement = verdict_of("opens_in_time", disturbed("handle_driver"), hand.end())
    assert judgement.verdict == "fail"


@pytest.mark.parametrize(("cleared_s", "verdict"), [(4, "fail"), (6, "not_asked")])
def test_a_path_is_asked_when_the_wire_has_been_whole_for_a_while(cleared_s, verdict):
    recording = disturbed("kl30_bcm", "BCM", cleared_s=cleared_s)
    assert verdict_of("opens_in_time", recording, usual()).verdict == verdict


def test_without_a_baseline_nothing_is_known_to_be_needed():
    assert verdict_of("opens_in_time", disturbed("handle_driver")).verdict == "fail"


def dipped(*volts: tuple[float, float], by_fault: bool = True, net: str = "") -> Recording:
    """A supply that was set to voltages at times, and an act at 10 s that moved nothing till 18."""
    hand = Hand(outage="supply_dip").checked()
    armed = hand.at(1, e.FaultArmed("supply_dip", "electrical", "supply_dip"))
    acts = [(10.0, None), (18.0, None)]
    for at_s, volt in sorted([*volts, *acts], key=lambda each: each[0]):
        if volt is not None:
            hand.at(at_s, e.SupplySet("kl30", volt, None, net), armed if by_fault else None)
        elif at_s == 10.0:
            hand.attempt(10)
        else:
            hand.at(18, e.AttemptSettled("act-1", "gave up"))
    return hand.end()


@pytest.mark.parametrize(
    ("recording", "asked"),
    [
        (dipped((2, 5.5), (9, 13.5)), False),
        (dipped((2, 5.5), (4.9, 13.5)), True),
        (dipped((2, 8.0)), True),
        (dipped((2, 6.0)), True),
        (dipped((12, 5.5), (12.2, 13.5)), False),
        (dipped((19, 5.5), (20, 13.5)), True),
        (dipped((2, 5.5)), False),
        (dipped((2, 5.5), by_fault=False), True),
        (dipped((2, 5.5), net="terminal_30"), False),
        (dipped((2, 2.1), net="fob_cell"), True),
    ],
    ids=["units may still start", "long over", "a low battery", "the least", "at the try",
         "after it", "to the end", "a test's own doing", "the car's", "a fob's cell"],
)  # fmt: skip
def test_no_unit_is_asked_to_work_below_six_volts(recording, asked):
    judgement = verdict_of("opens_in_time", recording, usual())
    if asked:
        assert judgement.verdict == "fail"
    else:
        assert judgement.verdict == "not_asked"
        assert judgement.reason == (
            "the fault had kl30 at 5.5 V, and no unit is asked to work below 6 V"
        )
