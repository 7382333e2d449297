"""Faults that act by a toxic on links: what they have in common."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo
from bench.network.toxic import Toxic


@dataclass(frozen=True, kw_only=True)
class OnLinks(Fault):
    """A fault that is a toxic on every link of a service and a side.

    Attributes:
        service: which service ("api", "push", "any").
        side: whose links.
    """

    acts_on: ClassVar[str] = "connections"

    service: Literal["api", "push", "any"] = "any"
    side: Literal["phone", "car", "both"] = "both"

    @abstractmethod
    def toxic(self, injection: Injection) -> Toxic:
        """Return the fault's effect on one link."""

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Put the toxic on every selected link."""
        return site.network.put(lambda: self.toxic(injection), self.service, self.side)
