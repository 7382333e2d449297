"""What a campaign's phase is: how an outage has to lie for a try to fall into it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from bench.access.outage import Asked, Cut, Outage, Phase
from bench.access.path import Path
from bench.access.together import together
from bench.config.spec import parts
from bench.presentation.layers import PHASE_MARK
from bench.registry import Registry, registry


def phases() -> Registry:
    """Return every phase there is."""
    return registry("phase", "access/phases")


def get_phase(name: str) -> "CampaignPhase":
    """Return a phase by name; raises UnknownName."""
    return cast("CampaignPhase", phases().get(name)())


def fault_name(spec: str) -> str:
    """Return the name of a fault that a specification names.

    >>> fault_name("http_status:status=500")
    'http_status'
    """
    return spec.partition(":")[0]


@dataclass(frozen=True)
class Span:
    """How long a campaign's outage is, and when in it the owner acts, in seconds.

    Attributes:
        certificate_s: how long certificates of phone and car live, which nothing but the cloud
            renews (0: for longer than any outage).
    """

    length_s: float
    act_s: float
    certificate_s: float = 0.0


class CampaignPhase(ABC):
    """A phase that campaigns ask about.

    Attributes:
        of: which of the phases of an outage it is (`bench.access.outage.PHASES`).
        must: what a robust car still does.
        chosen: the faults, as written, with which a campaign asks about it when nothing else is
            said.
        down_h: for how many hours the cloud has been down by then (0: it is a short one). Long
            phases are only run when they are named.
        mark: what is added to a failure's name.
    """

    of: ClassVar[str]
    must: ClassVar[str]
    chosen: ClassVar[tuple[str, ...]] = ("http_status",)
    down_h: ClassVar[float] = 0.0

    @property
    def name(self) -> str:
        """Its name, as users write it."""
        return phases().name_of(self)

    @property
    def mark(self) -> str:
        """What is added to a failure's name; nothing while the cloud is simply down."""
        return f"{PHASE_MARK}{self.name}"

    @property
    def cut(self) -> Cut | None:
        """Where it cuts a command in flight, if it does."""
        return None

    def asks(self, path: Path, intent: str, *, by_app: bool) -> bool:
        """Whether it can be asked about on a path.

        Args:
            path: by which way.
            intent: what for.
            by_app: whether the owner can send the car a command by the app beside it.
        """
        del path, intent, by_app
        return True

    def is_chosen(self, path: Path, intent: str, spec: str) -> bool:
        """Whether a campaign asks about it when nothing else is said."""
        del path, intent
        return not self.down_h and spec in self.chosen

    def sends_beside(self, path: Path, intent: str) -> bool:
        """Whether the owner sends another command by the app beside the try."""
        del path, intent
        return False

    def outage(self, spec: str, span: Span, *, flight: bool) -> Outage:
        """Return the outage in which a try falls into this phase.

        Args:
            spec: what fails, as users write it: one fault, or several together ("a+b").
            span: how long, and when the owner acts.
            flight: whether the owner sends another command by the app, to be in flight then.
        """
        each = parts(spec)
        asked = Asked(
            self.name, self.of, self._all_meet(each, span), self.cut,
            flight_s=self.flight_s(span) if flight else 0.0,
        )  # fmt: skip
        phases = together([self.schedule(part, span) for part in each])
        return Outage(f"{spec}{self.mark}", phases, asked)

    def _all_meet(
        self, specs: Sequence[str], span: Span
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return which faults have to be met in which part of it, of several together."""
        found: dict[str, dict[str, None]] = {}
        for spec in specs:
            for phase, names in self.meets(spec, span):
                found.setdefault(phase, {}).update(dict.fromkeys(names))
        return tuple((phase, tuple(names)) for phase, names in found.items())

    def flight_s(self, span: Span) -> float:
        """Return how long before the try a command is sent that is to be in flight then."""
        del span
        return 0.0

    def meets(self, spec: str, span: Span) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return which faults have to be met in which part of it."""
        del span
        return ((self.of, (fault_name(spec),)),)

    @abstractmethod
    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return what is in force when."""
