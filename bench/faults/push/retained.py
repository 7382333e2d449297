"""The last command stays in the channel."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class Retained(CommandsOf):
    """The last command to a vehicle is kept, and delivered again whenever its unit connects.

    As MQTT's retained messages are, and queues that nobody empties: an unlock of hours ago
    arrives at a car that has just woken up.
    """

    must: ClassVar[str] = "never act on an old command; execute each command once"
    shown_by: ClassVar[str] = "MQTT 5 §3.3.1.3: a retained message goes to every new subscriber"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Keep the last command of every vehicle."""
        return self.met_by(site, injection, _Keep(injection))


class _Keep(CommandRule):
    def __init__(self, injection: Injection) -> None:
        self._injection = injection
        self._last: dict[str, tuple[Record, Deliver]] = {}

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        self._injection.met(record.account, f"keep {record.command.name}", record.seq)
        self._last[record.vehicle.vin] = record, deliver
        await deliver()

    async def connected(self, vin: str) -> None:
        if vin in self._last:
            record, deliver = self._last[vin]
            self._injection.met(record.account, f"repeat {record.command.name}", record.seq)
            await deliver()
