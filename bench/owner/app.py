"""The phone app: log-in, commands, keys, and how the car stands."""

import asyncio

from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.journal import Journal
from bench.network.http_client import ExchangeError, HttpClient
from bench.network.trust import Trust
from bench.owner.app_command import AppCommand
from bench.owner.app_policy import AppPolicy
from bench.owner.app_session import AppIdentity, AppSession
from bench.owner.car_view import CarView
from bench.protocol.signing import public_bytes


class App:
    """One phone's app.

    Args:
        identity: whose it is.
        client: its way to the cloud.
        time: the bench's clock.
        journal: where claims are written.
        policy: how it behaves.
        clock: the phone's calendar clock.
        trust: how the phone meets servers.
    """

    def __init__(
        self,
        identity: AppIdentity,
        client: HttpClient,
        time: Timebase,
        journal: Journal,
        policy: AppPolicy,
        clock: UnitClock | None = None,
        trust: Trust | None = None,
    ) -> None:
        self.identity = identity
        self.trust = trust or Trust()
        self.policy = policy
        self.entitlement: bytes | None = None
        self._time, self._journal = time, journal
        self._session = AppSession(identity, client, clock or UnitClock(time))
        state = f"/api/1/vehicles/{identity.vin}/state"
        self._view = CarView(identity.owner, state, self._session.call, journal)

    # ── session ───────────────────────────────────────────────────────────────────────────

    @property
    def logged_in(self) -> bool:
        """Whether the app holds a session."""
        return self._session.open

    async def log_in(self, cause: int | None = None) -> bool:
        """Log in with the owner's password."""
        return await self._session.log_in(cause)

    def log_out(self) -> None:
        """Forget the session. The key stays: it is the phone's, not the session's."""
        self._session.log_out()

    async def restart(self) -> None:
        """Kill the app and open it again: sessions survive, connections do not."""
        await self._session.begin_anew()

    async def switch_network(self) -> None:
        """Change from mobile data to another network: every connection is lost."""
        await self._session.drop_connections()

    # ── what the owner does with it ───────────────────────────────────────────────────────

    async def look(self, cause: int) -> None:
        """Show how the car stands, as far as the app knows."""
        await self._view.show(cause, dated=self.policy.dates_state)

    async def command(self, name: str, attempt: str, cause: int) -> None:
        """Send a command and tell the owner how it goes, to the end of what can be known."""
        command = AppCommand(attempt, self._session, self.policy, self._time, self._journal)
        await command.run(name, cause)

    # ── the phone's key ───────────────────────────────────────────────────────────────────

    async def fetch_key(self, credential: str, cause: int | None = None) -> bytes | None:
        """Have the phone's key entitled (or renewed); return the signed entitlement."""
        body = {
            "credential": credential,
            "public_key": public_bytes("credential", credential).hex(),
        }
        path = f"/api/1/vehicles/{self.identity.vin}/keys"
        try:
            reply = await self._session.call("POST", path, cause, body)
        except ExchangeError:
            return None
        entitlement = reply.granted().get("entitlement")
        if entitlement is None:
            return None
        self.entitlement = bytes.fromhex(entitlement)
        return self.entitlement

    async def ticket(self, credential: str, cause: int) -> tuple[str, int]:
        """Return a session ticket for a car that wants one ("": none), and the entry behind it."""
        path = f"/api/1/vehicles/{self.identity.vin}/keys/{credential}/session"
        try:
            reply = await self._session.call("POST", path, cause)
        except ExchangeError as error:
            return "", error.seq
        return str(reply.granted().get("ticket", "")), reply.seq

    async def before_key(self, cause: int) -> int:
        """Do what the app does before its key answers: nothing, in a sound app."""
        patience_s = self.policy.asks_before_key_s
        if not patience_s:
            return cause
        try:
            async with asyncio.timeout(patience_s):
                return (await self._session.call("GET", "/api/1/vehicles", cause)).seq
        except ExchangeError as error:
            return error.seq
        except TimeoutError:
            return cause
