"""When a fault was in force, by what its recording says."""

import math

from bench.events import FaultArmed, FaultBegan, FaultCleared
from bench.journal import Entry
from bench.judge.in_force import in_force
from bench.recording import Recording

ARMED = FaultArmed("refuse", "tcp", "refuse")
LATE = FaultArmed("refuse", "tcp", "refuse:side=phone,from_s=30.0")


def recorded(*events):
    """Return the stretches of a recording of (seconds, event, cause), numbered from 0."""
    entries = [
        Entry(int(at_s * 1e9), seq, cause, event) for seq, (at_s, event, cause) in enumerate(events)
    ]
    found = in_force(Recording({}, entries))
    return [(each.from_ns / 1e9, each.until_ns / 1e9) for each in found]


def test_a_fault_is_in_force_from_its_arming_to_its_clearing():
    assert recorded((10, ARMED, None), (20, FaultCleared("refuse", 1), 0)) == [(10, 20)]


def test_one_that_waits_is_in_force_from_its_beginning():
    events = [(10, LATE, None), (40, FaultBegan("refuse"), 0), (50, FaultCleared("refuse", 1), 0)]
    assert recorded(*events) == [(40, 50)]


def test_one_that_was_cleared_before_its_window_was_never_in_force():
    assert recorded((10, LATE, None), (20, FaultCleared("refuse", 0), 0)) == []


def test_two_of_one_name_are_told_apart_and_one_that_stays_has_no_end():
    events = [(10, ARMED, None), (15, ARMED, None), (20, FaultCleared("refuse", 1), 1)]
    assert recorded(*events) == [(10, math.inf), (15, 20)]
