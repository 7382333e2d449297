"""A wire that touches ground."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.electrics import Electrics
from bench.faults.on_wires import HeldContact, Hold, supplied_by
from bench.wiring.nets import GROUND


@dataclass(frozen=True)
class ShortToGround(HeldContact):
    """A wire of the car is connected with ground: nothing can drive it any more.

    Attributes:
        wire: which, as the bench file's `shorts` names it.
    """

    must: ClassVar[str] = "open by what does not need that wire; limit the current"
    shown_by: ClassVar[str] = "ISO 16750-2, 4.10.2, short circuit in signal lines; codes in -11"

    wire: str = "handle_driver"

    def hold(self, electrics: Electrics) -> Hold:
        """Return the contact between wire and ground, closed; raises ConfigError if none is."""
        contact = electrics.shorting(self.wire, GROUND, "short_to_ground")
        return Hold(contact, True, self.wire, "to_ground", supplied_by(self.wire))
