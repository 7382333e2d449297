"""A bus that is full."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Interval

from bench.can.frame import Frame
from bench.can.site import FAULT, CanSite
from bench.can.tampering import Tamper
from bench.can.wire import duration_ns, interframe_ns
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import cut_off, site_of
from bench.injection import Injection, Undo, together
from bench.units import NS_PER_S

DATA = b"\x55" * 8


@dataclass(frozen=True)
class BusOverload(Fault):
    """Somebody sends frames of high priority without a pause; the others get what is left.

    Attributes:
        bus: which bus.
        load: how much of the wire the frames take; with 1 nobody else gets through.
        identifier: of the frames; 0 wins against everybody.
    """

    acts_on: ClassVar[str] = "a bus"
    must: ClassVar[str] = "open with the little that is left; lose no command"
    shown_by: ClassVar[str] = (
        "the babbling idiot, a failure mode of every bus (Kopetz, Real-Time Systems)"
    )

    bus: str = "body"
    load: Annotated[float, Interval(gt=0, le=1)] = 0.9
    identifier: Annotated[int, Interval(ge=0, le=0x7FF)] = 0

    def check(self, site: Site) -> CanSite:
        """Return the bus; raises ConfigError for one that is not there."""
        return site_of(site, self.bus, "bus_overload")

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Send, and count every frame of others that has to compete with it."""
        can = self.check(site)
        if self.load >= 1:
            cut_off(can, injection)
        remove = can.tampering.add(_Competing(injection))
        frame = Frame(self.identifier, DATA)
        period_ns = (duration_ns(frame, can.bitrate, 0) + interframe_ns(can.bitrate)) / self.load
        flood = can.port().cyclic(
            frame, [DATA], period_s=period_ns / NS_PER_S, offset_s=0.0, cause=injection.armed_seq
        )

        return together([flood.stop, remove])


class _Competing(Tamper):
    """Changes nothing, and counts what others send."""

    def __init__(self, injection: Injection) -> None:
        self._injection = injection

    def selects(self, sender: str, identity: int) -> bool:
        del identity
        return sender != FAULT

    def sent(self, sender: str, frame: Frame, cause: int | None) -> int | None:
        self._injection.met(sender, f"frame 0x{frame.identifier:X} on a full bus", cause)
        return cause
