"""Commands arrive late."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.clearing import Clearing
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo, together
from bench.units import Seconds


@dataclass(frozen=True)
class Delayed(CommandsOf):
    """Accepted commands are held, and delivered long after the owner has gone.

    When the fault is cleared, what is still held is delivered, not dropped: that is recovery as
    cars meet it, and the moment at which a stale unlock would open a parked car.

    Attributes:
        delay_s: how long each command is held. 110 s is beyond the expiry of 90 s.
    """

    must: ClassVar[str] = "refuse a command whose time is over"
    shown_by: ClassVar[str] = "an unlock executed ten minutes late (TeslaWatch #180)"

    delay_s: Seconds = 110.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Hold every command on its way to the vehicle."""
        hold = _Hold(self.delay_s, injection)
        remove = self.met_by(site, injection, hold)

        return together([remove, hold.clearing.come])


class _Hold(CommandRule):
    def __init__(self, delay_s: float, injection: Injection) -> None:
        self.clearing = Clearing()
        self._delay_s, self._injection = delay_s, injection

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        self._injection.met(record.account, f"hold {record.command.name}", record.seq)
        await self.clearing.within(self._delay_s)
        await deliver()
