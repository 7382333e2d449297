"""Answers whose framing is broken."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from aiohttp import web

from bench.cloud.front import Handler
from bench.faults.fault import Site
from bench.faults.requests import Requests
from bench.injection import Injection, Undo

# RFC 9112 §7.1: a chunk begins with its length in hexadecimal digits
BROKEN = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"zz\r\n{}\r\n"
)


@dataclass(frozen=True)
class BadChunk(Requests):
    """The work is done, and the answer comes in chunks of which one has no length."""

    must: ClassVar[str] = "not take it for an answer; ask again under the same id"
    shown_by: ClassVar[str] = "WireMock's MALFORMED_RESPONSE_CHUNK; proxies that restart (assumed)"

    endpoint: Literal["auth", "command", "status", "key", "assistant", "api"] = "api"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Break the framing of answers."""

        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if not isinstance(response, web.Response):
                return response
            if request.transport is not None:
                # at once: whether a client has begun to read the answer must not depend on TCP
                request.transport.write(BROKEN)
                request.transport.close()
            return response

        return self.answered(site, injection, answer)
