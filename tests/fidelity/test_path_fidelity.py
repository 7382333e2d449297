"""Every way into the car gets the same verdict on the simulated bus and on python-can's `virtual`.

Each path is walked without an outage and while the cloud answers 503, in simulated time and in real
time; the real worlds live beside each other, for they mostly wait. On SocketCAN the same is asked in
the virtual machine (tests/socketcan/test_paths.py).
"""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bench.access.outage import single
from bench.access.path import get_path
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import Timeline
from bench.car.model import load_car
from bench.config.bench_file import StationFile, load_bench
from bench.judge.judge import judge
from bench.judge.verdict import Verdict

SMOKE = Path(__file__).parents[1] / "smoke"
WORLDS = {"simulated": None, "real": SMOKE / "real.toml"}
TIMELINE = Timeline(
    outage_s=12.0, acts_s=(16.0,), controls_s=(26.0,), end_s=32.0,
    witness_from_s=8.0, witness_until_s=26.0, witness_s=2.0,
)  # fmt: skip
OUTAGE_S = 10.0
CLOUD = {"command_ttl_s": 5.0, "answer_grace_s": 2.0}
NUMBERS = itertools.count(1)
BUS_FAULTS = (
    "lost_node", "lost_node:node=IMMO", "wrong_crc:message=digital_key_request", "frozen_counter",
    "stale_value", "wrong_cycle",
)  # fmt: skip
AT_ONCE = 12
TRIES = 2
MOST_LATE = (
    len(load_car("sound", Path()).file.paths) // 3
)  # a computer busier than that shows nothing
MODEL = load_car("sound", Path())
PATHS = MODEL.file.paths


def station(world: str) -> StationFile:
    file = load_bench(WORLDS[world])
    can = {}
    if world == "real":  # a channel of its own for each of the worlds beside each other
        number = next(NUMBERS)
        can = {
            "can": {
                bus: section.model_copy(update={"channel": f"paths-{bus}-{number}"})
                for bus, section in file.content.can.items()
            }
        }
    return replace(file, content=file.content.model_copy(update={"cloud": CLOUD, **can}))


def walk(world: str, path: str, fault: str = "http_status") -> tuple[Verdict, Verdict]:
    """Return the verdicts of a path without the outage and in it."""
    chosen = get_path(path)
    scenario = Scenario("sound", chosen.owner, path, chosen.serves[0], None, TIMELINE)
    file = station(world)
    for _ in range(TRIES):  # again where the computer was too busy to keep time: nothing is judged
        baseline = run_scenario(file, MODEL, scenario)
        failing = replace(scenario, outage=single(fault, OUTAGE_S))
        verdicts = judge(baseline), judge(run_scenario(file, MODEL, failing), baseline)
        if not any(undecided(verdict) for verdict in verdicts):
            break
    return verdicts


def undecided(verdict: Verdict) -> bool:
    """Whether a busy computer has kept the bench from its own times, or a unit from its answer."""
    return verdict.verdict == "inconclusive"


@cache
def real_walks() -> dict[str, tuple[Verdict, Verdict]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(PATHS, pool.map(lambda path: walk("real", path), PATHS), strict=True))


def test_each_path_gets_the_same_verdict_on_a_virtual_interface_in_real_time():
    differing, late = [], set()
    for path in PATHS:
        for real, simulated in zip(real_walks()[path], walk("simulated", path), strict=True):
            if undecided(real):
                late.add(path)
            elif (real.verdict, real.outcome) != (simulated.verdict, simulated.outcome):
                differing.append(
                    f"{path}, {simulated.outage}: simulated {simulated.verdict} "
                    f"({simulated.reason}), real {real.verdict} ({real.reason})"
                )
    assert not differing, "\n".join(differing)
    assert len(late) <= MOST_LATE, f"the computer was too busy to compare {sorted(late)}"


@cache
def real_walks_in_bus_faults() -> dict[str, tuple[Verdict, Verdict]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        walks = pool.map(lambda fault: walk("real", "ble_key", fault), BUS_FAULTS)
        return dict(zip(BUS_FAULTS, walks, strict=True))


@pytest.mark.parametrize("fault", BUS_FAULTS)
def test_a_fault_of_the_body_bus_gets_the_same_verdict_for_the_same_reason(fault):
    """What a path needs is read from the causes of what moved: a frame stands there in both."""
    _, real = real_walks_in_bus_faults()[fault]
    _, simulated = walk("simulated", "ble_key", fault)
    assert simulated.verdict == "pass", simulated.reason
    if undecided(real):
        pytest.skip(f"the computer was too busy to keep time: {real.reason}")
    assert (real.verdict, real.outcome) == (simulated.verdict, simulated.outcome), real.reason
    if simulated.outcome != "acted":
        assert real.reason == simulated.reason


def test_the_paths_that_are_compared_pass_without_an_outage():
    verdicts = {path: walk("simulated", path)[0] for path in PATHS}
    assert {path: v.reason for path, v in verdicts.items() if v.verdict != "pass"} == {}
    assert len(verdicts) >= 12
