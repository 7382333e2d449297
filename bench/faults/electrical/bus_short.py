"""The lines of a bus that touch."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.can.frame import Frame
from bench.can.simulated.wire_errors import WireError, after_arbitration
from bench.can.site import CanSite
from bench.errors import ConfigError
from bench.faults.electrics import Electrics
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import cut_off, site_of
from bench.faults.on_wires import Hold, electrics_of
from bench.injection import Injection, Undo

SIMULATED = "simulated"


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

    def check(self, site: Site) -> tuple[Electrics, CanSite, str]:
        """Return wires, bus and contact; raises ConfigError if no contact shorts these here."""
        electrics, can = electrics_of(site, "bus_short"), site_of(site, self.bus, "bus_short")
        contact = electrics.shorting(*self._wires, "bus_short")
        if electrics.is_simulated(contact) and can.interface != SIMULATED:
            raise ConfigError(
                f"bus_short: {contact} is a simulated contact, and can.{self.bus} is carried by "
                f"{can.interface}, whose lines it does not touch: that needs a real relay between "
                f'them (on the simulated bus, time = "simulated", it works)'
            )
        if not electrics.is_simulated(contact) and not can.has_wire:
            raise ConfigError(
                f"bus_short: {contact} is a real contact, and can.{self.bus} ({can.interface}) has "
                "no lines: that needs an interface on the bus that it shorts"
            )
        return electrics, can, contact

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Close the contact."""
        electrics, can, contact = self.check(site)
        wire, other = self._wires
        how = f"to_{self.to}" if self.to != "other" else f"to_{other}"
        cut_off(can, injection)
        calm = self._disturb(can, electrics, injection) if can.interface == SIMULATED else None
        release = Hold(contact, True, wire, how, ()).begin(electrics, injection)

        def undo() -> None:
            release()
            if calm is not None:
                calm()

        return undo

    def _disturb(self, can: CanSite, electrics: Electrics, injection: Injection) -> Undo:
        """Have the simulated bus obey its wires: so long as they touch, no frame is whole."""
        nets = [electrics.net(wire) for wire in self._wires]
        lines = [net for net in nets if net is not None]

        def destroy(frame: Frame, sender: str) -> WireError | None:
            if not any(line.touches for line in lines):
                return None
            seq = injection.met(sender, f"frame 0x{frame.identifier:X} destroyed")
            return WireError(after_arbitration(frame), cause=seq)

        return can.wire("be shorted by a simulated contact", "a real relay").disturb(destroy)
