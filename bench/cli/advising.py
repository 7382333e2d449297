"""What `bench advise` runs and prints."""

import argparse
from dataclasses import asdict

from bench.access.advice import get_advice
from bench.access.advised import advised
from bench.access.campaign import look_ahead
from bench.access.choosing.choice import Choice
from bench.access.choosing.doable import doable_campaign
from bench.cli.choosing import chosen_station
from bench.cli.status import FAILED, INCONCLUSIVE
from bench.errors import ConfigError
from bench.presentation.lines import write_json, write_lines
from bench.station.hold import holding

SCHEMA = 1


def advise(arguments: argparse.Namespace) -> int:
    """Say of each piece of advice whether it helped; return the exit status.

    It is 1 if any made something worse, else 3 if it could not be told of any.
    """
    for name in arguments.advice:
        get_advice(name)
    file, model, seed = chosen_station(arguments, default_car="sound")
    if file.content.bench.time == "real":
        raise ConfigError(
            f'{file.path}: [bench] time = "real": advice is tried on simulated time, because a '
            "real phone takes none. Take a bench file on simulated time, and name your car by --car"
        )
    choice = Choice(paths=arguments.paths, faults=arguments.faults, phases=arguments.phases)
    selection = doable_campaign(file, model, choice, seed=seed)
    look_ahead(file, model, selection)
    scenarios = [s for group in selection.groups for s in group.scenarios()[1:]]
    found = []
    with holding(file, None):
        for scenario in scenarios:
            effects = advised(file, model, scenario, *arguments.advice)
            found += [
                {"advice": name, "scenario": scenario.id, **asdict(effect)}
                for name, effect in zip(arguments.advice, effects, strict=True)
            ]
    if arguments.json:
        write_json({"schema": SCHEMA, "seed": seed, "effects": found})
    else:
        write_lines(
            *(f"{f['word']:14} {f['advice']}, {f['scenario']}: {f['reason']}" for f in found)
        )
    words = {f["word"] for f in found}
    return FAILED if "worse" in words else INCONCLUSIVE if "inconclusive" in words else 0
