"""A wire that touches the supply."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.electrics import Electrics
from bench.faults.fault import Site
from bench.faults.on_wires import Hold, electrics_of
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class ShortToSupply:
    """A wire of the car is connected with its supply: it is driven all the time.

    A motor's wire then runs its motor: what moves is put down to the fault, and is a finding.

    Attributes:
        wire: which, as the bench file's `shorts` names it.
        supply: the wire that it touches, as `to` names it.
    """

    must: ClassVar[str] = "take a contact that never opens again for stuck, not for a hand"
    shown_by: ClassVar[str] = "ISO 16750-2, 4.10.2, short circuit in signal lines; codes in -12"

    wire: str = "handle_driver"
    supply: str = "terminal_30"

    def check(self, site: Site) -> Electrics:
        """Return the wires; raises ConfigError if no contact can do it."""
        electrics = electrics_of(site, "short_to_supply")
        electrics.shorting(self.wire, self.supply, "short_to_supply")
        return electrics

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Close the contact."""
        electrics = self.check(site)
        function = electrics.shorting(self.wire, self.supply, "short_to_supply")
        return Hold(function, True, self.wire, "to_supply", ()).begin(electrics, injection)
