"""The plan of a run, before anything happens: how long, how often each relay switches."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.access.choosing.held import held_contacts
from bench.access.choosing.selection import Selection
from bench.access.longest import longest_s
from bench.access.pacing import apart_s, protection_of
from bench.access.path import Path, get_path
from bench.access.reach import reach_of
from bench.access.restoring import back_from
from bench.access.scenario import Scenario
from bench.access.sensing import nobody_sees, seen_roles
from bench.access.starting_state import ANY
from bench.car.bcm import BcmParameters
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.errors import ConfigError
from bench.station.buses import load_role_maps
from bench.station.felt import slips
from bench.station.models import is_device
from bench.station.real_units import real_unit_names

TELEMATICS_SUPPLY = "telematics_supply"
MOCKED = "mocked"
BCM, COUNTED = "bcm", "repeated_operation"
MADE_READY_S = 7.0  # measured: a switch of the doors, and a key for the alarm


@dataclass(frozen=True)
class RunPlan:
    """What one run of a scenario takes.

    Attributes:
        duration_s: bench time.
        longest_s: bench time if every try takes until its owner gives up.
        relay_cycles: per "board.channel", closings if every try acts, and what faults hold.
    """

    duration_s: float
    longest_s: float
    relay_cycles: dict[str, int]


@dataclass(frozen=True)
class CampaignPlan:
    """What a whole selection takes, one scenario after another.

    Attributes:
        scenarios, repeat: how many, and how often each.
        pacing: in a sentence, or "" where no door moves.
        phases: per phase that is asked about, how many scenarios.
    """

    scenarios: int
    repeat: int
    duration_s: float
    longest_s: float
    relay_cycles: dict[str, int]
    pacing: str
    phases: dict[str, int]


def plan(file: StationFile, model: CarModel, selection: Selection) -> CampaignPlan:
    """Return the plan of a selection.

    Raises:
        ConfigError: a path needs a relay that the bench file does not have.
    """
    scenarios = selection.scenarios
    for scenario in {(s.path, s.intent): s for s in scenarios}.values():
        check_way(file, model, scenario)  # once for all of a way: it reads role files
    again_s = made_ready_s(file, model)
    runs = [_planned(file, model, s, again_s) for s in scenarios]
    cycles: Counter[str] = Counter()
    for run in runs:
        cycles.update(run.relay_cycles)
    return CampaignPlan(
        scenarios=len(runs),
        repeat=selection.repeat,
        duration_s=selection.repeat * sum(run.duration_s for run in runs),
        longest_s=selection.repeat * sum(run.longest_s for run in runs),
        relay_cycles={name: selection.repeat * n for name, n in sorted(cycles.items())},
        pacing=_pacing(model, selection),
        phases=_phases(selection),
    )


def _phases(selection: Selection) -> dict[str, int]:
    asked = (o.asked.name for g in selection.groups for o in g.outages if o.asked is not None)
    return dict(Counter(asked))


def plan_run(file: StationFile, model: CarModel, scenario: Scenario) -> RunPlan:
    """Return the plan of one run of a scenario; raises ConfigError as `check_way`."""
    check_way(file, model, scenario)
    return _planned(file, model, scenario, made_ready_s(file, model))


def made_ready_s(file: StationFile, model: CarModel) -> float:
    """Return how long recipes commonly take to have the car as a scenario declares it.

    A simulated car is placed so. A real one stands as the scenario before has left it: its doors
    are moved, its alarm with the owner's key, and what it counts of that is waited for.
    """
    if BCM not in real_unit_names(file.content.car.real):
        return 0.0
    counts = any(COUNTED in unit.state for unit in model.file.diagnosis.values())
    waits = counts and model.file.starting_state.get(COUNTED) != ANY
    return MADE_READY_S + waits * model.parameters(BCM, BcmParameters).locking.window_s


def _planned(file: StationFile, model: CarModel, scenario: Scenario, again_s: float) -> RunPlan:
    channels = _channels(file)
    held = (channels[function] for function in held_contacts(file, scenario.outage))
    cycles = Counter([*_contacts(file, model, scenario), *held])
    ends_s, at_most_s = scenario.timeline.end_s, longest_s(scenario)
    return RunPlan(ends_s + again_s, at_most_s + again_s, dict(cycles))


def check_way(file: StationFile, model: CarModel, scenario: Scenario) -> None:
    """Raise ConfigError where this bench cannot do what a scenario's path and intent ask."""
    _contacts(file, model, scenario)
    by = f"{scenario.path} {scenario.intent}"
    for reason in unreached(file, model, scenario):
        raise ConfigError(f"{file.path}: {by}: {reason}; or leave the path out of --paths")


