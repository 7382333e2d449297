"""Which scenarios a run consists of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench.access.choosing.asking import Asking, asking
from bench.access.choosing.campaign_phase import Span
from bench.access.choosing.choice import USUAL, Choice
from bench.access.choosing.setting import ANYWHERE, Setting
from bench.access.choosing.too_short import too_short
from bench.access.choosing.usual_faults import default_faults
from bench.access.choosing.walkers import owners_of, walked
from bench.access.incident import Incident
from bench.access.intent import INTENTS
from bench.access.outage import Outage
from bench.access.pace import Pace
from bench.access.pacing import apart_s, paced
from bench.access.path import Path
from bench.access.scenario import Scenario
from bench.access.script import FLIGHT_PATH
from bench.access.timeline import (
    AS_IT_IS,
    LONG_ACT_S,
    LONG_REST_S,
    Timeline,
    least_outage_s,
    long_timeline,
    repeated_timeline,
    short_timeline,
)
from bench.car.model import CarModel
from bench.config.spec import parts
from bench.errors import ConfigError
from bench.faults.injector import Injector, parse_fault
from bench.judge.verdict import Verdict
from bench.owner.cast import OWNERS, carries
from bench.telematics.policy import TelematicsPolicy

CAMPAIGN_INTENTS = ("unlock", "start", "wake")
REPLAY_INTENTS = ("unlock", "lock", "start", "wake")
OUTAGE_S = 120.0


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
        """Return the baseline, then each outage scenario, of one repetition."""
        baseline = self.baseline.repeated(repetition)
        return [baseline, *(replace(baseline, outage=o) for o in self.outages)]


@dataclass(frozen=True)
class Selection:
    """What to run.

    Attributes:
        groups: the scenarios.
        not_fitted: verdicts on paths that were asked for and that the car does not have.
        repeat: how often each scenario is run.
        unmet: outages that were left out because nobody would meet them, and why.
        out_of_reach: paths, or a path's intents, that were left out because this bench has no
            contact for them, and which.
    """

    groups: tuple[Group, ...]
    not_fitted: tuple[Verdict, ...] = ()
    repeat: int = 1
    unmet: Mapping[str, str] = field(default_factory=dict)
    out_of_reach: Mapping[str, str] = field(default_factory=dict)

    @property
    def scenarios(self) -> list[Scenario]:
        """All of them, each once, in order."""
        return [scenario for group in self.groups for scenario in group.scenarios()]

    @property
    def planned(self) -> list[str]:
        """The ids of all that there will be a verdict on, in order."""
        return [each.id for each in self.scenarios] + [each.scenario for each in self.not_fitted]

    @property
    def count(self) -> int:
        """How many scenarios there are."""
        return sum(len(group.outages) + 1 for group in self.groups)

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Everything that goes wrong in it, each once."""
        return tuple(dict.fromkeys(outage for group in self.groups for outage in group.outages))

    def check_at(self, injector: Injector) -> None:
        """Raise ConfigError for an outage with a fault that a station cannot do."""
        for outage in self.outages:
            outage.check_at(injector)


def campaign(
    model: CarModel,
    choice: Choice = USUAL,
    *,
    seed: int,
    pace: Pace = AS_IT_IS,
    setting: Setting = ANYWHERE,
) -> Selection:
    """Return fitted paths × faults × phases, for unlock, start and wake.

    Each path is walked by an owner who carries what it needs; of owners that are chosen, by each
    who does. Unless something else is chosen, every fault is down on every path, and a few are
    asked about in the other phases (see `bench.access.choosing.asking`).

    Args:
        model: the car.
        choice: what it is narrowed down or extended to.
        seed: of all randomness.
        pace: what is shortened.
        setting: where it is to run.

    Raises:
        UnknownName, ConfigError: what was named does not exist, or nobody would meet it.
    """
    specs = _specs(choice.faults, setting.push, setting.without)
    asked = asking(specs, choice)
    chosen, missing = walked(model, choice.paths, choice.owners)
    whole = _Campaign(model, asked, seed, pace, setting.certificate_s)
    groups = whole.groups(chosen, choice.owners)
    selection = _checked(groups, missing, "--faults")
    if setting.unit is not None:
        selection = _met(selection, setting.unit)
    for name, why in selection.unmet.items() if choice.faults and choice.phases else ():
        raise ConfigError(f"--phases: {name}: {why}: make that shorter, or ask about it down")
    return selection


