"""A broken wire."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.electrics import Electrics
from bench.faults.on_wires import HeldContact, Hold, supplied_by


@dataclass(frozen=True)
class OpenWire(HeldContact):
    """A wire of the car is interrupted, by the contact that stands in it.

    Attributes:
        wire: which, as the bench file's `opens` names it.
    """

    must: ClassVar[str] = "open by what does not need that wire, and move nothing by itself"
    shown_by: ClassVar[str] = "ISO 16750-2, 4.9.1, single line interruption; B-codes ending in -13"

    wire: str = "handle_driver"

    def hold(self, electrics: Electrics) -> Hold:
        """Return the contact that stands in the wire, open; raises ConfigError if none does."""
        contact = electrics.opening(self.wire, "open_wire")
        return Hold(contact, False, self.wire, "open", supplied_by(self.wire))