def _contacts(file: StationFile, model: CarModel, scenario: Scenario) -> list[str]:
    """Return the "board.channel" of each closing; raises ConfigError for one that is not there."""
    by = f"{scenario.path} {scenario.intent}"
    return [_channel(file, function, by) for function in closings(file, model, scenario)]


def absent(file: StationFile, model: CarModel, scenario: Scenario) -> tuple[str, ...]:
    """Return the functions of the car that a scenario needs, and that no board's contact does."""
    there = _channels(file)
    return tuple(dict.fromkeys(f for f in closings(file, model, scenario) if f not in there))


def unreached(file: StationFile, model: CarModel, scenario: Scenario) -> tuple[str, ...]:
    """Return why acts of a scenario would reach nobody, or nobody would see what comes of them."""
    faults = reach_of(file, model).lacks(get_path(scenario.path), scenario.intent)
    lacks = [fault.reason for fault in faults]
    lacks += _dead_ends(file, model, closings(file, model, scenario))
    maps = load_role_maps(file, model)
    lacks.append(nobody_sees(file, seen_roles(maps), scenario.intent))
    if file.content.telematics.get("unit", MOCKED) == MOCKED:
        needed = get_path(scenario.path).roles(scenario.intent)
        lacks += [f"can.telematics carries no {role}" for role in needed
                  if role not in maps["telematics"].roles]  # fmt: skip
    return tuple(filter(None, lacks))


def is_possible(file: StationFile, model: CarModel, path: Path, intent: str) -> bool:
    """Whether one act of a path can be done here, whatever comes after it."""
    reach, code = reach_of(file, model), model.parameters("bcm", BcmParameters).keypad.code
    contacts, there = reach.contacts(path, intent, code), _channels(file)
    if reach.lacks(path, intent) or any(each not in there for each in contacts):
        return False
    return not any(_dead_ends(file, model, contacts))


def _dead_ends(file: StationFile, model: CarModel, functions: Iterable[str]) -> Iterator[str]:
    """Yield which contacts end at a real unit, and are those of a simulated board."""
    reach, channels = reach_of(file, model), _channels(file)
    for function in dict.fromkeys(functions):
        unit = reach.switched(function, by_wire=not (file.content.lin or model.file.lin))
        if unit and function in channels:
            board, _, _ = channels[function].partition(".")
            if not is_device(file.content.relays[board]):
                yield f"relays.{board} is simulated, {function} ends at the real {unit}"


def closings(file: StationFile, model: CarModel, scenario: Scenario) -> list[str]:
    """Return each function of the car whose contact is closed once, if every try acts."""
    path = get_path(scenario.path)
    code = model.parameters("bcm", BcmParameters).keypad.code
    back = back_from(scenario.intent)
    contacts = reach_of(file, model).contacts(path, scenario.intent, code)
    once = [*contacts, *([back.function] if back else [])]
    tries = len(scenario.timeline.acts_s) + len(scenario.timeline.controls_s)
    supply = [TELEMATICS_SUPPLY] if TELEMATICS_SUPPLY in _channels(file) else []
    return [*supply, *(once * tries)]


def _channels(file: StationFile) -> dict[str, str]:
    """Return per function of the car the "board.channel" that serves it, the first board first."""
    found: dict[str, str] = {}
    for board, section in file.content.relays.items():
        for function in section.channels:
            found.setdefault(function, f"{board}.{function}")
    return found


def _channel(file: StationFile, function: str, by: str) -> str:
    channels = _channels(file)
    if function not in channels:
        slip = slips_for(file).get(function)
        asked = f': is "{slip}" meant for it?' if slip else ""
        raise ConfigError(
            f'{file.path}: relays: no channel does "{function}", which {by} needs{asked}; '
            "name the channel, or leave the path out of --paths"
        )
    return channels[function]


def slips_for(file: StationFile) -> dict[str, str]:
    """Return per function of the car the channel whose name may be a slip of the pen for it."""
    named = (channel for board in file.content.relays.values() for channel in board.channels)
    return {meant: channel for channel, meant in slips(named).items()}


def _pacing(model: CarModel, selection: Selection) -> str:
    least_s = max((apart_s(model, g.baseline.intent) for g in selection.groups), default=0.0)
    if not least_s:
        return ""
    locking = protection_of(model)
    return (
        f"tries at the doors at least {least_s:g} s apart, within a run and between runs "
        f"(the car protects itself after {locking.most_operations} operations in "
        f"{locking.window_s:g} s)"
    )