def _specs(only: Sequence[str], push: str, without: Collection[str]) -> list[str]:
    """Return the faults that are asked about; raises ConfigError for one of another protocol."""
    specs = list(only) or default_faults(push, without)
    for spec in (part for each in specs for part in parts(each)):
        needed = parse_fault(spec, source="--faults").push or push
        if needed != push:
            raise ConfigError(
                f'--faults: {spec} acts on {needed}: the bench file says telematics.push = "{push}"'
            )
    return specs


def _met(selection: Selection, unit: TelematicsPolicy) -> Selection:
    """Return a selection without the outages that end before anybody meets them."""
    why = {outage.name: too_short(outage, unit) for outage in selection.outages}
    unmet = {name: told for name, told in why.items() if told}
    groups = tuple(
        replace(group, outages=tuple(o for o in group.outages if o.name not in unmet))
        for group in selection.groups
    )
    return replace(selection, groups=groups, unmet=unmet)


@dataclass(frozen=True)
class _Campaign:
    """What all groups of a campaign have in common."""

    model: CarModel
    asked: Asking
    seed: int
    pace: Pace
    certificate_s: float

    def groups(self, chosen: Sequence[Path], only_owners: Sequence[str]) -> list[Group]:
        """Return the groups of all these paths, for each of these owners who can walk them."""
        return [
            group
            for path in chosen
            for intent in path.serves
            if intent in CAMPAIGN_INTENTS
            for owner in owners_of(path, only_owners)
            for down_h in self.asked.hours
            for group in self._groups(path, intent, owner, down_h)
        ]

    def _groups(self, path: Path, intent: str, owner: str, down_h: float) -> list[Group]:
        """Return the group of all short phases together, or that of one long phase; or none."""
        by_app = "phone" in carries(owner).things() and self.model.fits(FLIGHT_PATH)
        pairs = self.asked.of(path, intent, by_app=by_app, down_h=down_h)
        if not pairs:
            return []
        length_s, timeline = self._lengths(path, down_h)
        act_s = timeline.acts_s[0] - timeline.outage_s
        span = Span(length_s, act_s, self.certificate_s)
        outages = tuple(
            phase.outage(spec, span, flight=by_app and phase.sends_beside(path, intent))
            for phase, spec in pairs
        )
        baseline = _scenario(self.model, path, intent, owner, timeline, self.seed, self.pace)
        return [Group(replace(baseline, span=pairs[0][0].name if down_h else ""), outages)]

    def _lengths(self, path: Path, down_h: float) -> tuple[float, Timeline]:
        """Return how long the outage is, and the timeline around it."""
        give_up_s = path.give_up_s
        if down_h:
            length_s = down_h * 3600.0 + LONG_ACT_S + LONG_REST_S
            return length_s, long_timeline(down_h * 3600.0, self.pace, give_up_s)
        length_s = self.pace.shorter(OUTAGE_S, least_outage_s(self.pace, give_up_s))
        return length_s, short_timeline(length_s, self.pace, give_up_s)


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
    chosen, missing = walked(model, only_paths, only_owners)
    groups = [
        _replay_group(model, incident, path, intent, owner, seed, pace)
        for owner in (only_owners or OWNERS)
        for path in chosen
        if not path.lacking(owner)
        for intent in path.serves
        if intent in REPLAY_INTENTS
    ]
    return _checked(groups, missing, str(incident.path))


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


def _checked(groups: list[Group], missing: list[Verdict], source: str) -> Selection:
    if not groups:  # a run of which nothing is asked would end as if all had passed
        why = ", ".join(verdict.reason for verdict in missing)
        unasked = (
            "in these phases these owners are asked about none of these paths (an onset cuts a "
            "command that a phone has sent)"
        )
        raise ConfigError(f"nothing to run: {why or unasked}")
    selection = Selection(tuple(groups), tuple(missing))
    for outage in selection.outages:  # as it will be played: a pace may have shortened it
        outage.check_times(source)
    return selection


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
