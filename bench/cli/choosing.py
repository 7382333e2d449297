"""Choosing what is run: bench file, car, seed and scenarios, from options and files."""

import argparse
from dataclasses import replace
from pathlib import Path

from bench.access.campaign import look_ahead
from bench.access.choosing.budget import within
from bench.access.choosing.choice import USUAL, Choice
from bench.access.choosing.doable import doable_campaign
from bench.access.choosing.selection import Selection, replay
from bench.access.choosing.within_reach import within_reach
from bench.access.incident import Incident, load_incident
from bench.access.pace import pace_of
from bench.access.starting_state import check_declared
from bench.car.model import CarModel, load_car
from bench.cli.job import Job
from bench.cli.requiring import checked_requirements
from bench.config.bench_file import StationFile, load_bench
from bench.errors import ConfigError
from bench.evidence.run_folder import default_folder
from bench.station.buses import load_role_maps
from bench.station.telematics import telematics_policy


def _check_against(incident: str | None, wanted: Choice) -> None:
    """Raise ConfigError for what contradicts an incident."""
    if incident is None:
        return
    for option, given in (
        ("--faults", wanted.faults), ("--phases", wanted.phases), ("--full", wanted.full)
    ):  # fmt: skip
        if given:
            own = "phases" if option == "--phases" else "faults"
            raise ConfigError(f"--incident and {option}: an incident brings its own {own}")


def chosen_station(
    arguments: argparse.Namespace, *, default_car: str, source: str = ""
) -> tuple[StationFile, CarModel, int]:
    """Return bench file, car and seed: options count before the file, the file before defaults.

    `source` is where the default car was given.
    """
    file = load_bench(arguments.bench)
    bench = file.content.bench
    base = Path.cwd() if arguments.car else file.base
    if arguments.car:
        source = "--car"
    elif bench.car:
        source = f"{file.path}: bench.car"
    model = load_car(arguments.car or bench.car or default_car, base, source)
    return file, model, bench.seed if arguments.seed is None else arguments.seed


def prepare(arguments: argparse.Namespace, *, incident: str | None, wanted: Choice = USUAL) -> Job:
    """Return what is to be run; raises ConfigError for anything wrong before it begins."""
    _check_against(incident, wanted)
    played = load_incident(incident, Path.cwd()) if incident is not None else None
    default_car = played.file.car if played else "sound"
    named_in = f"{played.path}: car" if played else ""
    file, model, seed = chosen_station(arguments, default_car=default_car, source=named_in)
    check_declared(model, load_role_maps(file, model))
    listed = checked_requirements(file, played)
    selection = _selected(arguments, file, model, seed, played, wanted)
    left_out = None
    if arguments.budget is not None:
        afforded = within(file, model, selection, arguments.budget)
        selection, left_out = afforded.selection, afforded.left_out
    look_ahead(file, model, selection)
    return Job(
        file=file, model=model, selection=selection, seed=seed,
        what=played.name if played else "campaign",
        out=arguments.out or default_folder(),
        jobs=1 if file.content.bench.time == "real" else arguments.jobs,
        as_json=arguments.json,
        requirements=tuple(played.file.requirements) if played else (),
        left_out=left_out,
        report=not arguments.no_report,
        listed=listed,
        capture=wants_capture(file, arguments),
        kept_working=tuple(played.file.kept_working) if played else (),
    )  # fmt: skip


def _selected(
    arguments: argparse.Namespace,
    file: StationFile,
    model: CarModel,
    seed: int,
    played: Incident | None,
    wanted: Choice,
) -> Selection:
    """Return the scenarios of an incident, or of a campaign, without what the bench cannot do."""
    paths, owners = arguments.paths, arguments.owners
    if played is None:
        chosen = replace(wanted, paths=paths, owners=owners)
        selection = doable_campaign(file, model, chosen, seed=seed)
    else:
        telematics_policy(file, model)  # what is wrong in it is told now, not in each scenario
        pace = pace_of(file)
        selection = replay(
            model, played, seed=seed, only_paths=paths, only_owners=owners, pace=pace
        )
        selection = within_reach(file, model, selection, paths)
    return replace(selection, repeat=arguments.repeat)


def wants_capture(file: StationFile, arguments: argparse.Namespace) -> bool:
    """Whether the bench file or an option asks for what the network carries."""
    return file.content.bench.capture or arguments.capture
