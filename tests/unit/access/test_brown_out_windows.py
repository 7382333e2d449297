"""In a brown-out what is there or gone is there when the owner acts, and half of the time."""

from itertools import accumulate, pairwise

import pytest

from bench.access.choosing.campaign_phase import Span
from bench.access.phases.brown_out import BrownOut

SPANS = [Span(120.0, 25.0), Span(60.0, 6.0), Span(51.3, 6.7), Span(31.0, 30.0)]


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("spec", ["no_coverage", "duplicate"])
def test_the_owner_acts_in_a_window_of_the_fault(spec, span):
    phases = BrownOut().schedule(spec, span)
    ends = list(accumulate(phase.duration_s for phase in phases))
    acted_in = next(phase for phase, end_s in zip(phases, ends, strict=True) if end_s > span.act_s)
    assert spec in acted_in.faults
    assert ends[-1] == pytest.approx(span.length_s)
    assert all(phase.duration_s > 0 for phase in phases)


@pytest.mark.parametrize(
    ("spec", "longest_s"), [("no_coverage", 5.0), ("duplicate", 30.0)]
)  # fmt: skip
def test_windows_are_of_one_length_and_come_in_turns(spec, longest_s):
    phases = BrownOut().schedule(spec, Span(120.0, 25.0))
    there = [spec in phase.faults for phase in phases]
    assert all(a != b for a, b in pairwise(there))
    assert max(phase.duration_s for phase in phases) == longest_s
    there_s = sum(p.duration_s for p in phases if spec in p.faults)
    assert there_s == pytest.approx(60.0)
