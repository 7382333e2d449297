"""Commands arrive twice."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.clearing import Clearing
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo, together
from bench.units import Seconds


@dataclass(frozen=True)
class Duplicate(CommandsOf):
    """Every command is delivered again, as "at least once" allows.

    What would come again after the clearing does not.

    Attributes:
        again: how many more times.
        gap_s: how long after the time before.
    """

    must: ClassVar[str] = "execute each command once"
    shown_by: ClassVar[str] = "MQTT QoS 1; a time-out taken for an error (leapmotor-mate #73)"

    again: Annotated[int, Ge(1)] = 1
    gap_s: Seconds = 8.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Deliver every command again."""
        twice = _Twice(self, injection)
        return together([self.met_by(site, injection, twice), twice.clearing.come])


class _Twice(CommandRule):
    def __init__(self, fault: Duplicate, injection: Injection) -> None:
        self.clearing = Clearing()
        self._fault, self._injection = fault, injection

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        await deliver()
        for _ in range(self._fault.again):
            if await self.clearing.within(self._fault.gap_s):
                return
            self._injection.met(record.account, f"repeat {record.command.name}", record.seq)
            await deliver()
