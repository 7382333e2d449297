"""Which paths help an owner who stands before the car."""

import pytest
from short_scenario import recorded

from bench.judge.judge import judge


@pytest.mark.parametrize(
    ("path", "intent", "helps"),
    [("ble_key", "unlock", True), ("voice", "wake", True), ("voice", "unlock", False)],
)
def test_what_serves_from_inside_only_helps_nobody_who_stands_outside(path, intent, helps):
    recording = recorded(path, intent, None)
    verdict = judge(recording)
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted")
    assert verdict.helpless == (() if helps else ((0, recording.entries[-1].t_ns),))
