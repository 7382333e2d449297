"""Every way into the car gets the same verdict on two real controllers as on the simulated bus.

Each path is walked without an outage and while the cloud answers 503. It takes more than two
minutes a path under emulation, so they are run by hand:

    tools/socketcan-vm/run --timeout 3600 -- .venv/bin/python -m pytest tests/socketcan -m by_hand
"""

from dataclasses import replace
from pathlib import Path

import pytest
from scenarios import OUTAGE_S, STATION, TIMELINE, TRIES, too_busy

from bench.access.outage import Outage, single
from bench.access.path import get_path
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.car.model import load_car
from bench.config.bench_file import StationFile, load_bench
from bench.judge.judge import judge
from bench.judge.verdict import Verdict
from bench.recording import Recording

MODEL = load_car("sound", Path())
pytestmark = pytest.mark.by_hand


def simulated() -> StationFile:
    """Return the simulated bench with the cloud of the one on SocketCAN."""
    file, cloud = load_bench(None), load_bench(STATION).content.cloud
    return replace(file, content=file.content.model_copy(update={"cloud": cloud}))


def play(
    file: StationFile, path: str, outage: Outage | None, *before: Recording
) -> tuple[Verdict, Recording]:
    """Return what came of a path, of the first run in which the machine kept up."""
    chosen = get_path(path)
    scenario = Scenario("sound", chosen.owner, path, chosen.serves[0], outage, TIMELINE)
    for _ in range(TRIES):
        recording = run_scenario(file, MODEL, scenario)
        verdict = judge(recording, *before)
        if not too_busy(verdict.reason):
            break
    return verdict, recording


def walk(file: StationFile, path: str) -> tuple[Verdict, Verdict]:
    """Return a path's verdicts without the outage and in it."""
    undisturbed, baseline = play(file, path, None)
    failing, _ = play(file, path, single("http_status", OUTAGE_S), baseline)
    return undisturbed, failing


@pytest.mark.parametrize("path", MODEL.file.paths)
def test_a_path_gets_the_verdict_of_the_simulated_bus(path):
    for real, wanted in zip(walk(load_bench(STATION), path), walk(simulated(), path), strict=True):
        assert (real.verdict, real.outcome) == (wanted.verdict, wanted.outcome), (
            f"{real.outage}: {real.reason}; simulated: {wanted.reason}"
        )
