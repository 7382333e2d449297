"""In real time a guard ends calls that hang: it must know how long each was meant to take."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.access.choosing.selection import replay
from bench.access.handles.bench import Bench, make_setup
from bench.access.incident import load_incident
from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.car.model import load_car
from bench.clock.simulated import SimulatedTime
from bench.config.bench_file import DEFAULT, load_bench
from bench.units import NS_PER_S

STATE = "BCM_LockState"


class Told:
    """What calls took in bench time, and what the guard was told of them."""

    def __init__(self):
        self.calls = []

    @property
    def longer_than_told(self):
        return [(took_s, told_s) for took_s, told_s in self.calls if took_s > told_s + 60]


@pytest.fixture
def told(monkeypatch):
    noted, run = Told(), SimulatedTime.run

    def noting(self, coro, *, lasts_s=0.0):
        began_ns = self.now_ns()
        try:
            return run(self, coro, lasts_s=lasts_s)
        finally:
            noted.calls.append(((self.now_ns() - began_ns) / NS_PER_S, lasts_s))

    monkeypatch.setattr(SimulatedTime, "run", noting)
    return noted


@pytest.fixture
def opened(told):
    bench = Bench(make_setup(DEFAULT)).open()
    told.calls.clear()
    yield bench
    bench.close()


def nobody_moves_a_door(bench):
    bench.stimulate()
    bench.can.body.expect_not(STATE, within_s=900, LockState="unlocked")


CALLS = {
    "wait": lambda bench: bench.wait(minutes=10),
    "expect_not": nobody_moves_a_door,
    "play": lambda bench: bench.cloud.play(single("http_status:status=503", 900.0)),
    "reached": lambda bench: bench.owner.begin("unlock", "ble_key").reached("sent", within_s=900),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_says_how_long_it_may_take(opened, told, call):
    CALLS[call](opened)
    assert max(took_s for took_s, _ in told.calls) >= 600
    assert not told.longer_than_told


def test_a_scenario_of_an_hour_says_that_it_takes_an_hour(told):
    model, incident = load_car("sound", Path()), load_incident("gwm-2025-03-21", Path())
    selection = replay(model, incident, seed=1, only_paths=["ble_key"], only_owners=["phone_only"])
    scenario = selection.groups[0].baseline
    acts_s = scenario.timeline.acts_s[:1]
    run_scenario(
        load_bench(DEFAULT), model,
        replace(scenario, timeline=replace(scenario.timeline, acts_s=acts_s)),
    )  # fmt: skip
    assert max(took_s for took_s, _ in told.calls) > 3000
    assert not told.longer_than_told
