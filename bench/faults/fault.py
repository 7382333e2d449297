"""What a fault is, and where it can act."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from bench.cloud.front import Front
from bench.cloud.state import CloudState
from bench.injection import Injection, Undo
from bench.network.network import Network


@dataclass(frozen=True)
class Site:
    """Everything that a fault can disturb.

    Attributes:
        network: names, certificates and links.
        front: where HTTP requests pass.
        cloud: accounts, commands, push.
    """

    network: Network
    front: Front
    cloud: CloudState


class Fault(Protocol):
    """One symptom.

    Attributes:
        must: what a robust car still does.
        shown_by: a public source in which the symptom was seen.
    """

    must: ClassVar[str]
    shown_by: ClassVar[str]

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Put the fault in force; return what takes it out again."""
        ...
