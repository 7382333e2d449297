"""One command by the app: sent, followed, and put in words for the owner at each turn."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.clock.timebase import Timebase
from bench.events import Claim, NoticeShown
from bench.journal import Journal
from bench.network.http_client import ExchangeError, Reply
from bench.owner.app_policy import AppPolicy
from bench.owner.app_session import AppSession
from bench.owner.notices import AppNotice, notice_in
from bench.protocol.command import FINAL

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
class Sent:
    """How sending a command went: accepted with an id, or what to tell the owner instead."""

    command_id: str = ""
    claim: str = ""
    text: str = ""
    seq: int = 0


class AppCommand:
    """A command from the button to the last word about it.

    Args:
        attempt: what recordings call the owner's attempt.
        session: how the app asks the cloud.
        policy: how it behaves.
        time: the bench's clock.
        journal: where claims are written.
    """

    def __init__(
        self, attempt: str, session: AppSession, policy: AppPolicy, time: Timebase, journal: Journal
    ) -> None:
        self._attempt, self._session, self._policy = attempt, session, policy
        self._identity = session.identity
        self._time, self._journal = time, journal

    async def run(self, name: str, cause: int) -> None:
        """Send it and tell the owner how it goes, to the end of what can be known."""
        began_s = self._time.loop.time()
        self._claim("working", TEXTS["working"], cause)
        sent = await self._send(name, cause)
        if sent.claim:
            self._claim(sent.claim, sent.text, sent.seq)
        elif self._policy.accepted_is_success:
            self._claim("succeeded", TEXTS["succeeded"], sent.seq)
        else:
            await self._await_result(sent, began_s)

    async def _send(self, name: str, cause: int) -> Sent:
        path = f"/api/1/vehicles/{self._identity.vin}/command/{name}"
        body = {"idempotency_key": f"{self._identity.account}-{self._attempt}"}
        maybe_sent, seq = False, cause
        for round_ in range(self._policy.retries + 1):
            if round_:
                await asyncio.sleep(self._policy.retry_wait_s)
            try:
                reply = await self._session.call("POST", path, cause, body)
            except ExchangeError as error:
                maybe_sent, seq = maybe_sent or error.sent, error.seq
                continue
            notice = self._notice(reply)
            return self._sent(reply, notice, maybe_sent=maybe_sent)
        if maybe_sent:
            return Sent(claim=self._policy.doubt, text=TEXTS[self._policy.doubt], seq=seq)
        return Sent(claim="failed", text=NOT_SENT, seq=seq)

    def _notice(self, reply: Reply) -> AppNotice | None:
        """Show the owner what the cloud has announced, if it still counts; return it."""
        notice, policy = notice_in(reply.json()), self._policy
        if notice is None:
            return None
        old = self._time.wall().timestamp() >= notice.until_s
        wanted = policy.announces if notice.state == "planned" else policy.names_maintenance
        if not wanted or (old and policy.drops_old_notices):
            return None
        shown = NoticeShown(
            self._identity.owner, self._attempt,
            notice.state, notice.from_s, notice.until_s, notice.text,
        )  # fmt: skip
        self._journal.write(shown, reply.seq)
        return notice

    def _sent(self, reply: Reply, notice: AppNotice | None, *, maybe_sent: bool) -> Sent:
        """Return what an answer to a command means."""
        command_id = reply.granted().get("command_id")
        if command_id is not None:
            return Sent(command_id=str(command_id), seq=reply.seq)
        if maybe_sent or reply.ok or reply.status in MAY_HAVE_WORKED:
            return Sent(claim=self._policy.doubt, text=TEXTS[self._policy.doubt], seq=reply.seq)
        text = LOGGED_OUT if reply.status in {401, 403} else UNAVAILABLE
        if notice is not None:
            text = notice.text
        return Sent(claim="failed", text=text, seq=reply.seq)

    async def _await_result(self, sent: Sent, began_s: float) -> None:
        """Ask until the result is known; say "unknown" in time, and correct it later."""
        wait: Callable[..., Any] = self._listen if self._policy.results == "push" else self._poll
        give_up_s = began_s + self._policy.give_up_s
        last = sent.seq
        state, last = await wait(sent, self._policy.poll_s, give_up_s, last)
        if state is None:
            self._claim(self._policy.doubt, TEXTS[self._policy.doubt], last)
            until_s = give_up_s + self._policy.follow_up_s
            state, last = await self._poll(sent, self._policy.follow_up_poll_s, until_s, last)
        if state is not None:
            self._claim_result(state, last)

    async def _poll(
        self, sent: Sent, every_s: float, until_s: float, last: int
    ) -> tuple[str | None, int]:
        """Return a command's final state and the entry that told it, or None by `until_s`."""
        loop = self._time.loop
        while loop.time() + every_s <= until_s:
            await asyncio.sleep(every_s)
            try:
                reply = await self._session.call("GET", f"/api/1/commands/{sent.command_id}", last)
            except ExchangeError as error:
                last = error.seq
                continue
            last = reply.seq
            state = reply.granted().get("state")
            if state in FINAL:
                return str(state), last
        return None, last

    async def _listen(
        self, sent: Sent, every_s: float, until_s: float, last: int
    ) -> tuple[str | None, int]:
        """As `_poll`, over the push channel; a channel that breaks falls back to asking."""
        try:
            async with (
                asyncio.timeout_at(until_s),
                self._session.channel(last) as (channel, _opened),
            ):
                reply = await self._session.call("GET", f"/api/1/commands/{sent.command_id}", last)
                document = reply.json()
                while document.get("state") not in FINAL:
                    document = await channel.receive_json()
                return str(document["state"]), reply.seq
        except (ExchangeError, TypeError, ValueError):
            return await self._poll(sent, every_s, until_s, last)
        except TimeoutError:
            return None, last

    def _claim_result(self, state: str, cause: int) -> None:
        if state == "succeeded":
            self._claim("succeeded", TEXTS["succeeded"], cause)
        elif state == "unknown":
            self._claim("unknown", TEXTS["unknown"], cause)
        else:
            text = NOT_DELIVERED if state == "timed_out" else TEXTS["failed"]
            self._claim("failed", text, cause)

    def _claim(self, state: str, text: str, cause: int | None) -> None:
        claim = Claim(self._identity.owner, self._attempt, state, text)
        self._journal.write(claim, cause)
