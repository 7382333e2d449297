"""A cloud with two owners, for tests of what it answers whom."""

from push_end import PushEnd

from bench.cloud.backend import Backend
from bench.events import CommandState
from bench.journal import Journal
from bench.network.http_client import HttpClient
from bench.network.network import DOMAIN, Network

API, PUSH = f"https://api.{DOMAIN}", f"wss://push.{DOMAIN}"
OWNERS = {"ann": "VIN-ANN", "bob": "VIN-BOB"}
DAY_S = 24 * 3600.0
OF_ANNS_CAR = [
    ("GET", "state"), ("POST", "command/door_unlock"), ("POST", "wake_up"), ("POST", "keys"),
    ("DELETE", "keys/phone-1"), ("POST", "keys/phone-1/session"),
]  # fmt: skip


class Rig:
    """A cloud with two owners, each of one vehicle, and a phone that asks for both."""

    def __init__(self, time, policy=None):
        self.time, self.policy = time, policy
        self.journal = Journal(time.now_ns)
        self.network = Network(self.journal, delay_s=0.0)

    async def __aenter__(self):
        self.cloud = Backend(self.time, self.journal, self.network, 1, self.policy)
        await self.cloud.start()
        for party in ("phone", "tcu"):
            await self.network.connect(party)
        self.phone = HttpClient("phone", self.network.names, self.journal)
        for account, vin in OWNERS.items():
            self.cloud.register(vin, account, f"{account}'s word", f"token-{vin}")
        self.state = self.cloud.state
        self.token = (await self.log_in("ann"))["access_token"]
        return self

    async def __aexit__(self, *_error):
        await self.phone.close()
        await self.cloud.stop()
        self.network.close()
        await self.time.drain()

    async def ask(self, method, path, body=None, token=None):
        token = self.token if token is None else token
        return await self.phone.request(
            method, API + path, body=body, token=token, cause=None
        )  # fmt: skip

    async def log_in(self, account, word=None):
        body = {
            "grant_type": "password",
            "account": account,
            "password": word or f"{account}'s word",
        }
        return (await self.ask("POST", "/oauth2/token", body, "")).granted()

    async def renew(self, token):
        body = {"grant_type": "refresh_token", "refresh_token": token}
        reply = await self.ask("POST", "/oauth2/token", body, "")
        return reply.status, reply.granted()

    async def command(self, name="door_unlock", key="", token=None):
        body = {"idempotency_key": key}
        return await self.ask("POST", f"/api/1/vehicles/VIN-ANN/command/{name}", body, token)

    def states(self):
        return [e.event.state for e in self.journal.entries if isinstance(e.event, CommandState)]

    def attach(self, vin="VIN-ANN"):
        unit = PushEnd()
        self.state.push.attach(vin, unit)
        return unit

    async def ack(self, command_id, stage, result="", vin="VIN-ANN"):
        message = {"type": "ack", "command_id": command_id, "stage": stage, "result": result}
        await self.cloud.api.on_vehicle_message(vin, message)
