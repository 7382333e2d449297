"""The same small world in simulated and in real time: a phone, a cloud, a telematics unit.

It is built as `bench.station` builds its own, without a car: behind the telematics unit stands
an echo. What the parties live through is written down in words that both worlds can be compared
by (fidelity_observation.py).
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.cloud.backend import Backend
from bench.cloud.policy import CloudPolicy
from bench.events import (
    Event,
)
from bench.faults.fault import Site
from bench.faults.injector import Armed, Injector, parse_fault
from bench.journal import Journal
from bench.network.certificates import Certificates
from bench.network.http_client import ExchangeError, HttpClient, Reply, Timeouts
from bench.network.mqtt_client import MqttClient
from bench.network.network import DOMAIN, MOBILE_DELAY_S, Network
from bench.network.revocation_check import RevocationCheck
from bench.network.trust import Trust, trust_of
from bench.protocol.command import FINAL
from bench.seeds import stream
from bench.telematics.policy import TelematicsPolicy
from bench.telematics.push.channel import Identity, PushWay
from bench.telematics.push.mqtt import Mqtt
from bench.telematics.push.websocket import Websocket
from bench.telematics.unit import TelematicsUnit
from bench.telematics.vehicle_side import EchoVehicle

ACCOUNT, PASSWORD, VIN, TOKEN = "owner", "owner's word", "FIDELITY000000001", "tcu-token"
API_URL = f"https://api.{DOMAIN}"
COMMAND = f"/api/1/vehicles/{VIN}/command/door_unlock"
CONNECT_S, EXCHANGE_S = 1.0, 1.5  # the phone's patience, and the unit's to connect
PATIENT = Timeouts(6.0, 8.0)  # of a client that outlives the fault
# how long a command takes in the vehicle: no multiple of a way through the mobile network, else what the
# vehicle does would fall into one instant with what comes over the air, in either order
ACTS_S = 0.065
RETRY_S = 0.4  # between two tries of the unit
POLL_S, POLLING_S = 0.15, 1.3  # how often the phone asks for a result, and how long
SEED = 1
DEFAULT_CLOUD = CloudPolicy()
# a command expires after half a second, and 0.5 s later the cloud gives up waiting for its result
SHORT_LIVED = CloudPolicy(command_ttl_s=0.5, answer_grace_s=0.5)
POLICY = TelematicsPolicy(
    wake_s=0.05, attach_s=0.05, connect_timeout_s=CONNECT_S, heartbeat_s=60.0,
    backoff_base_s=RETRY_S, backoff_cap_s=RETRY_S, backoff_jitter=0.0,
    parked_online_s=1e6, search_s=1e6, retry_after_cap_s=RETRY_S,
)  # fmt: skip


class Vehicle(EchoVehicle):
    """Takes a moment, as locks do: TCP would carry a report at once in the segment before."""

    async def execute(
        self, name: str, timeout_s: float, cause: int | None
    ) -> tuple[str, int | None]:
        """Answer, later."""
        await asyncio.sleep(ACTS_S)
        return await super().execute(name, timeout_s, cause)


@dataclass
class World:
    """One of the two worlds. Everything below `open` is called on its loop.

    Attributes:
        saw: what the phone saw, in the order in which it did.
        took: how long each of its steps took, in seconds.
    """

    time: Timebase
    link_delay_s: float = MOBILE_DELAY_S
    policy: CloudPolicy = DEFAULT_CLOUD
    unit_policy: TelematicsPolicy = POLICY
    mutual_tls: bool = False
    ocsp: str = "off"
    saw: list[str] = field(default_factory=list)
    took: list[tuple[str, float]] = field(default_factory=list)

    async def open(self) -> None:
        """Build the world, and wait until the unit is connected and the phone logged in."""
        self.journal = Journal(self.time.now_ns)
        certificates = Certificates(mutual=self.mutual_tls, ocsp=self.ocsp)
        self.network = Network(self.journal, delay_s=self.link_delay_s, certificates=certificates)
        self.clocks = {party: UnitClock(self.time) for party in ("phone", "tcu")}
        mqtt = self.unit_policy.push == "mqtt"
        self.cloud = Backend(self.time, self.journal, self.network, SEED, self.policy, mqtt=mqtt)
        await self.cloud.start()
        for party in ("phone", "tcu"):
            await self.network.connect(party, mqtt=mqtt and party == "tcu")
        self.cloud.register(VIN, ACCOUNT, PASSWORD, TOKEN)
        self.token = ""
        self.clients: list[HttpClient | MqttClient] = []
        self.phone = self._client("phone", Timeouts(CONNECT_S, EXCHANGE_S))
        self.patient = self._client("phone", PATIENT)
        self.tcu = self._push_way()
        self.unit = TelematicsUnit(
            Identity("tcu", VIN, TOKEN, f"push.{DOMAIN}"), self.tcu, Vehicle(),
            time=self.time, journal=self.journal, rng=stream(SEED, "tcu"), policy=self.unit_policy,
            clock=self.clocks["tcu"],
        )  # fmt: skip
        self.cloud.state.carrier.subscribe(VIN, self.unit.wake)
        site = Site(self.network, self.cloud.front, self.cloud.state, clocks=self.clocks)
        self.injector = Injector(site, self.journal, SEED)
        self.time.spawn(self.unit.live(), "tcu")
        self.unit.wake(None)
        await self.connected(5.0)
        await self.log_in()
        await self.exchange("status", "GET", "/status", client=self.patient)  # it is connected

    def _client(self, party: str, timeouts: Timeouts) -> HttpClient:
        client = HttpClient(
            party, self.network.names, self.journal, timeouts=timeouts, trust=self._trust(party)
        )
        self.clients.append(client)
        return client

    def _push_way(self) -> PushWay:
        if self.unit_policy.push == "websocket":
            return Websocket(self._client("tcu", Timeouts(CONNECT_S, CONNECT_S)))
        client = MqttClient(
            "tcu", self.network.names, self.journal, connect_s=CONNECT_S,
            trust=self._trust("tcu"),
        )  # fmt: skip
        self.clients.append(client)
        return Mqtt(client)

    def _trust(self, party: str) -> Trust:
        """Return a party's trust: one for all of its clients."""
        if party not in self.network.trusts:
            trust = trust_of(self.network.certificates, VIN, self.clocks[party])
            self.network.trusts[party] = trust
            if self.ocsp != "off":
                asking = HttpClient(party, self.network.names, self.journal)
                self.clients.append(asking)
                trust.status = RevocationCheck(
                    asking, self.network.certificates.authority, self.ocsp, self.time
                )
        return self.network.trusts[party]

    async def close(self) -> None:
        """Take it down, as a station does."""
        for client in self.clients:
            await client.close()
        await self.cloud.stop()
        self.network.close()
        await self.time.drain()

    def arm(self, spec: str) -> Armed:
        """Put a fault in force."""
        return self.injector.arm(parse_fault(spec, source="fidelity"))

    def now(self) -> float:
        """Return the world's time, in seconds."""
        return self.time.now_ns() / 1e9

    # ── what the phone does ───────────────────────────────────────────────────────────────

    async def log_in(self, what: str = "log in") -> None:
        """Log in; the session is kept when it is granted."""
        body = {"grant_type": "password", "account": ACCOUNT, "password": PASSWORD}
        reply = await self.exchange(what, "POST", "/oauth2/token", body, token="")
        document = reply.granted() if reply is not None else {}
        if document:
            self.token = str(document["access_token"])

    async def exchange(
        self,
        what: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        client: HttpClient | None = None,
    ) -> Reply | None:
        """Do one exchange and write down what became of it, and how long it took."""
        began_s = self.now()
        reply, outcome = await self._quietly(client or self.phone, method, path, body, token)
        self.saw.append(f"{what}: {outcome}")
        self.took.append((what, self.now() - began_s))
        return reply

    async def _quietly(
        self, client: HttpClient, method: str, path: str, body: Any, token: str | None
    ) -> tuple[Reply | None, str]:
        try:
            reply = await client.request(
                method, API_URL + path, body=body, cause=None,
                token=self.token if token is None else token,
            )  # fmt: skip
        except ExchangeError as error:
            return None, f"{error.error}, {'sent' if error.sent else 'not sent'}"
        later = f", retry after {reply.retry_after}" if reply.retry_after else ""
        return reply, f"{reply.status} {reply.content_type}{later}"

    async def command(self, what: str, key: str, *, client: HttpClient | None = None) -> None:
        """Send a command and ask for its result, as an app does."""
        body = {"idempotency_key": key}
        reply = await self.exchange(what, "POST", COMMAND, body, client=client)
        document = reply.granted() if reply is not None else {}
        if "command_id" in document:
            await self._result(what, str(document["command_id"]), client or self.phone)

    async def _result(self, what: str, command_id: str, client: HttpClient) -> None:
        """Ask until the result is final or patience ends; write down the last answer."""
        began_s, last = self.now(), ""
        while self.now() - began_s < POLLING_S:
            await asyncio.sleep(POLL_S)
            path = f"/api/1/commands/{command_id}"
            reply, last = await self._quietly(client, "GET", path, None, None)
            document = reply.granted() if reply is not None else {}
            if document:
                last = str(document.get("state"))
            if last in FINAL:
                self.took.append((f"{what}: result", self.now() - began_s))
                break
        self.saw.append(f"{what}: result: {last}")

    # ── what the unit does ────────────────────────────────────────────────────────────────

    async def connected(self, within_s: float) -> None:
        """Wait until the unit's channel is open, at both ends."""
        async with asyncio.timeout(within_s):
            while self.unit.state != "connected" or not self.cloud.state.push.connected(VIN):
                await asyncio.sleep(0.01)

    # ── what both can be compared by ──────────────────────────────────────────────────────

    def events(self, *kinds: type[Event]) -> list[Any]:
        """Return the events of some kinds, in their order."""
        return [entry.event for entry in self.journal.entries if isinstance(entry.event, kinds)]
