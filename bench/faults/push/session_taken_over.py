"""Another client takes the channel over, again and again."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.on_vehicles import OnVehicles
from bench.faults.sample import Sample
from bench.injection import Injection, Undo
from bench.units import Positive


@dataclass(frozen=True)
class SessionTakenOver(OnVehicles, Sample):
    """A second client connects under each vehicle's name, so the first is closed; and again.

    Both believe in their right to the channel. A unit that comes back at once, every time, only
    keeps the fight going.

    Attributes:
        period_s: how often the second client comes.
    """

    acts_on: ClassVar[str] = "push channels"
    must: ClassVar[str] = "notice that it is a take-over, and back off"
    shown_by: ClassVar[str] = "MQTT 5 §3.14.2.1, reason 0x8E; AWS IoT evicts a client of equal id"

    period_s: Positive = 10.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Close every vehicle's channel now and every `period_s`."""
        loop = asyncio.get_running_loop()
        push, time = site.cloud.push, site.cloud.time
        takes = self.taking(injection)
        timer: list[asyncio.TimerHandle] = []

        def take_over() -> None:
            for vin in [vehicle.vin for vehicle in self.vehicles(site)]:
                if push.connected(vin) and takes():
                    injection.met(vin, "channel taken over")
                    time.spawn(push.evict(vin), "take-over")
            timer[:] = [loop.call_later(self.period_s, take_over)]

        take_over()

        def undo() -> None:
            timer[0].cancel()

        return undo
