"""Faults that act by a toxic on links: what they have in common."""

from abc import ABC, abstractmethod
from typing import ClassVar

from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.network.toxic import Toxic


class OnLinks(ABC):
    """A fault that is a toxic on every link of a service and a side.

    Attributes:
        must, shown_by: as each fault has them.
        service, side: which links.
    """

    must: ClassVar[str]
    shown_by: ClassVar[str]

    service: str
    side: str

    @abstractmethod
    def toxic(self, injection: Injection) -> Toxic:
        """Return the fault's effect on one link."""

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Put the toxic on every selected link."""
        return site.network.put(lambda: self.toxic(injection), self.service, self.side)
