"""The cloud counts commands from an older store."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.fault import Site
from bench.faults.on_vehicles import OnVehicles
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class CountersApart(OnVehicles):
    """A restored cloud numbers commands lower than the car has seen; a careful car refuses them.

    Clearing brings the cloud's numbers beyond all that it has given out.

    Attributes:
        behind: by how many commands the cloud is behind.
    """

    acts_on: ClassVar[str] = "counters of commands"
    must: ClassVar[str] = "refuse, and tell the owner so; agree on the numbers again"
    shown_by: ClassVar[str] = "Tesla's published protocol: a counter that is not ahead is refused"

    behind: Annotated[int, Ge(1)] = 100

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Set every vehicle's counter back."""
        vehicles = list(self.vehicles(site))
        before = {vehicle.vin: vehicle.counter for vehicle in vehicles}
        for vehicle in vehicles:
            vehicle.counter -= self.behind
        remove = site.cloud.commands.rules.add(_Behind(injection, before))

        def undo() -> None:
            remove()
            for vehicle in vehicles:
                vehicle.counter = max(vehicle.counter, before[vehicle.vin])

        return undo


class _Behind(CommandRule):
    """Counts: a command whose number is behind is what meets this fault."""

    def __init__(self, injection: Injection, before: dict[str, int]) -> None:
        self._injection, self._before = injection, before

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        command = record.command
        before = self._before.get(command.vin)
        if before is not None and command.counter <= before:
            self._injection.met(record.account, f"number {command.counter} again", record.seq)
        await deliver()
