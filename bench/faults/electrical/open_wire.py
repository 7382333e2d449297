"""A broken wire."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.electrics import Electrics
from bench.faults.fault import Site
from bench.faults.on_wires import Hold, electrics_of, supplied_by
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class OpenWire:
    """A wire of the car is interrupted, by the contact that stands in it.

    Attributes:
        wire: which, as the bench file's `opens` names it.
    """

    must: ClassVar[str] = "open by what does not need that wire, and move nothing by itself"
    shown_by: ClassVar[str] = "ISO 16750-2, 4.9.1, single line interruption; B-codes ending in -13"

    wire: str = "handle_driver"

    def check(self, site: Site) -> Electrics:
        """Return the wires; raises ConfigError if no contact stands in this one."""
        electrics = electrics_of(site, "open_wire")
        electrics.opening(self.wire, "open_wire")
        return electrics

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Open the contact."""
        electrics = self.check(site)
        function = electrics.opening(self.wire, "open_wire")
        hold = Hold(function, False, self.wire, "open", supplied_by(self.wire))
        return hold.begin(electrics, injection)
