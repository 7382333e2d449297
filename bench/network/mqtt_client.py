"""How a telematics unit speaks MQTT: one client per party, over the party's links."""

import asyncio
import itertools
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.events import ExchangeFailed, RequestSent, ResponseReceived
from bench.journal import Journal
from bench.network.http_client import ExchangeError
from bench.network.mqtt_connection import Login, MqttConnection, Refused
from bench.network.mqtt_redirection import Redirection
from bench.network.mqtt_wire import Publish
from bench.network.names import Names
from bench.network.trust import Trust


class MqttClient:
    """One party's MQTT: a connection at a time, and what it has not been thanked for.

    Args:
        party: who it is; its client identifier.
        names: who resolves names for it.
        journal: where exchanges are written.
        connect_s: its patience for names, TCP, TLS, CONNACK and SUBACK.
        trust: what it trusts; by default the maker's root.
    """

    def __init__(
        self,
        party: str,
        names: Names,
        journal: Journal,
        *,
        connect_s: float,
        trust: Trust | None = None,
    ) -> None:
        self.party = party
        self._names, self._journal, self._connect_s = names, journal, connect_s
        self._trust = trust or Trust()
        self._numbers = itertools.count(1)
        self._unacknowledged: dict[int, Publish] = {}
        self._connection: MqttConnection | None = None
        self._has_listened = False
        self._redirection = Redirection()

    @asynccontextmanager
    async def connect(
        self, login: Login, *, cause: int | None
    ) -> AsyncIterator[tuple[MqttConnection, int]]:
        """Connect, take the session up, listen; yields the connection and the entry of its opening.

        A broker that sends it to another server is obeyed once, within the same patience.

        Raises ExchangeError when the broker cannot be reached, or does not let the client in.
        """
        until_s = asyncio.get_running_loop().time() + self._connect_s
        elsewhere = self._redirection.elsewhere
        try:
            connection, opened = await self._attempt(login, until_s, cause)
        except ExchangeError as error:
            if elsewhere or not self._redirection.elsewhere:
                self._redirection.failed()
                raise
            connection, opened = await self._follow(login, until_s, error.seq)
        self._redirection.let_in()
        self._connection = connection
        try:
            yield connection, opened
        finally:
            if login.follows_reference:
                self._redirection.told(*connection.ended)
            connection.close()

    async def _follow(self, login: Login, until_s: float, cause: int) -> tuple[MqttConnection, int]:
        """Connect to the server that the client has just been sent to."""
        try:
            return await self._attempt(login, until_s, cause)
        except ExchangeError:
            self._redirection.failed()
            raise

    async def _attempt(
        self, login: Login, until_s: float, cause: int | None
    ) -> tuple[MqttConnection, int]:
        exchange = f"{self.party}-mqtt-{next(self._numbers)}"
        sent = RequestSent(self.party, exchange, "MQTT", f"/{login.topic}")
        seq = self._journal.write(sent, cause)
        connection = MqttConnection(login, self._unacknowledged)
        try:
            async with asyncio.timeout_at(until_s):
                present = await self._open(connection, login, seq)
        except (TimeoutError, OSError) as error:
            connection.abort()
            if isinstance(error, Refused) and login.follows_reference:
                self._redirection.told(error.code, error.reference)
            raise self._failed(exchange, seq, error, sent=connection.greeted) from error
        note = "session present" if present else "new session"
        return connection, self._journal.write(ResponseReceived(self.party, exchange, 0, note), seq)

    async def drop_connections(self) -> None:
        """Lose the connection, without a word to the broker; the session stays."""
        if self._connection is not None:
            self._connection.abort()

    async def close(self) -> None:
        """Close for good."""
        if self._connection is not None:
            self._connection.close()

    async def _open(self, connection: MqttConnection, login: Login, cause: int) -> bool:
        """Connect and introduce the client; return whether the broker knew its session."""
        server = self._redirection.host(login.host)
        host, port = await self._names.resolve(self.party, server)
        transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: connection.endpoint, host, port, ssl=self._trust.context,
            server_hostname=server,
        )  # fmt: skip
        await self._trust.check(transport.get_extra_info("ssl_object"), server)
        answer = await connection.greet(self.party, cause)
        if not (answer.session_present or (login.trusts_session and self._has_listened)):
            await connection.listen()
            self._has_listened = True
        connection.repeat(session_present=answer.session_present)
        return answer.session_present

    def _failed(self, exchange: str, seq: int, error: Exception, *, sent: bool) -> ExchangeError:
        name, detail = type(error).__name__, _plain(error)
        event = ExchangeFailed(self.party, exchange, name, detail, sent)
        return ExchangeError(name, detail, sent=sent, seq=self._journal.write(event, seq))


def _plain(error: Exception) -> str:
    """Return an error's text without what differs between runs."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
