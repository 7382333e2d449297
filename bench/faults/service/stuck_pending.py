"""Commands stay pending, and block those after them."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.cloud.endpoints import endpoint_of
from bench.cloud.front import Handler
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.faults.requests import met
from bench.injection import Injection, Undo, together
from bench.units import Positive


@dataclass(frozen=True)
class StuckPending(CommandsOf):
    """A command's report does not get through, and no other is taken before it does (409).

    The car has done it. The slot is free again when the command's time is over; with the
    clearing, the reports that were held come in.

    Attributes:
        pending_s: how long a command keeps its vehicle's slot.
    """

    must: ClassVar[str] = "bound its slots; let a local key win over a command that hangs"
    shown_by: ClassVar[str] = '"Duplicate request" (hyundai_kia_connect_api #1120, #1298)'

    pending_s: Positive = 120.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Hold reports, and refuse commands behind them."""
        rule = _Pending(self.pending_s, injection)
        remove = self.met_throughout(site, injection, rule)
        return together([remove, site.front.rules.add(rule.answer), rule.cleared.set])


class _Pending(CommandRule):
    def __init__(self, pending_s: float, injection: Injection) -> None:
        self.cleared = asyncio.Event()
        self._pending_s, self._injection = pending_s, injection
        self._until_s: dict[str, float] = {}
        self._loop = asyncio.get_running_loop()

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        vin = request.match_info.get("vin", "")
        is_command = request.method == "POST" and endpoint_of(request.path) == "command"
        if not is_command or self._loop.time() >= self._until_s.get(vin, 0.0):
            return await handler(request)
        met(self._injection, request)
        return web.json_response({"error": "duplicate request"}, status=409)

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        self._until_s[record.vehicle.vin] = self._loop.time() + self._pending_s
        await deliver()

    async def report(self, record: Record, accept: Deliver) -> None:
        name = record.command.name
        self._injection.met(record.account, f"hold report of {name}", record.seq)
        await self.cleared.wait()
        await accept()
