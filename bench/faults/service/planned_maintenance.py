"""The cloud is taken down for maintenance, as announced."""

import asyncio
import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from aiohttp import web

from bench.cloud.front import Handler
from bench.cloud.notice import Notice
from bench.cloud.state import CloudState
from bench.events import Maintenance
from bench.faults.fault import Fault, Site
from bench.faults.requests import met
from bench.injection import Injection, Undo
from bench.network.json_object import json_object
from bench.units import Positive, Seconds

STATUS_PAGE = "/status"


@dataclass(frozen=True)
class PlannedMaintenance(Fault):
    """A maintenance that is announced, on the status page and to apps, and then takes place.

    While it is announced everything works and answers to commands carry the notice. In its window
    every request is answered by 503 with the notice and Retry-After; the status page stays up.
    Clearing ends it, also before the announced time.

    Attributes:
        notice_s: from the announcement to the window.
        window_s: how long it takes, as announced.
        page: when it is over, the notice is "cleared", or "left" where it stands.
    """

    acts_on: ClassVar[str] = "the whole cloud"
    must: ClassVar[str] = "tell the owner before and while it lasts, and no longer; open locally"
    shown_by: ClassVar[str] = "Tesla, September 2019 (The Next Web): maintenance, no log-in"

    notice_s: Seconds = (
        4.0  # whoever comes into a shortened outage comes six seconds after it began
    )
    window_s: Positive = 3600.0
    page: Literal["cleared", "left"] = "cleared"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Announce it, and take the cloud down in its window."""
        window = _Window(self, site.cloud, injection)
        remove = site.front.rules.add(window.answer)

        def undo() -> None:
            window.end()
            remove()
            site.cloud.notice = None

        return undo


class _Window:
    """One maintenance, from its announcement on."""

    def __init__(self, fault: PlannedMaintenance, cloud: CloudState, injection: Injection) -> None:
        self._fault, self._cloud, self._injection = fault, cloud, injection
        self._state = "planned"
        now_s = cloud.now()
        from_s = now_s + fault.notice_s
        self._notice = cloud.notice = Notice(from_s, from_s + fault.window_s)
        loop = asyncio.get_running_loop()
        self._timers = [
            loop.call_later(fault.notice_s, self._begin),
            loop.call_later(fault.notice_s + fault.window_s, self.end),
        ]
        self._tell("planned")

    def _begin(self) -> None:
        self._tell("under_way")

    def end(self) -> None:
        """Everything works again; twice does no harm."""
        for timer in self._timers:
            timer.cancel()
        if self._state != "over":
            self._tell("over")
        if self._fault.page == "cleared":
            self._cloud.notice = None

    def _tell(self, state: str) -> None:
        self._state = state
        self._cloud.journal.write(
            Maintenance(state, self._notice.from_s, self._notice.until_s), self._injection.armed_seq
        )

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse a request in the window; else let it pass, and count who is given the notice."""
        if request.path == STATUS_PAGE:
            return await handler(request)
        if self._state == "under_way":
            met(self._injection, request)
            now_s = self._cloud.now()
            return web.json_response(
                {"error": "maintenance", "notice": self._notice.described(now_s)}, status=503,
                headers={"Retry-After": str(max(1, math.ceil(self._notice.until_s - now_s)))},
            )  # fmt: skip
        response = await handler(request)
        body = response.body if isinstance(response, web.Response) else None
        told = isinstance(body, bytes) and "notice" in json_object(body)
        if told and self._cloud.notice is self._notice:
            met(self._injection, request)
        return response
