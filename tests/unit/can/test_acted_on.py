"""Why simulated units do what they do, where the bench hears their frames on another connection."""

from bench.can.frame import EXTENDED
from bench.can.interface.acted_on import ActedOn
from bench.events import FramePassed
from bench.journal import Journal


def test_frames_in_a_row_because_of_one_thing_are_written_once():
    journal = Journal(lambda: 0)
    acted_on = ActedOn("body", journal)
    first = acted_on.because(0x150, "DKM", 7)
    assert acted_on.because(0x150, "DKM", 7) == first
    assert acted_on.because(0x164 | EXTENDED, "PEPS", 7) != first
    assert acted_on.because(0x150, "DKM", 8) != first
    assert acted_on.because(0x150, "DKM", None) is None
    assert [(e.cause, e.event) for e in journal.entries] == [
        (7, FramePassed("body", 0x150, "DKM")),
        (7, FramePassed("body", 0x164, "PEPS")),
        (8, FramePassed("body", 0x150, "DKM")),
    ]
