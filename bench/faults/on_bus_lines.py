"""What becomes of a bus when a contact opens one of its lines, or shorts it."""

import re
from collections.abc import Sequence

from bench.can.frame import Frame
from bench.can.simulated.wire_errors import WireError, after_arbitration
from bench.can.site import SIMULATED, CanSite
from bench.errors import ConfigError
from bench.faults.electrics import Electrics
from bench.faults.fault import Site
from bench.faults.on_bus import cut_off
from bench.injection import Injection, Undo
from bench.wiring.nets import Net

LINE = re.compile(r"can_(.+)_[hl]")


def bus_at(site: Site, wire: str) -> CanSite | None:
    """Return the bus that a wire is a line of (None: it is another wire)."""
    line = LINE.fullmatch(wire)
    return site.can.get(line[1]) if line else None


def must_touch(electrics: Electrics, can: CanSite, contact: str, source: str) -> None:
    """Raise ConfigError for a contact that is real and its bus without lines, or vice versa."""
    if electrics.is_simulated(contact) and can.interface != SIMULATED:
        raise ConfigError(
            f"{source}: {contact} is a simulated contact, and can.{can.bus} is carried by "
            f"{can.interface}, whose lines it does not touch: that needs a real relay between "
            f'them (on the simulated bus, time = "simulated", it works)'
        )
    if not electrics.is_simulated(contact) and not can.has_wire:
        raise ConfigError(
            f"{source}: {contact} is a real contact, and can.{can.bus} ({can.interface}) has "
            "no lines: that needs an interface on the bus that it is wired to"
        )


def silence(can: CanSite, lines: Sequence[Net | None], injection: Injection) -> Undo:
    """Record that the bus is taken away, and have a simulated one obey its lines.

    So long as one of them touches something or is open, no frame is whole. (Which units are on the
    same side of an open line the simulated bus does not know: it takes the bus from all.)
    """
    cut_off(can, injection)
    if can.interface != SIMULATED:
        return lambda: None
    nets = [net for net in lines if net is not None]

    def destroy(frame: Frame, sender: str) -> WireError | None:
        if not any(net.touches or not net.whole for net in nets):
            return None
        seq = injection.met(sender, f"frame 0x{frame.identifier:X} destroyed")
        return WireError(after_arbitration(frame), cause=seq)

    return can.wire("have its lines opened or shorted", "a real relay").disturb(destroy)
