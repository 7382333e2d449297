"""A bus that is woken again and again."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Interval

from bench.can.frame import Frame
from bench.can.site import CanSite
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import site_of
from bench.injection import Injection, Undo
from bench.units import NS_PER_S, Positive

SILENT_S = 1.0  # longer than any period of a bus that is awake


@dataclass(frozen=True)
class WakeupStorm(Fault):
    """Something wakes the bus as soon as it sleeps: one frame that nobody asked for, in turn.

    Attributes:
        bus: which bus.
        period_s: from one wake-up to the next; by default just after the units fell asleep.
        identifier: of the frame; no database knows it.
    """

    acts_on: ClassVar[str] = "a bus"
    must: ClassVar[str] = "sleep again each time, and for good when it is over"
    shown_by: ClassVar[str] = "parked cars with flat batteries: owners' and workshops' reports"

    bus: str = "body"
    period_s: Positive = 5.0
    identifier: Annotated[int, Interval(ge=0, le=0x7FF)] = 0x7FE

    def check(self, site: Site) -> CanSite:
        """Return the bus; raises ConfigError for one that is not there."""
        return site_of(site, self.bus, "wakeup_storm")

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Send a frame now and every `period_s`; a silent bus that it wakes has met it."""
        can, loop = self.check(site), asyncio.get_running_loop()
        port = can.port()
        timer: list[asyncio.TimerHandle] = []

        def wake() -> None:
            cause = injection.armed_seq
            silent_s = (can.journal.now_ns() - port.last_activity_ns()) / NS_PER_S
            if silent_s > SILENT_S or port.last_activity_ns() < 0:
                cause = injection.met(self.bus, "woken from sleep", cause)
            port.send(Frame(self.identifier, b""), cause)
            timer[:] = [loop.call_later(self.period_s, wake)]

        wake()

        def undo() -> None:
            timer[0].cancel()

        return undo
