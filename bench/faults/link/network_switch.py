"""The phone or the car changes network."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.on_links import OnSides
from bench.injection import Injection, Undo
from bench.units import Positive


@dataclass(frozen=True)
class NetworkSwitch(OnSides):
    """The network changes again and again: each time every open connection dies on one side.

    The side that moves sees its connections reset at once, because its address is gone; the
    cloud is told nothing and goes on thinking that they live.

    Attributes:
        period_s: how often.
    """

    must: ClassVar[str] = "repeat a request under the same id: one effect, not two"
    shown_by: ClassVar[str] = "advice to owners on 21 March 2025: switch networks"

    period_s: Positive = 5.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Reset the moving side's connections now and every `period_s`."""
        loop = asyncio.get_running_loop()
        timer: list[asyncio.TimerHandle] = []

        def switch() -> None:
            for link in self.links(site):
                for connection in list(link.connections.values()):
                    if not connection.near.is_closing():  # else it was lost before
                        injection.met(connection.name, "connection lost with the network")
                        connection.vanish()
            timer[:] = [loop.call_later(self.period_s, switch)]

        switch()

        def undo() -> None:
            timer[0].cancel()

        return undo
