"""Which ways into the car a bench has the contacts for, where nobody names any."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from bench.access.plan import absent
from bench.access.selection import Selection
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.errors import ConfigError
from bench.station.felt import slips

Way = tuple[str, str]  # a path, and an intent


def within_reach(file: StationFile, model: CarModel, selection: Selection) -> Selection:
    """Return a selection without what this bench has no contacts for, which it names with them.

    Raises:
        ConfigError: nothing is left.
    """
    lacking: dict[Way, tuple[str, ...]] = {}
    for group in selection.groups:
        way = (group.baseline.path, group.baseline.intent)
        if way not in lacking:
            lacking[way] = absent(file, model, group.baseline)
    told = _told(lacking, _slips(file))
    if lacking and all(lacking.values()):
        reasons = "; ".join(f"{name}: {why}" for name, why in told.items())
        raise ConfigError(f"{file.path}: relays: no path can be tried on this bench: {reasons}")
    groups = (g for g in selection.groups if not lacking[g.baseline.path, g.baseline.intent])
    return replace(selection, groups=tuple(groups), out_of_reach=told)


def _slips(file: StationFile) -> dict[str, str]:
    """Return per function of the car the channel whose name may be a slip of the pen for it."""
    named = (channel for board in file.content.relays.values() for channel in board.channels)
    return {meant: channel for channel, meant in slips(named).items()}


def _told(lacking: Mapping[Way, tuple[str, ...]], meant: Mapping[str, str]) -> dict[str, str]:
    """Return per path, or path and intent where the path's others can be tried, what is missing."""
    intents: dict[str, list[str]] = defaultdict(list)
    for path, intent in lacking:
        intents[path].append(intent)
    told: dict[str, str] = {}
    for path, all_of_it in intents.items():
        without = {f"{path} {i}": lacking[path, i] for i in all_of_it if lacking[path, i]}
        if len(without) == len(all_of_it):
            without = {path: tuple(dict.fromkeys(f for some in without.values() for f in some))}
        told |= {name: _no_channel(functions, meant) for name, functions in without.items()}
    return told


def _no_channel(functions: tuple[str, ...], meant: Mapping[str, str]) -> str:
    asked = [f'is "{meant[each]}" meant for it?' for each in functions if each in meant]
    return ": ".join([f"no channel does {', '.join(functions)}", *asked])
