"""The lines of a bus that touch."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.can.site import CanSite
from bench.faults.electrics import Electrics
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import site_of
from bench.faults.on_bus_lines import must_touch, silence
from bench.faults.on_wires import Hold, electrics_of
from bench.injection import Injection, Undo, together


@dataclass(frozen=True)
class BusShort(Fault):
    """A contact connects the lines of a CAN bus, or one of them with ground or supply.

    No frame gets through any more, and who sends goes bus-off. (A fault-tolerant bus, ISO
    11898-3, would live with one line; a high-speed one does not with CAN high to ground.)

    Attributes:
        bus: which bus.
        line: the line that touches: high or low.
        to: what it touches: the other line ("other"), "ground", or a supply's wire.
    """

    acts_on: ClassVar[str] = "wires"
    must: ClassVar[str] = "open by what needs no bus; come back by itself afterwards"
    shown_by: ClassVar[str] = (
        "ISO 11898-2, bus failures; U-codes such as U0073 and U0028 (SAE J2012)"
    )

    bus: str = "body"
    line: Literal["high", "low"] = "high"
    to: str = "other"

    @property
    def _wires(self) -> tuple[str, str]:
        own, other = ("h", "l") if self.line == "high" else ("l", "h")
        wire = f"can_{self.bus}_{own}"
        return wire, f"can_{self.bus}_{other}" if self.to == "other" else self.to

    def hold(self, electrics: Electrics) -> Hold:
        """Return the contact between these wires, closed; raises ConfigError if there is none."""
        wire, other = self._wires
        how = f"to_{self.to}" if self.to != "other" else f"to_{other}"
        return Hold(electrics.shorting(wire, other, "bus_short"), True, wire, how, ())

    def check(self, site: Site) -> tuple[Electrics, CanSite, Hold]:
        """Return wires, bus and contact; raises ConfigError if no contact shorts these here."""
        electrics, can = electrics_of(site, "bus_short"), site_of(site, self.bus, "bus_short")
        hold = self.hold(electrics)
        must_touch(electrics, can, hold.function, "bus_short")
        return electrics, can, hold

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Close the contact."""
        electrics, can, hold = self.check(site)
        calm = silence(can, [electrics.net(line) for line in self._wires], injection)
        return together([hold.begin(electrics, injection), calm])
