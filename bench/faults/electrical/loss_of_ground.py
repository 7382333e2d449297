"""A unit without ground."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.electrics import Electrics
from bench.faults.fault import Site
from bench.faults.on_wires import Hold, electrics_of
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class LossOfGround:
    """A unit's ground wire is open: it falls silent, and starts again when ground is back.

    A real unit may feed itself backwards through its other pins; whether this one does is what a
    bench with hardware shows.

    Attributes:
        unit: which, by its node's name; its wire is `ground_<unit>`.
    """

    must: ClassVar[str] = "open by what does not need that unit, and come back with ground"
    shown_by: ClassVar[str] = (
        "ISO 16750-2, 4.9.2, multiple line interruption; corroded ground points"
    )

    unit: str = "DKM"

    @property
    def _wire(self) -> str:
        return f"ground_{self.unit.lower()}"

    def check(self, site: Site) -> Electrics:
        """Return the wires; raises ConfigError if no contact stands in the unit's ground."""
        electrics = electrics_of(site, "loss_of_ground")
        electrics.opening(self._wire, "loss_of_ground")
        return electrics

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Open the contact in the ground wire."""
        electrics = self.check(site)
        function = electrics.opening(self._wire, "loss_of_ground")
        hold = Hold(function, False, self._wire, "open", (self.unit.upper(),))
        return hold.begin(electrics, injection)
