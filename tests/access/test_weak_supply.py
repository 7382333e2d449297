"""A supply that cannot feed the car is the bench's fault, and never the car's."""

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError, ReadbackMismatch
from bench.events import BenchFault, SupplyLimited
from bench.judge.judge import judge

STRONG = "current_limit_a = 30.0"
MOTOR_MA = 1_000  # what each of the four lock motors of the simulated car draws


def bench_file(folder, supply, more=""):
    """Return the default bench with another supply."""
    text = DEFAULT.read_text(encoding="utf-8")
    assert STRONG in text
    file = folder / "bench.toml"
    file.write_text(text.replace(STRONG, supply) + more, encoding="utf-8")
    return file


def recorded(file, fault=None):
    """Return the recording of an unlock with the card."""
    outage = single(fault, 60) if fault else None
    scenario = Scenario("sound", "phone_and_card", "nfc_card", "unlock", outage, short_timeline(60))
    return run_scenario(load_bench(file), load_car("sound", file.parent), scenario)


def test_a_supply_in_current_limit_makes_the_verdict_inconclusive_and_says_how_far(tmp_path):
    recording = recorded(bench_file(tmp_path, "current_limit_a = 0.5"))
    events = [event for _, event in recording.of(SupplyLimited)]
    assert events
    assert (events[0].supply, events[0].amperes, events[0].limit_a) == ("kl30", 0.5, 0.5)
    verdict = judge(recording, None)
    assert (verdict.verdict, verdict.oracle) == ("inconclusive", "evidence")
    assert "supply kl30 was in current limit: 0.5 A of 0.5 A" in verdict.reason


def test_a_supply_that_is_strong_enough_is_not_spoken_of(tmp_path):
    recording = recorded(bench_file(tmp_path, STRONG))
    assert not list(recording.of(SupplyLimited))
    assert judge(recording, None).verdict == "pass"


def test_a_protection_that_trips_is_the_bench_s_fault(tmp_path):
    recording = recorded(bench_file(tmp_path, "current_limit_a = 0.5\nocp = true"))
    faults = [event for _, event in recording.of(BenchFault)]
    tripped = ("supplies.kl30", "has switched itself off (ocp: at 0.5 A)")
    assert tripped in [(f.what, f.reason) for f in faults]
    assert judge(recording, None).verdict == "inconclusive"


def test_protections_are_set_before_the_output_goes_on(tmp_path):
    bench = Bench(make_setup(bench_file(tmp_path, f"{STRONG}\novp_v = 14.0"))).open()
    try:
        bench.supplies.kl30.set_voltage(13.9)
        assert bench.supplies.kl30.volts == 13.9
        bench.supplies.kl30.set_voltage(14.1)
        assert bench.supplies.kl30.volts == 0.0
        with pytest.raises(ReadbackMismatch, match="kl30"):
            bench.supplies.kl30.on()
    finally:
        bench.close()


def test_a_protection_below_the_voltage_is_refused(tmp_path):
    file = bench_file(tmp_path, f"{STRONG}\novp_v = 12.0")
    with pytest.raises(ConfigError, match=r"supplies\.kl30\.ovp_v: 12 V is not above voltage_v"):
        Bench(make_setup(file)).open()


def test_a_limit_that_a_test_sets_is_the_limit_that_counts(tmp_path):
    bench = Bench(
        make_setup(bench_file(tmp_path, STRONG), owner="phone_and_card", locked=True)
    ).open()
    try:
        bench.supplies.kl30.set_current_limit(0.5)
        bench.owner.unlock("nfc_card")
        (first, *_) = [event for _, event in bench.recording().of(SupplyLimited)]
        assert first.limit_a == 0.5
    finally:
        bench.close()
