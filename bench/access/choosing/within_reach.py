"""Which ways into the car a bench can try."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from bench.access.choosing.plan import absent, slips_for, unreached
from bench.access.choosing.selection import Selection
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.errors import ConfigError

Way = tuple[str, str]  # a path, and an intent


@dataclass(frozen=True)
class Lack:
    """What a way into the car lacks on a bench.

    Attributes:
        functions: of the car, for which no board has a contact.
        reasons: why its acts would reach nobody.
    """

    functions: tuple[str, ...]
    reasons: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.functions or self.reasons)

    def and_(self, other: "Lack") -> "Lack":
        """Return what both together lack, each once."""
        return Lack(
            tuple(dict.fromkeys((*self.functions, *other.functions))),
            tuple(dict.fromkeys((*self.reasons, *other.reasons))),
        )

    def told(self, meant: Mapping[str, str]) -> str:
        """Say it; `meant` has the channels whose names may be slips of the pen for functions."""
        asked = [f'is "{meant[each]}" meant for it?' for each in self.functions if each in meant]
        none = [": ".join([f"no channel does {', '.join(self.functions)}", *asked])]
        return "; ".join([*(none if self.functions else []), *self.reasons])


def within_reach(
    file: StationFile, model: CarModel, selection: Selection, paths: Sequence[str] = ()
) -> Selection:
    """Return a selection without what this bench cannot do, named with what it lacks for it.

    A path that was asked for by name may lose an intent; one that would lose all of them stays in,
    for whoever looks ahead to refuse.

    Args:
        file: the bench.
        model: the car.
        selection: what is wanted.
        paths: those that somebody has named.

    Raises:
        ConfigError: nothing is left.
    """
    lacking: dict[Way, Lack] = {}
    for group in selection.groups:
        way = (group.baseline.path, group.baseline.intent)
        if way not in lacking:
            wanted = (file, model, group.baseline)
            lacking[way] = Lack(absent(*wanted), unreached(*wanted))
    possible = {path for (path, _), lack in lacking.items() if not lack}
    refused = set(paths) - possible
    lacking = {way: lack for way, lack in lacking.items() if way[0] not in refused}
    told = _told(lacking, slips_for(file))
    if lacking and all(lacking.values()):
        reasons = "; ".join(f"{name}: {why}" for name, why in told.items())
        raise ConfigError(f"{file.path}: relays: no path can be tried on this bench: {reasons}")
    groups = (g for g in selection.groups if not lacking.get((g.baseline.path, g.baseline.intent)))
    return replace(selection, groups=tuple(groups), out_of_reach=told)


def _told(lacking: Mapping[Way, Lack], meant: Mapping[str, str]) -> dict[str, str]:
    """Return per path, or path and intent where the path's others can be tried, what is missing."""
    intents: dict[str, list[str]] = defaultdict(list)
    for path, intent in lacking:
        intents[path].append(intent)
    told: dict[str, str] = {}
    for path, all_of_it in intents.items():
        without = {f"{path} {i}": lacking[path, i] for i in all_of_it if lacking[path, i]}
        if len(without) == len(all_of_it):
            without = {path: reduce(Lack.and_, without.values())}
        told |= {name: lack.told(meant) for name, lack in without.items()}
    return told
