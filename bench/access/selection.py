"""Which scenarios a run consists of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.access.incident import Incident
from bench.access.intent import INTENTS
from bench.access.outage import Outage, single
from bench.access.pace import Pace
from bench.access.pacing import apart_s, paced
from bench.access.path import Path, get_path, paths
from bench.access.scenario import (
    AS_IT_IS,
    Scenario,
    Timeline,
    least_outage_s,
    repeated_timeline,
    short_timeline,
)
from bench.car.model import CarModel
from bench.errors import ConfigError, UnknownName
from bench.faults.injector import faults, parse_fault
from bench.judge.judge import not_fitted
from bench.judge.verdict import Verdict
from bench.owner.cast import OWNERS, carries

CAMPAIGN_INTENTS = ("unlock", "start", "wake")
REPLAY_INTENTS = ("unlock", "lock", "start", "wake")
OUTAGE_S = 120.0
LAYERS = ("dns", "link", "tcp", "tls", "http", "push", "service")
# a campaign asks what the cloud's failing does to a car; faults of the car's own buses and wires
# are asked for by name
BY_NAME_ONLY = ("can", "electrical")
# where a fault means another thing with another parameter, a campaign runs both
VARIANTS = {"http_status": ("http_status", "http_status:retry_after_s=30.0")}


@dataclass(frozen=True)
class Group:
    """A baseline, and the same with each outage: they are judged against it.

    Attributes:
        baseline: without an outage.
        outages: what goes wrong, in turn.
    """

    baseline: Scenario
    outages: tuple[Outage, ...]

    def scenarios(self, repetition: int = 1) -> list[Scenario]:
        """Return the baseline, then each outage scenario, for the how manieth time."""
        baseline = self.baseline.repeated(repetition)
        return [baseline, *(replace(baseline, outage=o) for o in self.outages)]


@dataclass(frozen=True)
class Selection:
    """What to run.

    Attributes:
        groups: the scenarios.
        not_fitted: verdicts on paths that were asked for and that the car does not have.
        repeat: how often each scenario is run.
    """

    groups: tuple[Group, ...]
    not_fitted: tuple[Verdict, ...] = ()
    repeat: int = 1

    @property
    def count(self) -> int:
        """How many scenarios there are."""
        return sum(len(group.outages) + 1 for group in self.groups)


def default_faults(push: str) -> list[str]:
    """Return what a campaign injects when nothing else is asked for, layer by layer.

    Faults of another push protocol than the bench's have nothing to act on and are left out.
    """
    listed = faults()
    fitting = [
        name
        for name in listed.names()
        if listed.folder_of(name) not in BY_NAME_ONLY
        and not getattr(listed.get(name), "by_name_only", False)
        and _push_of(listed.get(name), push) == push
    ]
    names = sorted(fitting, key=lambda name: _layer_order(listed.folder_of(name)))
    return [spec for name in names for spec in VARIANTS.get(name, (name,))]


def _push_of(fault: object, usual: str) -> str:
    """Return the push protocol that a fault acts on (most act whatever is spoken)."""
    return str(getattr(fault, "push", usual))


def _layer_order(layer: str) -> int:
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS)


def campaign(
    model: CarModel,
    *,
    seed: int,
    only_paths: Sequence[str] = (),
    only_faults: Sequence[str] = (),
    only_owners: Sequence[str] = (),
    outage_s: float = OUTAGE_S,
    pace: Pace = AS_IT_IS,
    push: str = "websocket",
) -> Selection:
    """Return every fitted path × every fault × unlock, start and wake.

    Each path is walked by an owner who carries what it needs; with `only_owners`, by each of
    these who does. `push` is the protocol by which the cloud reaches the telematics unit.
    """
    specs = list(only_faults) or default_faults(push)
    for spec in specs:
        needed = _push_of(parse_fault(spec, source="--faults"), push)
        if needed != push:
            raise ConfigError(
                f'--faults: {spec} acts on {needed}: the bench file says telematics.push = "{push}"'
            )
    chosen, missing = _paths(model, only_paths)
    groups = [
        _campaign_group(model, path, intent, owner, specs, outage_s, seed, pace)
        for path in chosen
        for intent in path.serves
        if intent in CAMPAIGN_INTENTS
        for owner in _owners(path, only_owners)
    ]
    return _checked(groups, missing)


def _campaign_group(
    model: CarModel,
    path: Path,
    intent: str,
    owner: str,
    specs: list[str],
    outage_s: float,
    seed: int,
    pace: Pace,
) -> Group:
    length_s = pace.shorter(outage_s, least_outage_s(pace, path.give_up_s))
    timeline = short_timeline(length_s, pace, path.give_up_s)
    baseline = _scenario(model, path, intent, owner, timeline, seed, pace)
    return Group(baseline, tuple(single(spec, length_s) for spec in specs))


def replay(
    model: CarModel,
    incident: Incident,
    *,
    seed: int,
    only_paths: Sequence[str] = (),
    only_owners: Sequence[str] = (),
    pace: Pace = AS_IT_IS,
) -> Selection:
    """Return every owner × every fitted path that the owner can walk, all through an incident."""
    chosen, missing = _paths(model, only_paths)
    groups = [
        _replay_group(model, incident, path, intent, owner, seed, pace)
        for owner in (only_owners or OWNERS)
        for path in chosen
        if path.needs <= carries(owner).things()
        for intent in path.serves
        if intent in REPLAY_INTENTS
    ]
    return _checked(groups, missing)


def _replay_group(
    model: CarModel,
    incident: Incident,
    path: Path,
    intent: str,
    owner: str,
    seed: int,
    pace: Pace,
) -> Group:
    pace = pace.within(incident.outage.duration_s / least_outage_s(AS_IT_IS, path.give_up_s))
    outage = pace.outage(incident.outage)
    timeline = repeated_timeline(
        outage.duration_s, incident.file.every_s, path.most_tries, pace, path.give_up_s,
        apart_s(model, intent),
    )  # fmt: skip
    baseline = _scenario(model, path, intent, owner, timeline, seed, pace)
    return Group(replace(baseline, epoch=incident.file.epoch), (outage,))


def _checked(groups: list[Group], missing: list[Verdict]) -> Selection:
    if not groups and not missing:
        raise ConfigError("nothing to run: none of these owners can walk any of these paths")
    return Selection(tuple(groups), tuple(missing))


def _paths(model: CarModel, only: Sequence[str]) -> tuple[list[Path], list[Verdict]]:
    """Return the paths to walk, and a verdict for each that was asked for and is not there."""
    for name in only:
        if name not in paths().names():
            raise UnknownName("path", name, paths().names())
    wanted = list(only) or model.file.paths
    chosen = [get_path(name) for name in wanted if model.fits(name)]
    missing = []
    for name in wanted:
        if not model.fits(name):
            path = get_path(name)
            intent = path.serves[0]
            reason = f"{model.name} has no {name}"
            missing.append(
                not_fitted(f"{path.owner}.{name}.{intent}", name, intent, path.owner, reason)
            )
    return chosen, missing


def _owners(path: Path, only: Sequence[str]) -> list[str]:
    for name in only:
        carries(name)
    if not only:
        return [path.owner]
    return [name for name in only if path.needs <= carries(name).things()]


def _scenario(
    model: CarModel,
    path: Path,
    intent: str,
    owner: str,
    timeline: Timeline,
    seed: int,
    pace: Pace,
) -> Scenario:
    if not INTENTS[intent].repeatable:
        timeline = replace(timeline, controls_s=())
    timeline = paced(timeline, model, intent, path.give_up_s)
    return Scenario(
        model.name, owner, path.name, intent, None, timeline, seed=seed, compress=pace.compress
    )
