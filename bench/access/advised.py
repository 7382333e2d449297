"""Running a scenario with a piece of advice and without it."""

from dataclasses import replace

from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.judge.effect import Effect, effect_of


def advised(file: StationFile, model: CarModel, scenario: Scenario, *names: str) -> list[Effect]:
    """Return what each piece of advice did to a scenario that is run once without any.

    Raises:
        UnknownName: no such advice; ConfigError, StationError: the station cannot be opened.
    """
    without = run_scenario(file, model, replace(scenario, advice=""))
    return [
        effect_of(run_scenario(file, model, replace(scenario, advice=name)), without)
        for name in names
    ]
