"""A scenario out of its recording: the header says all that it takes to run it again."""

from datetime import datetime
from typing import Any

from bench.access.outage import Asked, Cut, Outage, Phase
from bench.access.path import get_path
from bench.access.scenario import Scenario
from bench.access.timeline import Timeline
from bench.car.model import CarModel
from bench.errors import ConfigError
from bench.judge.run_again import run_again
from bench.judge.verdict import TEST
from bench.owner.cast import carries
from bench.recording import Header


def scenario_of(header: Header, model: CarModel, source: str) -> Scenario:
    """Return the scenario that a recording is of.

    Args:
        header: the recording's.
        model: the car, as it is today.
        source: where the recording is, for errors.

    Raises:
        ConfigError: a pytest test has recorded it, its header is not whole, or it names what this
            version does not have.
    """
    said = header.scenario
    if said.get("path") == TEST:
        how = run_again(said, seed=header.seed, stamp=header.stamp)
        told = "is of a pytest test, which only pytest can run again"
        raise ConfigError(f"{source}: {': '.join(filter(None, (told, how)))}")
    try:
        scenario = _scenario(said, header.seed, _beside(said["defects"], model, source))
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{source}: its header does not say what it takes to run it again ({error})"
        ) from None
    _check_names(scenario, source)
    return scenario


def _scenario(said: dict[str, Any], seed: int, defects: tuple[str, ...]) -> Scenario:
    outage = None if said["outage"] is None else _outage(said)
    times: dict[str, Any] = {
        key: tuple(at) if isinstance(at, list) else at for key, at in said["timeline"].items()
    }
    return Scenario(
        car=said["car"],
        owner=said["owner"],
        path=said["path"],
        intent=said["intent"],
        outage=outage,
        timeline=Timeline(**times),
        epoch=datetime.fromisoformat(said["epoch"]),
        seed=seed,
        defects=defects,
        compress=said["compress"],
        repetition=said["repetition"],
        measured=said.get("measured", False),
        span=said.get("span", ""),
        advice=said.get("advice", ""),
    )


def _outage(said: dict[str, Any]) -> Outage:
    phases = tuple(Phase(p["name"], p["duration_s"], tuple(p["faults"])) for p in said["phases"])
    return Outage(said["outage"], phases, _asked(said.get("phase")))


def _asked(phase: dict[str, Any] | None) -> Asked | None:
    """Return the phase that is asked about, as the header has it."""
    if phase is None:
        return None
    meets = tuple((name, tuple(faults)) for name, faults in phase["meets"])
    cut = None if phase["cut"] is None else Cut(phase["cut"]["after"], phase["cut"]["before"])
    return Asked(phase["name"], phase["of"], meets, cut, phase["flight_s"])


def _check_names(scenario: Scenario, source: str) -> None:
    """Raise ConfigError for a name that was there when this was recorded, and is not any more."""
    carries(scenario.owner)
    path = get_path(scenario.path)
    if scenario.intent not in path.serves and not scenario.measured:  # there nobody acts
        raise ConfigError(f"{source}: {path.name} does not serve {scenario.intent} any more")
    if scenario.outage is not None:
        scenario.outage.check(source)


def _beside(recorded: list[str], model: CarModel, source: str) -> tuple[str, ...]:
    """Return the defects that the scenario itself had switched on, beside those of the car."""
    own = model.file.defects
    if recorded[: len(own)] != own:
        raise ConfigError(
            f"{source}: the car had the defects {recorded}, and {model.path} has {own} now"
        )
    return tuple(recorded[len(own) :])
