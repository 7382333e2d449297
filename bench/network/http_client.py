"""How a phone or a telematics unit speaks HTTPS: one client per party, over the party's links."""

import asyncio
import itertools
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bench.clock.simulated_loop import SimulatedLoop
from bench.events import ExchangeFailed, RequestSent, ResponseReceived
from bench.journal import Journal
from bench.network.json_object import json_object
from bench.network.names import Names
from bench.network.trace_context import HEADER, traceparent
from bench.network.trust import Trust

_PLACE = re.compile(r" \(_ssl\.c:\d+\)")  # where in Python's source OpenSSL's error was met
NO_ROUNDING = 1e9  # aiohttp rounds time-outs above this many seconds up to whole ones


class ExchangeError(Exception):
    """A request without a usable response.

    Attributes:
        sent: whether the request may have reached the cloud, and so may have had an effect.
        seq: the journal entry that records it.
        error: the client's own error, by class name.
        retry_after: what the refusal's Retry-After said (None: there was none).
    """

    def __init__(
        self, error: str, detail: str, *, sent: bool, seq: int, retry_after: str | None = None
    ) -> None:
        super().__init__(f"{error}: {detail}")
        self.error = error
        self.retry_after = retry_after
        self.sent = sent
        self.seq = seq


@dataclass(frozen=True)
class Reply:
    """A complete HTTP response.

    Attributes:
        seq: the journal entry that records it.
    """

    status: int
    content_type: str
    body: bytes
    retry_after: str | None
    seq: int

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object; an empty one if it is none."""
        return json_object(self.body) if self.content_type == "application/json" else {}

    def granted(self) -> dict[str, Any]:
        """Return the JSON object of an answer that is 2xx; an empty one of any other."""
        return self.json() if self.ok else {}


@dataclass(frozen=True)
class Timeouts:
    """How long a client waits: for a connection (names, TCP, TLS), and for the whole exchange."""

    connect_s: float = 10.0
    total_s: float = 15.0


class BenchResolver(AbstractResolver):
    """Asks the bench's names on behalf of one party; aiohttp sees an ordinary resolver."""

    def __init__(self, party: str, names: Names) -> None:
        self._party = party
        self._names = names

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        """Return where `host` is reached from here; raises OSError."""
        del port, family
        address, port = await self._names.resolve(self._party, host)
        return [ResolveResult(hostname=host, host=address, port=port, family=2, proto=6, flags=0)]

    async def close(self) -> None:
        """Nothing to close."""


class _Connector(aiohttp.TCPConnector):
    """Lets a party look at each new connection before anything is sent over it."""

    def __init__(self, trust: Trust, **options: Any) -> None:
        super().__init__(**options)
        self._trust = trust

    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> Any:
        made = await super()._create_connection(req, traces, timeout)
        transport = made.transport
        try:
            if transport is not None:
                await self._trust.check(transport.get_extra_info("ssl_object"), req.url.host or "")
        except ssl.SSLCertVerificationError as error:
            made.close()
            raise aiohttp.ClientConnectorCertificateError(req.connection_key, error) from error
        except BaseException:
            made.close()
            raise
        return made


