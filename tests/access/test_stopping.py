"""Switching the drive off, by each way that serves it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.access.choosing.selection import OUTAGE_S
from bench.access.path import get_path, paths
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.judge.judge import judge

STOPPING = [name for name in paths().names() if "stop" in get_path(name).serves]


@pytest.mark.parametrize("path", STOPPING)
def test_a_sound_car_is_stopped_and_does_not_start_for_what_stopped_it(path):
    """Nobody has to have a key to stop: a card on the reader would start the car once more."""
    once = replace(short_timeline(OUTAGE_S), controls_s=())
    scenario = Scenario("sound", get_path(path).owner, path, "stop", None, once)
    verdict = judge(run_scenario(load_bench(DEFAULT), load_car("sound", Path()), scenario))
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted"), verdict.reason
