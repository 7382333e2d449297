"""The end of a run in a terminal, however narrow it is."""

import io
from dataclasses import replace

import pytest
from rich.console import Console
from verdicts import verdict

from bench.dashboard.summary import in_colour
from bench.judge.stranded import stranded

GOOD = verdict(
    outage="latency", measured_s=0.3, limit_s=1.5, baseline_s=0.3, faults_met={"latency": 3}
)


@pytest.mark.parametrize("width", [30, 80])
def test_the_minutes_of_an_owner_can_be_read_at_any_width(width):
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, force_terminal=True)
    verdicts = [GOOD, replace(GOOD, owner="phone_and_blade")]
    in_colour(console, verdicts, stranded(verdicts))
    shown = out.getvalue()
    for whole in ("phone_only", "phone_and_blade", "locked out", "cannot start", "cannot secure"):
        assert whole in shown
    assert max(map(len, shown.splitlines())) <= width


def test_what_would_have_helped_is_told_to_its_last_bracket():
    hour = ((0, 3600 * 10**9),)
    verdicts = [
        replace(GOOD, owner=owner, path=path, intent="lock", outage=outage, helpless=helpless)
        for owner, path, outage, helpless in (
            ("phone_only", "cloud_app", None, ()),
            ("phone_only", "cloud_app", "gwm", hour),
            ("phone_and_blade", "mechanical_key", None, ()),
            ("phone_and_blade", "mechanical_key", "gwm", ()),
        )
    ]
    console = Console(file=io.StringIO(), width=140, color_system=None)
    in_colour(console, verdicts, stranded(verdicts))
    assert "would have helped: mechanical_key (lock)" in console.file.getvalue()
