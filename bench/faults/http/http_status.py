"""The cloud answers with an error status."""

from dataclasses import dataclass
from email.utils import formatdate
from typing import Annotated, ClassVar, Literal

from aiohttp import web
from annotated_types import Interval

from bench.cloud.endpoints import endpoint_of
from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests
from bench.injection import Injection, Undo
from bench.units import Seconds


@dataclass(frozen=True)
class HttpStatus(Requests):
    """The cloud answers with an error status instead of doing its work.

    Attributes:
        status: which (503: service unavailable).
        retry_after_s: what the Retry-After header says (None: there is none).
        retry_after_as: how it says it: "seconds", a "date" by the cloud's clock (RFC 9110 §10.2.3
            allows both), or "nonsense" that is neither.
        effect: "none": the request is not worked on; "done": it is, and only the answer is an
            error, as a gateway's 502 or 504 may be.
    """

    must: ClassVar[str] = "obey Retry-After, back off, keep local keys working"
    shown_by: ClassVar[str] = "GWM, 21 March 2025: 503; Tesla, 19 November 2021: 500; Fastly 2021"

    status: Annotated[int, Interval(ge=400, le=599)] = 503
    retry_after_s: Seconds | None = None
    retry_after_as: Literal["seconds", "date", "nonsense"] = "seconds"
    effect: Literal["none", "done"] = "none"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer requests with the status."""

        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            if self.effect == "done" and endpoint_of(request.path) != "push":
                await handler(request)
            headers = self._retry_after(site.cloud.now())
            return web.Response(status=self.status, headers=headers, text="unavailable")

        return self.answered(site, injection, answer)

    def _retry_after(self, now: float) -> dict[str, str]:
        if self.retry_after_as == "nonsense":
            return {"Retry-After": "soon"}
        if self.retry_after_s is None:
            return {}
        if self.retry_after_as == "date":
            return {"Retry-After": formatdate(now + self.retry_after_s, usegmt=True)}
        return {"Retry-After": f"{self.retry_after_s:.0f}"}
