"""A unit without ground."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.electrics import Electrics
from bench.faults.on_wires import HeldContact, Hold


@dataclass(frozen=True)
class LossOfGround(HeldContact):
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

    def hold(self, electrics: Electrics) -> Hold:
        """Return the contact in the unit's ground, open; raises ConfigError if there is none."""
        wire = f"ground_{self.unit.lower()}"
        contact = electrics.opening(wire, "loss_of_ground")
        return Hold(contact, False, wire, "open", (self.unit.upper(),))
