"""What the bench undoes between two tries, also where an outage is in the way."""

from pathlib import Path

import pytest

from bench.access.choice import Choice
from bench.access.runner import run_scenario
from bench.access.selection import campaign
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.events import FaultCleared, IntentBegan, RoleChanged
from bench.judge.judge import judge

FILE, SOUND = load_bench(DEFAULT), load_car("sound", Path())


def run(fault: str):
    """Return (the verdict, the recording) of a remote start in an outage, judged by a baseline."""
    chosen = campaign(SOUND, Choice(paths=["remote_start"], faults=[fault]), seed=1)
    baseline, outage = (run_scenario(FILE, SOUND, s) for s in chosen.groups[0].scenarios())
    return judge(outage, baseline), outage


def restored(recording) -> list[str]:
    return [
        event.attempt for _, event in recording.of(IntentBegan)
        if event.attempt.startswith("restore-")
    ]  # fmt: skip


def test_a_car_that_hears_no_button_in_the_outage_is_switched_off_after_it():
    verdict, recording = run("loss_of_ground:unit=PEPS")
    assert verdict.verdict == "pass", verdict.reason
    cleared = next(entry.t_ns for entry, _ in recording.of(FaultCleared))
    again = next(e.t_ns for e, v in recording.of(IntentBegan) if v.attempt == "restore-outage")
    assert again > cleared
    off = [
        e.t_ns for e, v in recording.of(RoleChanged) if v.role == "power_mode" and "off" in v.means
    ]
    assert any(again < t_ns < again + 1_000_000_000 for t_ns in off)


@pytest.mark.parametrize("fault", ["http_status", "open_wire:wire=handle_driver"])
def test_what_was_restored_in_the_outage_is_left_alone_after_it(fault):
    verdict, recording = run(fault)
    assert verdict.verdict == "pass", verdict.reason
    assert restored(recording)
    assert "restore-outage" not in restored(recording)
