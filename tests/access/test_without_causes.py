"""A sound car is judged alike if it tells no causes, as a real one does not."""

from pathlib import Path

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.runner import run_scenario
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.events import Edge, RoleChanged
from bench.judge.judge import judge
from bench.recording import Recording

FILE, SOUND = load_bench(DEFAULT), load_car("sound", Path())
PHASES = ["onset_before_send", "onset_accepted", "onset_executed", "recovery"]


def without_causes(recording: Recording) -> Recording:
    """Return a recording in which nobody knows why something moved."""
    entries = [
        entry._replace(cause=None) if isinstance(entry.event, Edge | RoleChanged) else entry
        for entry in recording.entries
    ]
    return Recording(recording.header, entries)


@pytest.mark.parametrize("fault", ["http_status", "broker_unreachable"])
@pytest.mark.parametrize("path", ["ble_key", "rke_fob", "cloud_app"])
def test_commands_in_flight_are_not_blamed_for_what_the_car_does_by_itself(path, fault):
    """It locks itself again half a minute after it was opened, and a command to lock was before.

    A command that is still under way then has locked it all the same.
    """
    choice = Choice(paths=[path], faults=[fault], phases=PHASES)
    for group in campaign(SOUND, choice, seed=1).groups:
        baseline, *outages = (run_scenario(FILE, SOUND, each) for each in group.scenarios())
        for outage in outages:
            verdict = judge(without_causes(outage), without_causes(baseline))
            assert verdict.verdict == "pass", verdict.reason
