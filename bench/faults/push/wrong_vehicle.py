"""Commands go to other vehicles."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class WrongVehicle(CommandsOf):
    """Each command is delivered to every vehicle but the one that it is for, as it was signed.

    Attributes:
        right_too: whether the right one gets it, too.
    """

    must: ClassVar[str] = "refuse a command that is signed for another vehicle"
    shown_by: ClassVar[str] = (
        "Tesla, 7 March 2023: an app that opened a stranger's car (cause unknown)"
    )

    right_too: bool = False

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Deliver every command to the wrong vehicles."""
        return self.met_by(site, injection, _Astray(self, site, injection))


class _Astray(CommandRule):
    def __init__(self, fault: WrongVehicle, site: Site, injection: Injection) -> None:
        self._fault, self._cloud, self._injection = fault, site.cloud, injection

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        name, reached = record.command.name, False
        document = {"type": "command", "signed": record.command.signed().hex()}
        for vin in self._cloud.vehicles.vins():
            if vin != record.vehicle.vin:
                what = f"astray {name}"
                reached |= await self._cloud.push.send(vin, what, document, record.seq)
        if reached or not self._fault.right_too:  # else nobody has noticed anything
            self._injection.met(record.account, f"{name} astray", record.seq)
        if self._fault.right_too:
            await deliver()
