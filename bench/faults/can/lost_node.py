"""A unit that is not on the bus any more."""

from dataclasses import dataclass
from typing import ClassVar

from bench.can.site import CanSite
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import cut_off, site_of
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class LostNode(Fault):
    """A unit's CAN plug is open: it neither sends nor hears; its other wires work.

    Attributes:
        bus: which bus.
        node: which unit.
    """

    acts_on: ClassVar[str] = "a bus"
    must: ClassVar[str] = "open by what does not need that unit"
    shown_by: ClassVar[str] = "DTC U0140, lost communication with body control module (SAE J2012)"

    bus: str = "body"
    node: str = "DKM"

    def check(self, site: Site) -> CanSite:
        """Return the bus; raises ConfigError for a unit that the bench cannot cut off."""
        can = site_of(site, self.bus, "lost_node")
        can.check_node(self.node, "lost_node")
        return can

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Open the node's wires."""
        can = self.check(site)
        cut_off(can, injection, self.node)

        def missed(operation: str, cause: int | None) -> int:
            return injection.met(self.node, operation, cause)

        return can.cut(self.node, missed)
