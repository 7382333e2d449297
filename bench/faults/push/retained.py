"""The last command stays in the channel."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.clearing import Clearing
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo, together
from bench.units import Seconds


@dataclass(frozen=True)
class Retained(CommandsOf):
    """The last command to a vehicle is kept, and delivered again whenever its unit connects.

    As MQTT's retained messages are, and queues that nobody empties: an unlock of hours ago
    arrives at a car that has just woken up. It is met by each repeat.

    Attributes:
        cut_after_s: so long after a command its vehicle's channel is closed, as by a server that is
            restarted, so that the unit connects again (0: it never is). Commands in between do not
            put that off. 5 s, and what a unit waits then, are within the shortest phases of
            campaigns.
    """

    must: ClassVar[str] = "never act on an old command; execute each command once"
    shown_by: ClassVar[str] = "MQTT 5 §3.3.1.3: a retained message goes to every new subscriber"

    cut_after_s: Seconds = 5.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Keep the last command of every vehicle."""
        keep = _Keep(self.cut_after_s, site, injection)
        return together([self.met_by(site, injection, keep), keep.clearing.come])


class _Keep(CommandRule):
    def __init__(self, cut_after_s: float, site: Site, injection: Injection) -> None:
        self.clearing = Clearing()
        self._cut_after_s, self._push, self._injection = cut_after_s, site.cloud.push, injection
        self._last: dict[str, tuple[Record, Deliver]] = {}
        self._cutting: set[str] = set()

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        vin = record.vehicle.vin
        self._last[vin] = record, deliver
        await deliver()
        if self._cut_after_s and vin not in self._cutting:
            await self._cut(vin)

    async def _cut(self, vin: str) -> None:
        self._cutting.add(vin)
        cleared = await self.clearing.within(self._cut_after_s)
        self._cutting.discard(vin)
        if not cleared:
            await self._push.close(vin)

    async def connected(self, vin: str) -> None:
        if vin in self._last:
            record, deliver = self._last[vin]
            self._injection.met(record.account, f"repeat {record.command.name}", record.seq)
            await deliver()
