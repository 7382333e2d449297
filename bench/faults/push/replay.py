"""Commands are replayed under another epoch."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.clearing import Clearing
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo, together
from bench.protocol.command import Command
from bench.units import Seconds


@dataclass(frozen=True)
class Replay(CommandsOf):
    """Each command comes again later under another id, as one of another time, rightly signed.

    As from a data centre that took over with an old copy of the counters. What would come again
    after the clearing does not, nor what finds the vehicle's channel closed: nobody meets that.

    Attributes:
        kind: "old_counter": in this epoch, behind what was counted; "old_epoch": of an epoch
            before it, and expired, as it must be by then.
        gap_s: how long after the command.
    """

    must: ClassVar[str] = "refuse what is behind its counter or beyond its time"
    shown_by: ClassVar[str] = "Tesla's published command protocol: epochs, counters and expiry"

    kind: Literal["old_counter", "old_epoch"] = "old_counter"
    gap_s: Seconds = 8.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Replay every command."""
        again = _Again(self, site, injection)
        return together([self.met_by(site, injection, again), again.clearing.come])

    def changed(self, command: Command) -> Command:
        """Return a command as it comes again."""
        name = f"replayed-{command.command_id}"
        if self.kind == "old_counter":
            return replace(command, command_id=name)
        lived_s = command.expires_at - command.issued_at
        return replace(
            command, command_id=name, epoch=f"before-{command.epoch}",
            issued_at=command.issued_at - 2 * lived_s, expires_at=command.issued_at - lived_s,
        )  # fmt: skip


class _Again(CommandRule):
    def __init__(self, fault: Replay, site: Site, injection: Injection) -> None:
        self.clearing = Clearing()
        self._fault, self._push, self._injection = fault, site.cloud.push, injection

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        await deliver()
        if await self.clearing.within(self._fault.gap_s):
            return
        signed = self._fault.changed(record.command).signed().hex()
        document = {"type": "command", "signed": signed}
        what = f"replayed {record.command.name}"
        if await self._push.send(record.vehicle.vin, what, document, record.seq):
            self._injection.met(record.account, f"replay {record.command.name}", record.seq)
