"""A wire that touches the supply."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.wires import TERMINAL_30
from bench.faults.electrics import Electrics
from bench.faults.on_wires import HeldContact, Hold


@dataclass(frozen=True)
class ShortToSupply(HeldContact):
    """A wire of the car is connected with its supply: it is driven all the time.

    A motor's wire then runs its motor: what moves is put down to the fault, and is a finding.

    Attributes:
        wire: which, as the bench file's `shorts` names it.
        supply: the wire that it touches, as `to` names it, or the supply that feeds that.
    """

    must: ClassVar[str] = "take a contact that never opens again for stuck, not for a hand"
    shown_by: ClassVar[str] = "ISO 16750-2, 4.10.2, short circuit in signal lines; codes in -12"

    wire: str = "handle_driver"
    supply: str = TERMINAL_30

    def hold(self, electrics: Electrics) -> Hold:
        """Return the contact between wire and supply, closed; raises ConfigError if none is."""
        fed = electrics.fed_by(self.supply)
        contact = electrics.shorting(self.wire, fed, "short_to_supply")
        return Hold(contact, True, self.wire, "to_supply", ())
