"""Which commands a fault meets: what faults between acceptance and report have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.fault import Site
from bench.faults.on_vehicles import OnVehicles
from bench.faults.sample import Sample
from bench.injection import Injection, Undo


@dataclass(frozen=True, kw_only=True)
class CommandsOf(OnVehicles, Sample):
    """Which commands are met: those that all of this is true of.

    Attributes:
        account: in which account's name ("": in anybody's).
        vin: for which vehicle ("": for any).
    """

    acts_on: ClassVar[str] = "commands on their way to a vehicle"

    def meeting(self, injection: Injection) -> Callable[[Record], bool]:
        """Return what draws whether a command is met, as one that comes."""
        takes = self.taking(injection)

        def meets(record: Record) -> bool:
            vin = record.vehicle.vin
            return self.account in {"", record.account} and self.vin in {"", vin} and takes()

        return meets

    def met_by(self, site: Site, injection: Injection, rule: CommandRule) -> Undo:
        """Let a rule act on these commands as they are dispatched; the others pass."""
        return site.cloud.commands.rules.add(_Dispatched(self, injection, rule))

    def met_throughout(self, site: Site, injection: Injection, rule: CommandRule) -> Undo:
        """Let a rule act on these commands from wherever it finds them: on dispatch and report."""
        return site.cloud.commands.rules.add(_Throughout(self, injection, rule))

    def reported_by(self, site: Site, injection: Injection, rule: CommandRule) -> Undo:
        """Let a rule act on reports of these commands; the others pass."""
        return site.cloud.commands.rules.add(_Reported(self, injection, rule))


class _Selecting(CommandRule):
    def __init__(self, which: CommandsOf, injection: Injection, rule: CommandRule) -> None:
        self._rule, self._meets_now = rule, which.meeting(injection)

    def _meets(self, record: Record) -> bool:
        return self._meets_now(record)


class _Dispatched(_Selecting):
    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        await (self._rule.dispatch(record, deliver) if self._meets(record) else deliver())

    async def connected(self, vin: str) -> None:
        await self._rule.connected(vin)


class _Reported(_Selecting):
    async def report(self, record: Record, accept: Deliver) -> None:
        await (self._rule.report(record, accept) if self._meets(record) else accept())


class _Throughout(_Dispatched, _Reported):
    """Draws once for each command."""

    def __init__(self, which: CommandsOf, injection: Injection, rule: CommandRule) -> None:
        super().__init__(which, injection, rule)
        self._drawn: dict[str, bool] = {}

    def _meets(self, record: Record) -> bool:
        key = record.command.command_id
        if key not in self._drawn:
            self._drawn[key] = super()._meets(record)
        return self._drawn[key]
