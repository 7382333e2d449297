"""A recording's header: what was set up, and all that an oracle needs beside the entries."""

import json
from dataclasses import asdict
from typing import Any

from bench.access import starting_state
from bench.access.intent import Intent
from bench.access.outage import Outage
from bench.access.path import Path
from bench.access.reach import reach_of
from bench.access.scenario import Scenario
from bench.car.bcm import BcmParameters
from bench.car.model import CarModel
from bench.config.discipline_limits import discipline_limits
from bench.judge.attempts import ACT, FLIGHT
from bench.recording import Header, MovementPattern
from bench.station.real_units import NODES
from bench.station.stamp import stamp_of
from bench.station.station import Station


def make_header(station: Station, scenario: Scenario, path: Path, intent: Intent) -> Header:
    """Return the header of a scenario's recording."""
    limits = limits_of(station.model, path, scenario.intent)
    if scenario.measured:
        limits |= discipline_limits(station.file.content)
    return header_at(
        station, _described(scenario, path, station), limits=limits,
        state=starting_state.whole(intent, station, needs_cloud=scenario.intent in path.cloud),
        seed=scenario.seed,
    )  # fmt: skip


def header_at(
    station: Station,
    scenario: dict[str, Any],
    *,
    limits: dict[str, dict[str, Any]],
    state: dict[str, str],
    seed: int,
) -> Header:
    """Return the header of a recording that is made at a station.

    Args:
        station: tells what is wired, what is fitted, and by what movements are read.
        scenario: what is done there, as a recording has it.
        limits: those in force.
        state: the starting state that is declared.
        seed: of all random streams.
    """
    roles: dict[str, Any] = {
        f"{bus}.{name}": role.described()
        for bus in station.buses.observed()
        for name, role in station.buses.role_maps[bus].roles.items()
    } | station.lin.described()
    return Header(
        scenario=scenario,
        limits=limits,
        fitted=tuple(station.model.file.paths),
        roles=roles,
        starting_state=state,
        seed=seed,
        stamp=stamp_of(station.file.content),
        start_ends=station.start_ends,
        bit_rates=station.buses.bit_rates,
        movements={
            function: MovementPattern(each.pulses, each.within_s)
            for function, each in station.model.file.movements.items()
        },
    )


def _described(scenario: Scenario, path: Path, station: Station) -> dict[str, Any]:
    """Return a scenario as a recording has it."""
    outage = scenario.outage
    described = {
        "id": scenario.id,
        "car": scenario.car,
        "owner": scenario.owner,
        "path": scenario.path,
        "intent": scenario.intent,
        "ends_at": _ends(scenario, path, station),
        "needs_cloud": scenario.intent in path.cloud,
        "give_up_s": path.give_up_s,
        "helps": scenario.intent not in path.only_inside,
        "outage": outage.name if outage else None,
        "phases": [asdict(phase) for phase in outage.phases] if outage else [],
        "phase": _asked(outage),
        "timeline": asdict(scenario.timeline),
        "epoch": scenario.epoch.isoformat(),
        "compress": scenario.compress,
        "repetition": scenario.repetition,
        "measured": scenario.measured,
        "span": scenario.span,
        "advice": scenario.advice,
        "defects": [*station.model.file.defects, *scenario.defects],
    }
    stored: dict[str, Any] = json.loads(json.dumps(described))  # lists, as a stored header has them
    return stored


def _ends(scenario: Scenario, path: Path, station: Station) -> list[str]:
    """Return the real units that the owner's acts end at, as they are called on the buses."""
    code = station.model.parameters("bcm", BcmParameters).keypad.code
    ends = reach_of(station.file, station.model).ends(path, scenario.intent, code)
    return [NODES[unit] for unit in ends]


def _asked(outage: Outage | None) -> dict[str, Any] | None:
    """Return the phase that is asked about, and which command an onset cuts."""
    if outage is None or outage.asked is None:
        return None
    command = FLIGHT if outage.asked.flight_s else ACT
    return {**asdict(outage.asked), "command": f"{command}-1"}


def limits_of(model: CarModel, path: Path, intent: str) -> dict[str, dict[str, Any]]:
    """Return the limits in force: the car file's word counts before the path's own."""
    section = model.file.limits.get(path.name)
    value = getattr(section, f"{intent}_s", None)
    if section is not None and value is not None:
        return {"opens": {"value": value, "source": section.source}}
    limit = path.limits.get(intent)
    return {"opens": {"value": limit.value_s, "source": limit.source}} if limit else {}
