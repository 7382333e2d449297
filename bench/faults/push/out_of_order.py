"""Commands overtake each other."""

import asyncio
from dataclasses import dataclass, field
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo, together
from bench.units import Positive


@dataclass(frozen=True)
class OutOfOrder(CommandsOf):
    """Every other command to a vehicle is held until the one after it has been delivered.

    What chooses among commands chooses which are held; whichever comes next overtakes, and only
    that counts as met. One that is overtaken by nobody goes out after a while, and with the
    clearing.

    Attributes:
        wait_s: how long it waits to be overtaken.
    """

    must: ClassVar[str] = "refuse a command that a later one has overtaken"
    shown_by: ClassVar[str] = "Tesla's published command protocol: counters strictly in order"

    wait_s: Positive = 20.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Hold every other command."""
        rule = _Overtake(self, injection)
        return together([site.cloud.commands.rules.add(rule), rule.release])


class _Overtake(CommandRule):
    def __init__(self, which: OutOfOrder, injection: Injection) -> None:
        self._wait_s, self._injection = which.wait_s, injection
        self._meets = which.meeting(injection)
        self._held: dict[str, _Held] = {}
        self._cleared = False

    def release(self) -> None:
        self._cleared = True
        for held in self._held.values():
            held.go_on.set()

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        before = self._held.pop(record.vehicle.vin, None)
        if before is None:
            if self._meets(record):
                await self._hold(record)
            await deliver()
            return
        await deliver()
        if not self._cleared:
            what = f"{record.command.name} overtakes {before.name}"
            self._injection.met(record.account, what, record.seq)
        before.go_on.set()

    async def _hold(self, record: Record) -> None:
        vin = record.vehicle.vin
        held = self._held[vin] = _Held(record.command.name)
        try:
            async with asyncio.timeout(self._wait_s):
                await held.go_on.wait()
        except TimeoutError:
            pass
        if self._held.get(vin) is held:
            del self._held[vin]


@dataclass
class _Held:
    """A command that waits to be overtaken."""

    name: str
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
