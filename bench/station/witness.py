"""The witness: another account and vehicle behind the same faulted layer.

Its traffic proves that an outage is real at that moment, also when the judged owner uses a blade
key and never meets the fault. What its vehicle does never enters the judged car's ledger: behind
its telematics unit stands an echo, not a car.
"""

import asyncio

from bench.clock.timebase import Timebase
from bench.events import WitnessProbed
from bench.journal import Journal
from bench.network.http_client import ExchangeError, HttpClient, Reply
from bench.protocol.command import FINAL

PHONE, TCU = "witness_phone", "witness_tcu"
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
        """Send a command and return its final state, or what stood in the way."""
        path = f"/api/1/vehicles/{VIN}/command/door_lock"
        reply = await self._call("POST", path)
        if reply.status == 401:
            self._token = await self._log_in() or self._token  # as an app, which keeps what it has
            reply = await self._call("POST", path)
        document = reply.json() if reply.ok else None
        if document is None or "command_id" not in document:
            return f"status {reply.status}" if not reply.ok else "not an answer"
        return await self._result(str(document["command_id"]))

    async def _result(self, command_id: str) -> str:
        until_s = self._time.loop.time() + self._patience_s
        while self._time.loop.time() < until_s:
            await asyncio.sleep(1.0)
            reply = await self._call("GET", f"/api/1/commands/{command_id}")
            document = reply.json() if reply.ok else None
            if document is not None and document.get("state") in FINAL:
                return str(document["state"])
        return "no result in time"

    async def _log_in(self) -> str:
        body = {"grant_type": "password", "account": ACCOUNT, "password": PASSWORD}
        reply = await self._client.request(
            "POST", self._url + "/oauth2/token", body=body, cause=None
        )
        document = reply.json() if reply.ok else None
        return str(document["access_token"]) if document else ""

    async def _call(self, method: str, path: str) -> Reply:
        body: dict[str, str] | None = {} if method == "POST" else None
        return await self._client.request(
            method, self._url + path, body=body, token=self._token, cause=None
        )
