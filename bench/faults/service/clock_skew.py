"""The cloud's clock is wrong."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.fault import Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class ClockSkew:
    """The cloud's calendar clock strays: commands, rights and sessions are dated by it.

    A car that compares a command's expiry with its own clock refuses what is dated too early,
    and takes what is dated too late for good longer than it should.

    Attributes:
        offset_s: how far it is ahead (negative: behind).
    """

    must: ClassVar[str] = "open by local keys; refuse rather than act on a date it cannot trust"
    shown_by: ClassVar[str] = "Tesla's published protocol dates commands by the vehicle's clock"
    by_name_only: ClassVar[bool] = True

    offset_s: float = -3600.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Move the cloud's clock."""
        clock = site.cloud.clock
        clock.offset_s += self.offset_s
        remove = site.cloud.commands.rules.add(_Dated(injection))

        def undo() -> None:
            remove()
            clock.offset_s -= self.offset_s

        return undo


class _Dated(CommandRule):
    """Counts: a command that has been dated by the wrong clock is what meets this fault."""

    def __init__(self, injection: Injection) -> None:
        self._injection = injection

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        self._injection.met(record.account, f"misdated {record.command.name}", record.seq)
        await deliver()
