"""A wire that touches ground."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.electrics import Electrics
from bench.faults.fault import Site
from bench.faults.on_wires import Hold, electrics_of, supplied_by
from bench.injection import Injection, Undo
from bench.wiring.nets import GROUND


@dataclass(frozen=True)
class ShortToGround:
    """A wire of the car is connected with ground: nothing can drive it any more.

    Attributes:
        wire: which, as the bench file's `shorts` names it.
    """

    must: ClassVar[str] = "open by what does not need that wire; limit the current"
    shown_by: ClassVar[str] = "ISO 16750-2, 4.10.2, short circuit in signal lines; codes in -11"

    wire: str = "handle_driver"

    def check(self, site: Site) -> Electrics:
        """Return the wires; raises ConfigError if no contact can do it."""
        electrics = electrics_of(site, "short_to_ground")
        electrics.shorting(self.wire, GROUND, "short_to_ground")
        return electrics

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Close the contact."""
        electrics = self.check(site)
        function = electrics.shorting(self.wire, GROUND, "short_to_ground")
        hold = Hold(function, True, self.wire, "to_ground", supplied_by(self.wire))
        return hold.begin(electrics, injection)
