"""Which commands a fault meets: what faults between acceptance and report have in common."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.fault import Fault, Site, name_of
from bench.faults.sample import Sample
from bench.faults.whose import check_whose
from bench.injection import Injection, Undo


@dataclass(frozen=True, kw_only=True)
class CommandsOf(Fault, Sample):
    """Which commands are met: those that all of this is true of.

    Attributes:
        account: in which account's name ("": in anybody's).
        vin: for which vehicle ("": for any).
    """

    acts_on: ClassVar[str] = "commands on their way to a vehicle"

    account: str = ""
    vin: str = ""

    def check(self, site: Site) -> None:
        """Raise ConfigError for an account or a vehicle that is not here."""
        check_whose(site.cloud, name_of(self), self.account, self.vin)

    def met_by(self, site: Site, injection: Injection, rule: CommandRule) -> Undo:
        """Let a rule act on these commands as they are dispatched; the others pass."""
        return site.cloud.commands.rules.add(_Dispatched(self, injection, rule))

    def reported_by(self, site: Site, injection: Injection, rule: CommandRule) -> Undo:
        """Let a rule act on reports of these commands; the others pass."""
        return site.cloud.commands.rules.add(_Reported(self, injection, rule))


class _Selecting(CommandRule):
    def __init__(self, which: CommandsOf, injection: Injection, rule: CommandRule) -> None:
        self._which, self._injection, self._rule = which, injection, rule
        self._count = 0

    def _meets(self, record: Record) -> bool:
        which, injection = self._which, self._injection
        meets = (
            which.account in {"", record.account}
            and which.vin in {"", record.vehicle.vin}
            and which.takes(injection, self._count)
        )
        self._count += meets
        return meets


class _Dispatched(_Selecting):
    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        await (self._rule.dispatch(record, deliver) if self._meets(record) else deliver())


class _Reported(_Selecting):
    async def report(self, record: Record, accept: Deliver) -> None:
        await (self._rule.report(record, accept) if self._meets(record) else accept())
