"""Controllers that switch themselves off."""

from dataclasses import dataclass
from typing import ClassVar

from bench.can.frame import Frame
from bench.can.simulated.medium import Medium
from bench.can.simulated.wire_errors import WireError, after_arbitration
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import cut_off, site_of
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class BusOff(Fault):
    """Every frame is destroyed, as by a short of the lines: whoever sends goes bus-off.

    A node that comes back and sends again goes off again, so long as the fault is armed.

    Attributes:
        bus: which bus.
        node: only this node's frames ("": everybody's).
    """

    acts_on: ClassVar[str] = "a bus"
    must: ClassVar[str] = "open by what needs no bus; come back by itself afterwards"
    shown_by: ClassVar[str] = "DTC U0073, control module communication bus off (SAE J2012)"

    bus: str = "body"
    node: str = ""

    def check(self, site: Site) -> Medium:
        """Return the wire; raises ConfigError where an interface carries the bus."""
        can = site_of(site, self.bus, "bus_off")
        wire = can.wire("put a node off", "a relay that shorts its lines")
        if self.node:
            can.check_node(self.node, "bus_off")
        return wire

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Destroy every frame of the node, or of all."""
        wire = self.check(site)

        def destroy(frame: Frame, sender: str) -> WireError | None:
            if self.node not in {"", sender}:
                return None
            seq = injection.met(sender, f"frame 0x{frame.identifier:X} destroyed")
            return WireError(after_arbitration(frame), cause=seq)

        cut_off(site_of(site, self.bus, "bus_off"), injection, self.node)
        return wire.disturb(destroy)
