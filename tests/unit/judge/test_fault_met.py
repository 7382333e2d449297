"""Whether an outage was real: each fault was met, and one of them around each try."""

import pytest

from bench import events as e
from bench.journal import Entry
from bench.judge.attempts import Attempt
from bench.judge.fault_met import never_met, unmet, unmet_in
from bench.judge.in_force import in_force
from bench.recording import Recording

S = 1_000_000_000
ARMED = e.FaultArmed("http_status", "http", "http_status")


def armed(spec: str) -> e.FaultArmed:
    return e.FaultArmed(spec.partition(":")[0], "http", spec)


def met(fault: str = "http_status") -> e.FaultMet:
    return e.FaultMet(fault, "witness_phone", "GET /v1/status")


def recorded(*events) -> Recording:
    """Return a recording of (seconds, event, cause), numbered from 0."""
    return Recording({}, [
        Entry(round(at_s * S), seq, cause, event) for seq, (at_s, event, cause) in enumerate(events)
    ])  # fmt: skip


def tried(at_s: float, settled_s: float | None = None) -> Attempt:
    settled_ns = None if settled_s is None else round(settled_s * S)
    return Attempt(
        "act-1", "phone_only", "unlock", "ble_key", entitled=True, credential="",
        began_ns=round(at_s * S), settled_ns=settled_ns,
    )  # fmt: skip


SHORT = recorded(
    (10, ARMED, None), (12, met(), None), (30, e.FaultCleared("http_status", met=1), 0)
)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (tried(20, 22), None),
        (tried(8, 11), None),  # it began while the command was under way
        (tried(8), None),  # never settled: it was still under way
        (tried(35, 37), "not in force at the try at 35 s: http_status was over at 30 s"),
        (tried(5, 7), "not in force at the try at 5 s: http_status began at 10 s"),
    ],
)
def test_a_try_has_to_fall_into_a_fault_of_its_phase(act, said):
    assert unmet_in(SHORT, [act], ["http_status"]) == (said and f"http_status: {said}")


def windowed(keys: str, began_s: float, ended_s: float) -> Recording:
    """Return a recording of a fault that was armed at 10 s, with its window of time."""
    return recorded(
        (10, armed(f"http_status:{keys}"), None),
        (began_s, e.FaultBegan("http_status"), 0),
        (ended_s, e.FaultCleared("http_status", met=1), 0),
    )


@pytest.mark.parametrize(
    ("recording", "act", "said"),
    [
        (windowed("from_s=5,for_s=15", 15, 30), tried(35.4, 37), "was over at 30 s, for_s=21 would reach it"),
        (windowed("from_s=50,for_s=15", 60, 75), tried(35.4, 37), "began at 60 s, from_s=25.4 would reach it"),
        (windowed("from_s=5,for_s=90", 15, 30), tried(35, 37), "was over at 30 s"),  # its phase had ended
        (windowed("from_s=5", 15, 30), tried(8, 9), "began at 15 s"),  # the phase came too late
    ],
)  # fmt: skip
def test_a_try_beside_a_fault_says_which_key_would_have_reached_it(recording, act, said):
    reason = unmet_in(recording, [act], ["http_status"])
    assert reason.endswith(f": http_status {said}")


def test_an_outage_taken_as_it_comes_names_what_would_have_reached_the_nearest_try():
    short = windowed("from_s=5,for_s=15", 15, 30)
    reason = unmet(short, [tried(400, 401), tried(35, 37)])
    assert reason == (
        "no try fell into a time in which a fault was in force: "
        "http_status was over at 30 s, for_s=21 would reach it"
    )


def test_a_fault_that_was_met_long_before_the_try_proves_nothing_of_it():
    long = recorded((10, ARMED, None), (12, met(), None))
    assert unmet_in(long, [tried(70, 72)], ["http_status"]) is None
    said = unmet_in(long, [tried(90, 92)], ["http_status"])
    assert said == "nobody met the fault around the try at 90 s"


def test_what_another_fault_met_proves_nothing_of_this_phases():
    other = recorded((10, ARMED, None), (10, armed("latency"), None), (20, met("latency"), None))
    said = unmet_in(other, [tried(20, 22)], ["http_status"])
    assert said == "nobody met the fault around the try at 20 s"


def test_a_fault_that_is_met_soon_after_a_long_try_is_met_around_it():
    late = recorded((10, ARMED, None), (150, met(), None))
    assert unmet_in(late, [tried(20, 100)], ["http_status"]) is None
    assert unmet_in(late, [tried(20, 89)], ["http_status"]) is not None


def test_a_try_in_another_fault_than_its_phases_did_not_fall_into_it():
    after = recorded(
        (10, ARMED, None), (10, armed("latency"), None), (20, met(), None),
        (30, e.FaultCleared("http_status", met=1), 0),
    )  # fmt: skip
    said = unmet_in(after, [tried(40, 42)], ["http_status"])
    assert said == "http_status: not in force at the try at 40 s: http_status was over at 30 s"
    assert unmet_in(after, [tried(40, 42)], ["refuse"]) == "refuse: not in force at the try at 40 s"


def test_of_a_fault_that_stays_it_counts_what_was_met_of_it_and_since_it_began():
    both = recorded((10, ARMED, None), (10, armed("latency"), None), (20, met("latency"), None))
    assert unmet(both, []) == "http_status was never met, not even by the witness"
    again = recorded(
        (10, ARMED, None), (12, met(), None), (20, e.FaultCleared("http_status", met=1), 0),
        (30, ARMED, None),
    )  # fmt: skip
    assert never_met(again, list(in_force(again))[1:]) == "http_status"


def two(one: str, other: str) -> Recording:
    """Return a recording of two faults, of which one was met."""
    both = [(10, armed(one), None), (10, armed(other), None), (12, met(), None)]
    names = [spec.partition(":")[0] for spec in (one, other)]
    cleared = e.FaultCleared(names[0], met=1), e.FaultCleared(names[1], met=0)
    return recorded(*both, (60, cleared[0], 0), (60, cleared[1], 1))


def test_each_fault_of_an_outage_has_to_be_met():
    outage = two("http_status", "flapping:endpoint=assistant")
    assert unmet(outage, [tried(20, 22)]) == "flapping was never met, not even by the witness"


def test_what_an_incident_does_in_two_ways_is_met_in_one_and_what_a_user_names_twice_in_both():
    one, other = "bad_config:kind=flag_off", "bad_config:kind=wrong_entitlement"
    outage = two(one, other)
    assert unmet(outage, []) is None
    assert never_met(outage, in_force(outage)) == other


def test_a_fault_in_waves_is_met_if_any_of_them_was():
    waves = recorded(
        (10, ARMED, None), (20, e.FaultCleared("http_status", met=0), 0),
        (30, ARMED, None), (35, met(), None), (40, e.FaultCleared("http_status", met=1), 2),
    )  # fmt: skip
    assert unmet(waves, [tried(32, 36)]) is None
    assert unmet_in(waves, [tried(32, 36)], ["http_status"]) is None


def test_an_outage_that_was_over_before_its_fault_began_is_none():
    late = recorded(
        (10, armed("http_status:from_s=60"), None), (20, e.FaultCleared("http_status", met=0), 0)
    )
    assert unmet(late, []) == "the outage was over before any fault began to act"
    assert unmet(recorded(), []) == "the outage armed no fault"