class HttpClient:
    """One party's HTTPS client.

    Args:
        party: who it is, in events and in the User-Agent.
        names: who resolves names for it.
        journal: where exchanges are written.
        timeouts: its patience.
        trust: what it trusts; by default the maker's root.
    """

    def __init__(
        self,
        party: str,
        names: Names,
        journal: Journal,
        *,
        timeouts: Timeouts | None = None,
        trust: Trust | None = None,
    ) -> None:
        self.party = party
        self._names = names
        self._journal = journal
        self._timeouts = timeouts or Timeouts()
        self._trust = trust or Trust()
        self._numbers = itertools.count(1)
        self._session: aiohttp.ClientSession | None = None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            loop = asyncio.get_running_loop()
            in_memory = loop.internet if isinstance(loop, SimulatedLoop) else None
            connector = _Connector(
                self._trust,
                resolver=BenchResolver(self.party, self._names),
                # aiohttp keeps names by the computer's clock and would hide a DNS fault
                use_dns_cache=False,
                ssl=self._trust.context,
                # it also ages idle connections by the computer's clock: leave that to the server
                keepalive_timeout=3600,
                socket_factory=in_memory.socket_factory if in_memory else None,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": f"access-bench {self.party}"},
                auto_decompress=False,
            )
        return self._session

    async def request(
        self,
        method: str,
        url: str,
        *,
        cause: int | None,
        body: dict[str, Any] | None = None,
        token: str | None = None,
    ) -> Reply:
        """Do one exchange; raises ExchangeError when there is no complete response."""
        exchange, seq = self._begin(method, url, cause)
        headers = {HEADER: traceparent(seq)}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        timeout = aiohttp.ClientTimeout(
            total=self._timeouts.total_s,
            connect=self._timeouts.connect_s,
            ceil_threshold=NO_ROUNDING,
        )
        try:
            async with self._open_session().request(
                method, url, json=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                data = await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise self._failed(exchange, seq, error) from error
        received = ResponseReceived(self.party, exchange, response.status, response.content_type)
        return Reply(
            response.status,
            response.content_type,
            data,
            response.headers.get("Retry-After"),
            self._journal.write(received, seq),
        )

    @asynccontextmanager
    async def websocket(
        self,
        url: str,
        *,
        cause: int | None,
        token: str,
        heartbeat_s: float,
        more: dict[str, str] | None = None,
    ) -> AsyncIterator[tuple[aiohttp.ClientWebSocketResponse, int]]:
        """Open a push channel; yields it and the entry that records its opening.

        Raises ExchangeError when it does not open. A peer that misses a heartbeat for half its
        period is taken for dead, as aiohttp does.
        """
        exchange, seq = self._begin("WEBSOCKET", url, cause)
        headers = {HEADER: traceparent(seq), "Authorization": f"Bearer {token}", **(more or {})}
        session = self._open_session()
        try:
            async with asyncio.timeout(self._timeouts.connect_s):
                channel = await session.ws_connect(
                    url, headers=headers, heartbeat=heartbeat_s, compress=0,
                    timeout=aiohttp.ClientWSTimeout(ws_close=5.0),
                )  # fmt: skip
        except AssertionError as error:
            # aiohttp's, where the peer went with the last byte of the handshake
            lost = aiohttp.ClientConnectionResetError("lost while the channel was opened")
            raise self._failed(exchange, seq, lost) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise self._failed(exchange, seq, error) from error
        opened = self._journal.write(ResponseReceived(self.party, exchange, 101, "push"), seq)
        try:
            yield channel, opened
        finally:
            await channel.close()

    async def drop_connections(self) -> None:
        """Close every pooled connection; the next request opens a new one."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def close(self) -> None:
        """Close for good."""
        await self.drop_connections()

    def _begin(self, method: str, url: str, cause: int | None) -> tuple[str, int]:
        exchange = f"{self.party}-{next(self._numbers)}"
        path = "/" + url.split("/", 3)[3]
        return exchange, self._journal.write(RequestSent(self.party, exchange, method, path), cause)

    def _failed(self, exchange: str, seq: int, error: BaseException) -> ExchangeError:
        sent = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
        name, detail = type(error).__name__, _plain(error)
        failed = self._journal.write(ExchangeFailed(self.party, exchange, name, detail, sent), seq)
        headers = getattr(error, "headers", None) or {}
        told = headers.get("Retry-After")
        return ExchangeError(name, detail, sent=sent, seq=failed, retry_after=told)


def _plain(error: BaseException) -> str:
    """Return an error's text without what differs between runs: addresses and objects."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        certificate = error.certificate_error
        return str(getattr(certificate, "verify_message", certificate))
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or str(error.os_error)
    text = error.strerror or "" if isinstance(error, OSError) else str(error)
    return _PLACE.sub("", text)
