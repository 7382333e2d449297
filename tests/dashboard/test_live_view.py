"""What is shown of a campaign in simulated time, while it runs."""

import io
import re
from dataclasses import dataclass, replace

import pytest
from rich.console import Console
from verdicts import verdict

from bench.dashboard.progress import LiveView
from bench.judge.verdict import Judgement, Verdict

GOOD = verdict(
    outage="latency", measured_s=0.3, limit_s=1.5, baseline_s=0.3, faults_met={"latency": 3}
)


@dataclass(frozen=True)
class Reached:
    verdict: Verdict
    simulated_s: float = 200.0
    final: bool = True


def shown(*reached: Reached, width: int = 80, title: str = "campaign on [red]sound") -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, height=40, color_system=None, force_terminal=True)
    view = LiveView(console, title, 4)
    for each in reached:
        view.tell(each)
    console.print(view.drawn())
    return out.getvalue()


def test_it_shows_how_far_it_is_and_how_much_time_was_simulated():
    text = shown(Reached(GOOD), Reached(GOOD))
    assert "2/4" in text
    assert "6.7 min simulated" in text
    assert "campaign on [red]sound" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_long_name_is_shortened_and_the_numbers_are_not(width):
    name = "an outage of our own with a name that is as long as its story on car_of_our_own"
    first = shown(Reached(GOOD), width=width, title=name).splitlines()[0]
    assert re.search(r" 1/4 0:00:00 left \S+$", first.rstrip())
    assert len(first.rstrip()) <= width
    assert first.startswith("an ou")
    assert ("…" in first) == (width < 120)


def test_repetitions_advance_it_and_are_no_verdicts_yet():
    text = shown(Reached(GOOD, final=False), Reached(GOOD, final=False))
    assert "2/4" in text
    assert "pass" not in text


def test_the_slowest_tries_come_first_and_say_their_limit():
    slow = replace(GOOD, path="nfc_card", measured_s=1.8, outage="stall")
    text = shown(Reached(GOOD), Reached(slow))
    first, second = [line for line in text.splitlines() if line.startswith("slow")]
    assert "1.80 s of 1.50 s nfc_card unlock, stall" in first
    assert "300 ms of 1.50 s ble_key unlock, latency" in second


def test_what_no_limit_was_asked_of_is_not_slow():
    unasked = (Judgement("opens_in_time", "not_asked", "a cloud path is not asked to"),)
    late = replace(GOOD, path="cloud_app", measured_s=45.6, limit_s=30.0, judgements=unasked)
    text = shown(Reached(GOOD), Reached(late))
    assert [line.split()[-3] for line in text.splitlines() if line.startswith("slow")] == [
        "ble_key"
    ]


def test_the_last_three_that_went_wrong_are_named_with_their_reasons():
    bad = [replace(GOOD, verdict="fail", reason=f"reason {n}") for n in range(5)]
    text = shown(*map(Reached, bad), width=120)
    assert [f"reason {n}" in text for n in range(5)] == [False, False, True, True, True]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_of_it_is_wider_than_the_terminal(width):
    bad = replace(GOOD, verdict="inconclusive", reason="long " * 60)
    assert max(len(line) for line in shown(Reached(bad), width=width).splitlines()) <= width


def test_the_title_is_shown_as_it_is_without_markup_of_ours():
    text = shown(Reached(GOOD), width=120)
    assert "campaign on [red]sound" in text
    assert "[bold]" not in text
