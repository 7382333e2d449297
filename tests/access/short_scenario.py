"""A path tried under a fault of two minutes, or without, by the sound car or a worse one."""

from functools import cache
from pathlib import Path

from bench.access.choosing.selection import OUTAGE_S
from bench.access.outage import single
from bench.access.path import get_path
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.judge.judge import judge


@cache
def recorded(path: str, intent: str, fault: str | None, *on: str):
    scenario = Scenario(
        "sound", get_path(path).owner, path, intent, single(fault, OUTAGE_S) if fault else None,
        short_timeline(OUTAGE_S), defects=on,
    )  # fmt: skip
    return run_scenario(load_bench(DEFAULT), load_car("sound", Path()), scenario)


def judged(path: str, intent: str, fault: str, *on: str):
    return judge(recorded(path, intent, fault, *on), recorded(path, intent, None, *on))
