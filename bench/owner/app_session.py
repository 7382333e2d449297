"""An app's session with the cloud: log-in, tokens, and every exchange in the owner's name."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientWebSocketResponse

from bench.clock.unit_clock import UnitClock
from bench.network.http_client import ExchangeError, HttpClient, Reply

HEARTBEAT_S = 30.0  # of its push channel (assumed)


@dataclass(frozen=True)
class AppIdentity:
    """Whose app it is, and for which car."""

    owner: str
    account: str
    password: str
    vin: str
    api_url: str
    push_url: str


class AppSession:
    """One owner's session.

    Args:
        identity: whose app it is.
        client: its way to the cloud.
        clock: the phone's calendar clock.
    """

    def __init__(self, identity: AppIdentity, client: HttpClient, clock: UnitClock) -> None:
        self.identity = identity
        self._client, self._clock = client, clock
        self._access, self._refresh, self._access_until = "", "", 0.0

    @property
    def open(self) -> bool:
        """Whether somebody is logged in."""
        return bool(self._refresh)

    async def log_in(self, cause: int | None = None) -> bool:
        """Log in with the owner's password."""
        identity = self.identity
        body = {"account": identity.account, "password": identity.password}
        return await self._get_session({"grant_type": "password", **body}, cause)

    async def refresh(self, cause: int | None) -> bool:
        """Trade the refresh token for a new session; a refusal logs the app out."""
        body = {"grant_type": "refresh_token", "refresh_token": self._refresh}
        return await self._get_session(body, cause)

    def log_out(self) -> None:
        """Forget the session. The key stays: it is the phone's, not the session's."""
        self._access, self._refresh, self._access_until = "", "", 0.0

    async def begin_anew(self) -> None:
        """Start as an app does that was killed: logged in still, without connections."""
        self._access, self._access_until = "", 0.0
        await self.drop_connections()

    async def drop_connections(self) -> None:
        """Lose every connection, as on another network."""
        await self._client.drop_connections()

    async def _get_session(self, body: dict[str, Any], cause: int | None) -> bool:
        try:
            reply = await self._client.request(
                "POST", self.identity.api_url + "/oauth2/token", body=body, cause=cause
            )
        except ExchangeError:
            return False
        document = reply.granted()
        if reply.status in {400, 401, 403}:
            self.log_out()
        if "access_token" not in document:
            return False
        self._access, self._refresh = document["access_token"], document["refresh_token"]
        self._access_until = self._clock.now() + float(document["expires_in"])
        return True

    async def call(
        self, method: str, path: str, cause: int | None, body: dict[str, Any] | None = None
    ) -> Reply:
        """Do an exchange in the owner's name; renews the session once when it has expired."""
        if self._refresh and self._clock.now() >= self._access_until:
            await self.refresh(cause)
        url = self.identity.api_url + path
        reply = await self._client.request(method, url, body=body, token=self._access, cause=cause)
        if reply.status == 401 and self._refresh and await self.refresh(reply.seq):
            reply = await self._client.request(
                method, url, body=body, token=self._access, cause=reply.seq
            )
        return reply

    def channel(
        self, cause: int | None
    ) -> AbstractAsyncContextManager[tuple[ClientWebSocketResponse, int]]:
        """Return a push channel that is open while it is entered (see `HttpClient.websocket`)."""
        return self._client.websocket(
            self.identity.push_url, cause=cause, token=self._access, heartbeat_s=HEARTBEAT_S
        )
