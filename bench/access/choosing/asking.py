"""What a campaign asks: which fault, in which phase, on which path."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.access.choosing.campaign_phase import CampaignPhase, get_phase, phases
from bench.access.choosing.choice import Choice
from bench.access.path import Path
from bench.errors import UnknownName


@dataclass(frozen=True)
class Asking:
    """The faults and phases of a campaign.

    Attributes:
        specs: the faults, as users write them.
        phases: which phases.
        whole: whether each fault meets each phase on each path; else a choice that takes about a
            minute.
    """

    specs: tuple[str, ...]
    phases: tuple[CampaignPhase, ...]
    whole: bool

    def of(
        self, path: Path, intent: str, *, by_app: bool, down_h: float = 0.0
    ) -> list[tuple[CampaignPhase, str]]:
        """Return what is asked about on a path, phase by phase.

        Args:
            path: by which way.
            intent: what for.
            by_app: whether the owner can send the car a command by the app beside it.
            down_h: for how many hours the cloud is down.
        """
        return [
            (phase, spec)
            for phase in self.phases
            if phase.down_h == down_h and phase.asks(path, intent, by_app=by_app)
            for spec in self.specs
            if self.whole or phase.is_chosen(path, intent, spec)
        ]

    @property
    def hours(self) -> list[float]:
        """For how many hours the cloud is down in the phases: 0 for all short ones together."""
        return sorted({phase.down_h for phase in self.phases})


def asking(specs: Sequence[str], choice: Choice) -> Asking:
    """Return what a campaign asks.

    Args:
        specs: its faults.
        choice: faults that somebody has named are down, unless phases are named, too.

    Raises:
        UnknownName: there is no such phase.
    """
    for name in choice.phases:
        if name not in phases().names():
            raise UnknownName("phase", name, phases().names())
    every = [get_phase(name) for name in _in_order(choice.phases or phases().names())]
    if choice.phases:
        return Asking(tuple(specs), tuple(every), whole=True)
    short = tuple(phase for phase in every if not phase.down_h)
    if choice.full:
        return Asking(tuple(specs), short, whole=True)
    if choice.faults:
        return Asking(tuple(specs), (get_phase("down"),), whole=True)
    return Asking(tuple(specs), short, whole=False)


def _in_order(names: Sequence[str]) -> list[str]:
    """Return names of phases with `down` first: its columns are the ones that people know."""
    return sorted(dict.fromkeys(names), key=lambda name: name != "down")
