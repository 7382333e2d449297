"""What a fault is, and where it can act."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, runtime_checkable

from bench.can.site import CanSite
from bench.clock.unit_clock import UnitClock
from bench.cloud.front import Front
from bench.cloud.state import CloudState
from bench.faults.electrics import Electrics
from bench.injection import Injection, Undo
from bench.network.network import Network
from bench.registry import registry
from bench.units import Seconds


@dataclass(frozen=True)
class Site:
    """Everything that a fault can disturb.

    Attributes:
        network: names, certificates and links.
        front: where HTTP requests pass.
        cloud: accounts, commands, push.
        can: the buses that the bench is wired to, by name.
        clocks: those that may stray, by whose they are ("cloud" apart: that is cloud.clock).
        electrics: contacts in the car's wires, and supplies (None: no instruments here).
    """

    network: Network
    front: Front
    cloud: CloudState
    can: Mapping[str, CanSite] = field(default_factory=dict)
    clocks: Mapping[str, UnitClock] = field(default_factory=dict)
    electrics: Electrics | None = None


@dataclass(frozen=True, kw_only=True)
class Fault(ABC):
    """One symptom.

    Attributes:
        must: what a robust car still does.
        shown_by: a public source in which the symptom was seen.
        acts_on: what it meets, in the plural: what selectors choose from.
        layer: of a fault of another distribution, the layer at which it acts ("http", "can"); here
            in the repository its folder says so.
        push: the push protocol that it acts on ("": whichever is spoken).
        needs: a key of the bench file without which it has nothing to act on ("": none).
        waits_for: a setting of the telematics unit, in seconds: it may take so long until anybody
            meets it ("": it is met as soon as somebody uses the cloud).
        beyond_campaigns: why no campaign can ask about it ("": one can).
        from_s: it begins so long after it was armed.
        for_s: so long after its beginning it ends, as if it were cleared then (0: when it is
            cleared).
    """

    must: ClassVar[str]
    shown_by: ClassVar[str]
    acts_on: ClassVar[str]
    layer: ClassVar[str] = ""
    push: ClassVar[str] = ""
    needs: ClassVar[str] = ""
    waits_for: ClassVar[str] = ""
    beyond_campaigns: ClassVar[str] = ""

    from_s: Seconds = 0.0
    for_s: Seconds = 0.0

    @abstractmethod
    def apply(self, site: Site, injection: Injection) -> Undo:
        """Put the fault in force; return what takes it out again."""

    @property
    def quiet_s(self) -> float:
        """For how long nothing may be sent until the next thing meets it (0: anything does)."""
        return 0.0

    def beyond(self, real: Collection[str]) -> str:
        """Return why it cannot be done to parties that are real devices ("": it can)."""
        del real
        return ""


@runtime_checkable
class Checked(Protocol):
    """A fault that not every station can do."""

    def check(self, site: Site) -> object:
        """Raise ConfigError, naming what is missing, if it cannot be done here."""
        ...


def name_of(fault: object) -> str:
    """Return a fault's name, as users write it."""
    return registry("fault", "faults/*").name_of(fault)
