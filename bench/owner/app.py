"""The phone app: log-in, commands, keys, and the words on the screen."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.events import Claim, NoticeShown
from bench.journal import Journal
from bench.network.http_client import ExchangeError, HttpClient, Reply
from bench.network.trust import Trust
from bench.owner.app_policy import AppPolicy
from bench.owner.car_view import CarView
from bench.owner.notices import AppNotice, notice_in
from bench.protocol.command import FINAL
from bench.protocol.signing import public_bytes

TEXTS = {
    "working": "Sending …",
    "succeeded": "Done",
    "failed": "That did not work",
    "unknown": "We do not know yet whether your car did it. Please check your car",
}
NOT_SENT = "No connection to the service. Nothing was sent to your car"
UNAVAILABLE = "The service is unavailable. Nothing was sent to your car"
LOGGED_OUT = "Please log in again. Nothing was sent to your car"
NOT_DELIVERED = "Your car could not be reached. The command has expired"
MAY_HAVE_WORKED = {500, 502, 504, 408}  # a server that failed midway may have done it


@dataclass(frozen=True)
class AppIdentity:
    """Whose app it is, and for which car."""

    owner: str
    account: str
    password: str
    vin: str
    api_url: str
    push_url: str


@dataclass(frozen=True)
class Sent:
    """How sending a command went: accepted with an id, or what to tell the owner instead."""

    command_id: str = ""
    claim: str = ""
    text: str = ""
    seq: int = 0


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
        self.clock = clock or UnitClock(time)
        self.entitlement: bytes | None = None
        self._client, self._time, self._journal = client, time, journal
        self._access, self._refresh, self._access_until = "", "", 0.0
        self._ticket: tuple[float, str] = (0.0, "")
        self._final: set[str] = set()
        state = f"/api/1/vehicles/{identity.vin}/state"
        self._view = CarView(identity.owner, state, self.call, journal)

    @property
    def logged_in(self) -> bool:
        """Whether the app holds a session."""
        return bool(self._refresh)

    # ── session ───────────────────────────────────────────────────────────────────────────

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
        self._ticket = (0.0, "")

    async def restart(self) -> None:
        """Kill the app and open it again: sessions survive, connections do not."""
        self._access, self._access_until = "", 0.0
        await self._client.drop_connections()

    async def switch_network(self) -> None:
        """Change from mobile data to another network: every connection is lost."""
        await self._client.drop_connections()

    async def look(self, cause: int) -> None:
        """Show how the car stands, as far as the app knows."""
        await self._view.show(cause, dated=self.policy.dates_state)

    async def _get_session(self, body: dict[str, Any], cause: int | None) -> bool:
        try:
            reply = await self._client.request(
                "POST", self.identity.api_url + "/oauth2/token", body=body, cause=cause
            )
        except ExchangeError:
            return False
        document = reply.json() if reply.ok else None
        if reply.status in {400, 401, 403}:
            self.log_out()
        if document is None or "access_token" not in document:
            return False
        self._access, self._refresh = document["access_token"], document["refresh_token"]
        self._access_until = self.clock.now() + float(document["expires_in"])
        return True

    async def call(
        self, method: str, path: str, cause: int | None, body: dict[str, Any] | None = None
    ) -> Reply:
        """Do an exchange in the owner's name; renews the session once when it has expired."""
        if self._refresh and self.clock.now() >= self._access_until:
            await self.refresh(cause)
        url = self.identity.api_url + path
        reply = await self._client.request(method, url, body=body, token=self._access, cause=cause)
        if reply.status == 401 and self._refresh and await self.refresh(reply.seq):
            reply = await self._client.request(
                method, url, body=body, token=self._access, cause=reply.seq
            )
        return reply

    # ── commands ──────────────────────────────────────────────────────────────────────────

    async def command(self, name: str, attempt: str, cause: int) -> None:
        """Send a command and tell the owner how it goes, to the end of what can be known."""
        began_s = self._time.loop.time()
        self._claim(attempt, "working", TEXTS["working"], cause)
        sent = await self._send(name, attempt, cause)
        if sent.claim:
            self._claim(attempt, sent.claim, sent.text, sent.seq)
        elif self.policy.accepted_is_success:
            self._claim(attempt, "succeeded", TEXTS["succeeded"], sent.seq)
        else:
            await self._await_result(attempt, sent, began_s)

    async def _send(self, name: str, attempt: str, cause: int) -> Sent:
        path = f"/api/1/vehicles/{self.identity.vin}/command/{name}"
        body = {"idempotency_key": f"{self.identity.account}-{attempt}"}
        maybe_sent, seq = False, cause
        for round_ in range(self.policy.retries + 1):
            if round_:
                await asyncio.sleep(self.policy.retry_wait_s)
            try:
                reply = await self.call("POST", path, cause, body)
            except ExchangeError as error:
                maybe_sent, seq = maybe_sent or error.sent, error.seq
                continue
            notice = self._notice(reply, attempt)
            return self._sent(reply, notice, maybe_sent=maybe_sent)
        if maybe_sent:
            return Sent(claim=self.policy.doubt, text=TEXTS[self.policy.doubt], seq=seq)
        return Sent(claim="failed", text=NOT_SENT, seq=seq)

    def _notice(self, reply: Reply, attempt: str) -> AppNotice | None:
        """Show the owner what the cloud has announced, if it still counts; return it."""
        notice, policy = notice_in(reply.json()), self.policy
        if notice is None:
            return None
        old = self._time.wall().timestamp() >= notice.until_s
        wanted = policy.announces if notice.state == "planned" else policy.names_maintenance
        if not wanted or (old and policy.drops_old_notices):
            return None
        shown = NoticeShown(
            self.identity.owner, attempt, notice.state, notice.from_s, notice.until_s, notice.text
        )
        self._journal.write(shown, reply.seq)
        return notice

    def _sent(self, reply: Reply, notice: AppNotice | None, *, maybe_sent: bool) -> Sent:
        """Return what an answer to a command means."""
        document = reply.json()
        if reply.ok and document is not None and "command_id" in document:
            return Sent(command_id=str(document["command_id"]), seq=reply.seq)
        if maybe_sent or reply.ok or reply.status in MAY_HAVE_WORKED:
            return Sent(claim=self.policy.doubt, text=TEXTS[self.policy.doubt], seq=reply.seq)
        text = LOGGED_OUT if reply.status in {401, 403} else UNAVAILABLE
        if notice is not None:
            text = notice.text
        return Sent(claim="failed", text=text, seq=reply.seq)

    async def _await_result(self, attempt: str, sent: Sent, began_s: float) -> None:
        """Ask until the result is known; say "unknown" in time, and correct it later."""
        wait: Callable[..., Any] = self._listen if self.policy.results == "push" else self._poll
        give_up_s = began_s + self.policy.give_up_s
        last = sent.seq
        state, last = await wait(sent, self.policy.poll_s, give_up_s, last)
        if state is None:
            self._claim(attempt, self.policy.doubt, TEXTS[self.policy.doubt], last)
            until_s = give_up_s + self.policy.follow_up_s
            state, last = await self._poll(sent, self.policy.follow_up_poll_s, until_s, last)
        if state is not None:
            self._claim_result(attempt, state, last)

    async def _poll(
        self, sent: Sent, every_s: float, until_s: float, last: int
    ) -> tuple[str | None, int]:
        """Return a command's final state and the entry that told it, or None by `until_s`."""
        loop = self._time.loop
        while loop.time() + every_s <= until_s:
            await asyncio.sleep(every_s)
            try:
                reply = await self.call("GET", f"/api/1/commands/{sent.command_id}", last)
            except ExchangeError as error:
                last = error.seq
                continue
            last = reply.seq
            document = reply.json() if reply.ok else None
            if document is not None and document.get("state") in FINAL:
                return str(document["state"]), last
        return None, last

    async def _listen(
        self, sent: Sent, every_s: float, until_s: float, last: int
    ) -> tuple[str | None, int]:
        """As `_poll`, over the push channel; a channel that breaks falls back to asking."""
        try:
            async with (
                asyncio.timeout_at(until_s),
                self._client.websocket(
                    self.identity.push_url, cause=last, token=self._access, heartbeat_s=30.0
                ) as (channel, _opened),
            ):
                reply = await self.call("GET", f"/api/1/commands/{sent.command_id}", last)
                document = reply.json() or {}
                while document.get("state") not in FINAL:
                    document = await channel.receive_json()
                return str(document["state"]), reply.seq
        except (ExchangeError, TypeError, ValueError):
            return await self._poll(sent, every_s, until_s, last)
        except TimeoutError:
            return None, last

    def _claim_result(self, attempt: str, state: str, cause: int) -> None:
        if state == "succeeded":
            self._claim(attempt, "succeeded", TEXTS["succeeded"], cause)
        elif state == "unknown":
            self._claim(attempt, "unknown", TEXTS["unknown"], cause)
        else:
            text = NOT_DELIVERED if state == "timed_out" else TEXTS["failed"]
            self._claim(attempt, "failed", text, cause)

    def _claim(self, attempt: str, state: str, text: str, cause: int | None) -> int:
        return self._journal.write(Claim(self.identity.owner, attempt, state, text), cause)

    # ── keys ──────────────────────────────────────────────────────────────────────────────

    async def fetch_key(self, credential: str, cause: int | None = None) -> bytes | None:
        """Have the phone's key entitled (or renewed); return the signed entitlement."""
        body = {
            "credential": credential,
            "public_key": public_bytes("credential", credential).hex(),
        }
        path = f"/api/1/vehicles/{self.identity.vin}/keys"
        try:
            reply = await self.call("POST", path, cause, body)
        except ExchangeError:
            return None
        document = reply.json() if reply.ok else None
        if document is None or "entitlement" not in document:
            return None
        self.entitlement = bytes.fromhex(document["entitlement"])
        return self.entitlement

    async def ticket(self, credential: str, cause: int) -> tuple[str, int]:
        """Return a session ticket for a car that wants one ("": none), and the entry behind it."""
        until, ticket = self._ticket
        if self.clock.now() < until:
            return ticket, cause
        path = f"/api/1/vehicles/{self.identity.vin}/keys/{credential}/session"
        try:
            reply = await self.call("POST", path, cause)
        except ExchangeError as error:
            return "", error.seq
        document = reply.json() if reply.ok else None
        if document is None or "ticket" not in document:
            return "", reply.seq
        return str(document["ticket"]), reply.seq

    async def before_key(self, cause: int) -> int:
        """Do what the app does before its key answers: nothing, in a sound app."""
        patience_s = self.policy.asks_before_key_s
        if not patience_s:
            return cause
        try:
            async with asyncio.timeout(patience_s):
                return (await self.call("GET", "/api/1/vehicles", cause)).seq
        except ExchangeError as error:
            return error.seq
        except TimeoutError:
            return cause
