"""Bursts of errors on the wire."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Gt

from bench.can.frame import Frame
from bench.can.simulated.medium import Medium
from bench.can.simulated.wire_errors import WireError, after_arbitration
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import site_of
from bench.injection import Injection, Undo
from bench.units import Positive


@dataclass(frozen=True)
class ErrorBurst(Fault):
    """Now and then several frames in a row are destroyed on the wire; controllers repeat them.

    The frame that stands there when a burst begins is hit first, and again when it is repeated.
    With the default, a node's counter grows by 64 in a burst and has run down before the next.

    Attributes:
        bus: which bus.
        errors: how many frames a burst destroys; 16 in a row make a node error-passive, 32 put it
            off.
        period_s: from one burst to the next.
    """

    acts_on: ClassVar[str] = "a bus"
    must: ClassVar[str] = "repeat what was destroyed; open in time"
    shown_by: ClassVar[str] = "ISO 7637-3: bursts coupled into signal lines"

    bus: str = "body"
    errors: Annotated[int, Gt(0)] = 8
    period_s: Positive = 2.0

    def check(self, site: Site) -> Medium:
        """Return the wire; raises ConfigError where an interface carries the bus."""
        return site_of(site, self.bus, "error_burst").wire(
            "destroy frames", "a disturbance generator on its lines"
        )

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Destroy frames at once, and again every `period_s`."""
        wire, loop = self.check(site), asyncio.get_running_loop()
        left = [0]
        timer: list[asyncio.TimerHandle] = []

        def burst() -> None:
            left[0] = self.errors
            timer[:] = [loop.call_later(self.period_s, burst)]

        def destroy(frame: Frame, sender: str) -> WireError | None:
            if not left[0]:
                return None
            left[0] -= 1
            seq = injection.met(sender, f"frame 0x{frame.identifier:X} destroyed")
            return WireError(after_arbitration(frame), cause=seq)

        burst()
        remove = wire.disturb(destroy)

        def undo() -> None:
            timer[0].cancel()
            remove()

        return undo
