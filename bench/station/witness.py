"""The witness: another account and vehicle behind the same faulted layer.

Its traffic proves that an outage is real at that moment, also when the judged owner uses a blade
key and never meets the fault. What its vehicle does never enters the judged car's ledger: behind
its telematics unit stands an echo, not a car.
"""

import asyncio
from dataclasses import dataclass

from bench.clock.timebase import Timebase
from bench.events import WitnessProbed
from bench.events.telematics import WITNESS_TCU
from bench.journal import Journal
from bench.network.http_client import ExchangeError, HttpClient, Reply
from bench.protocol.command import FINAL

PHONE, TCU = "witness_phone", WITNESS_TCU
# a command that opens: one that goes astray (`wrong_vehicle`) shows in the car that obeys it
TAPPED = "door_unlock"
AGAIN_S = 4.0  # assumed: so long somebody looks at a command that has not set out, and taps again
ACCOUNT, PASSWORD, VIN, TOKEN = "witness", "witness's word", "WITNESS0000000001", "witness-tcu"


class Witness:
    """Asks for a whole remote command again and again, over a new connection each time.

    Args:
        client: its way to the cloud.
        time: its clock.
        journal: where the outcome of each probe is written.
        api_url: the cloud's interface.
        period_s: from the end of one probe to the next.
        patience_s: how long a command may take.
    """

    def __init__(
        self,
        client: HttpClient,
        time: Timebase,
        journal: Journal,
        *,
        api_url: str,
        period_s: float,
        patience_s: float = 12.0,
    ) -> None:
        self._client, self._time, self._journal = client, time, journal
        self._url = api_url
        self._period_s, self._patience_s = period_s, patience_s
        self._token = ""

    async def live(self) -> None:
        """Probe for ever."""
        while True:
            await self.probe()
            await asyncio.sleep(self._period_s)

    async def probe(self) -> bool:
        """Probe once; return whether the whole way worked."""
        await self._client.drop_connections()
        try:
            detail = await self._command()
        except ExchangeError as error:
            detail = error.error
        ok = detail == "succeeded"
        self._journal.write(WitnessProbed(ok, detail))
        return ok

    async def _command(self) -> str:
        """Send a command and return its final state, or what stood in the way.

        One that does not set out is sent once more, as by somebody who taps again: commands of one
        vehicle that overtake each other need two.
        """
        loop = self._time.loop
        tapped = await self._tap()
        again_s, until_s = loop.time() + AGAIN_S, loop.time() + self._patience_s
        while tapped.command_id and loop.time() < until_s:
            await asyncio.sleep(1.0)
            state = await self._state(tapped.command_id)
            if state in FINAL:
                return state
            if state == "created" and loop.time() >= again_s:
                again_s, tapped = until_s, await self._tap()
        return tapped.refused or "no result in time"

    async def _tap(self) -> "_Tapped":
        reply = await self._ask("POST", f"/api/1/vehicles/{VIN}/command/{TAPPED}")
        if not reply.ok:
            return _Tapped(refused=f"status {reply.status}")
        command_id = reply.json().get("command_id")
        return _Tapped(str(command_id)) if command_id else _Tapped(refused="not an answer")

    async def _state(self, command_id: str) -> str:
        """Return a command's state, as far as the cloud tells it ("": it does not)."""
        reply = await self._ask("GET", f"/api/1/commands/{command_id}")
        return str(reply.granted().get("state", ""))

    async def _ask(self, method: str, path: str) -> Reply:
        """Ask the cloud for something, and once more after logging in where it knows nobody."""
        reply = await self._call(method, path)
        if reply.status == 401:
            self._token = await self._log_in() or self._token  # as an app, which keeps what it has
            reply = await self._call(method, path)
        return reply

    async def _log_in(self) -> str:
        body = {"grant_type": "password", "account": ACCOUNT, "password": PASSWORD}
        reply = await self._client.request(
            "POST", self._url + "/oauth2/token", body=body, cause=None
        )
        return str(reply.granted().get("access_token", ""))

    async def _call(self, method: str, path: str) -> Reply:
        body: dict[str, str] | None = {} if method == "POST" else None
        return await self._client.request(
            method, self._url + path, body=body, token=self._token, cause=None
        )


@dataclass(frozen=True)
class _Tapped:
    """What came of a tap: a command, or why there is none."""

    command_id: str = ""
    refused: str = ""
