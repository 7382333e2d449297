"""Answers that cannot be understood."""

import json
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from aiohttp import web
from annotated_types import Interval

from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests
from bench.injection import Injection, Undo

WRONG_SCHEMA = {"version": 2, "data": [None], "result": 0}


@dataclass(frozen=True)
class MalformedBody(Requests):
    """The work is done, and the answer's body is not what its status promises.

    Attributes:
        kind: "json": it ends in the middle; "schema": it is another document; "huge": the right
            one, behind a very long piece of nothing.
        huge_bytes: how long that is.
    """

    must: ClassVar[str] = "not crash, not call it success; ask again under the same id"
    shown_by: ClassVar[str] = (
        "MockServer's malformedBody; interfaces that change unannounced (assumed)"
    )

    endpoint: Literal["auth", "command", "status", "key", "assistant", "api"] = "api"
    kind: Literal["json", "schema", "huge"] = "json"
    huge_bytes: Annotated[int, Interval(ge=1, le=50_000_000)] = 1_000_000

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Change the body of answers."""

        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if not isinstance(response, web.Response):
                return response
            return web.Response(
                status=response.status,
                body=self._changed(_whole(response)),
                content_type="application/json",
            )

        return self.answered(site, injection, answer)

    def _changed(self, body: bytes) -> bytes:
        if self.kind == "schema":
            return json.dumps(WRONG_SCHEMA).encode()
        if self.kind == "huge":
            return b" " * self.huge_bytes + body
        return body[: max(1, len(body) // 2)] + b"}]"


def _whole(response: web.Response) -> bytes:
    """Return the body of an answer; what is sent as it comes has none to be changed."""
    return bytes(response.body) if isinstance(response.body, bytes | bytearray) else b""
