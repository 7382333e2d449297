"""Commands overtake each other."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo, together
from bench.units import Positive


@dataclass(frozen=True)
class OutOfOrder(CommandsOf):
    """Every other command to a vehicle is held until the one after it has been delivered.

    One that is overtaken by nobody goes out after a while, and with the clearing.

    Attributes:
        wait_s: how long it waits to be overtaken.
    """

    must: ClassVar[str] = "refuse a command that a later one has overtaken"
    shown_by: ClassVar[str] = "Tesla's published command protocol: counters strictly in order"

    wait_s: Positive = 20.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Hold every other command."""
        rule = _Overtake(self.wait_s, injection)
        remove = self.met_by(site, injection, rule)

        return together([remove, rule.release])


class _Overtake(CommandRule):
    def __init__(self, wait_s: float, injection: Injection) -> None:
        self._wait_s, self._injection = wait_s, injection
        self._held: dict[str, asyncio.Event] = {}

    def release(self) -> None:
        for overtaken in self._held.values():
            overtaken.set()

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        vin = record.vehicle.vin
        before = self._held.pop(vin, None)
        if before is not None:
            await deliver()
            before.set()
            return
        overtaken = self._held[vin] = asyncio.Event()
        self._injection.met(record.account, f"hold {record.command.name}", record.seq)
        try:
            async with asyncio.timeout(self._wait_s):
                await overtaken.wait()
        except TimeoutError:
            pass
        if self._held.get(vin) is overtaken:
            del self._held[vin]
        await deliver()
