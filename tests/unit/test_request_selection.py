"""Which requests a fault meets: by account, vehicle, time and share, several faults at once."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bench.clock.simulated import SimulatedTime
from bench.cloud.backend import Backend
from bench.faults.fault import Site
from bench.faults.injector import Injector, parse_fault
from bench.journal import Journal
from bench.network.http_client import HttpClient
from bench.network.memory import MemoryInternet
from bench.network.network import DOMAIN, Network

API = f"https://api.{DOMAIN}"
ACCOUNTS = {"ann": "VIN-ANN", "bob": "VIN-BOB"}


@dataclass
class Rig:
    """A cloud with two accounts, each of one vehicle, and one phone that asks for both."""

    time: SimulatedTime
    tokens: dict[str, str] = field(default_factory=dict)

    async def open(self):
        self.journal = Journal(self.time.now_ns)
        self.network = Network(self.journal)
        self.cloud = Backend(self.time, self.journal, self.network, 1)
        await self.cloud.start()
        await self.network.connect("phone")
        self.phone = HttpClient("phone", self.network.names, self.journal)
        self.injector = self.new_injector(1)
        for account, vin in ACCOUNTS.items():
            self.cloud.register(vin, account, "word", f"token-{vin}")
            await self.log_in(account)

    def new_injector(self, seed):
        return Injector(Site(self.network, self.cloud.front, self.cloud.state), self.journal, seed)

    async def close(self):
        await self.phone.close()
        await self.cloud.stop()
        self.network.close()
        await self.time.drain()

    def arm(self, spec):
        return self.injector.arm(parse_fault(spec, source="test"))

    async def log_in(self, account):
        body = {"grant_type": "password", "account": account, "password": "word"}
        reply = await self.phone.request("POST", f"{API}/oauth2/token", body=body, cause=None)
        if reply.ok:
            self.tokens[account] = reply.json()["access_token"]
        return reply.status

    async def get(self, path, account="ann"):
        token = self.tokens[account]
        return await self.phone.request("GET", API + path, token=token, cause=None)

    async def state(self, account):
        return (await self.get(f"/api/1/vehicles/{ACCOUNTS[account]}/state", account)).status

    async def command(self, account):
        path = f"{API}/api/1/vehicles/{ACCOUNTS[account]}/command/door_unlock"
        reply = await self.phone.request(
            "POST", path, body={}, token=self.tokens[account], cause=None
        )
        return reply.status, (reply.json() or {}).get("command_id", "")


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    time = SimulatedTime()
    MemoryInternet(time.loop)

    async def run(body):
        rig = Rig(time)
        await rig.open()
        try:
            await body(rig)
        finally:
            await rig.close()

    yield lambda body: time.run(run(body))
    time.close()


def test_one_account_is_met_from_its_log_in_on_and_no_other(play):
    async def body(rig):
        armed = rig.arm("http_status:account=ann")
        assert (await rig.state("ann"), await rig.state("bob")) == (503, 200)
        assert (await rig.log_in("ann"), await rig.log_in("bob")) == (503, 200)
        rig.injector.clear(armed)
        assert await rig.log_in("ann") == await rig.state("ann") == 200
        assert armed.met == 2

    play(body)


def test_one_vehicle_is_met_in_what_is_asked_about_it_and_its_commands(play):
    async def body(rig):
        (_, of_ann), (_, of_bob) = await rig.command("ann"), await rig.command("bob")
        rig.arm("http_status:vin=VIN-BOB")
        assert (await rig.state("ann"), await rig.state("bob")) == (200, 503)
        assert (await rig.get(f"/api/1/commands/{of_ann}")).status == 200
        assert (await rig.get(f"/api/1/commands/{of_bob}", "bob")).status == 503
        assert await rig.log_in("bob") == 200, "a log-in is about no vehicle"

    play(body)


def test_a_window_of_time_opens_and_closes_and_a_count_closes_it_earlier(play):
    async def body(rig):
        rig.arm("http_status:from_s=10,for_s=10")
        seen = []
        for _ in range(6):
            seen.append(await rig.state("ann"))
            await asyncio.sleep(4.5)
        assert seen == [200, 200, 200, 503, 503, 200]
        rig.arm("html_200:from_s=1,first=1,endpoint=status")
        assert (await rig.get("/status")).content_type == "application/json"
        await asyncio.sleep(1)
        assert (await rig.get("/status")).content_type == "text/html"
        assert (await rig.get("/status")).content_type == "application/json"

    play(body)


def test_a_date_and_nonsense_in_retry_after_are_what_the_cloud_says(play):
    async def body(rig):
        armed = rig.arm("http_status:retry_after_s=90,retry_after_as=date")
        said = (await rig.get("/status")).retry_after
        assert said.endswith("GMT")
        rig.injector.clear(armed)
        rig.arm("http_status:retry_after_as=nonsense")
        assert (await rig.get("/status")).retry_after == "soon"

    play(body)


def test_faults_in_force_together_each_meet_their_own_and_are_cleared_one_by_one(play):
    async def body(rig):
        first = rig.arm("http_status:account=ann,endpoint=status")
        second = rig.arm("latency:delay_s=2,jitter_s=0")
        third = rig.arm("html_200:vin=VIN-BOB")
        began_s = rig.time.loop.time()
        assert (await rig.state("ann"), (await rig.state("bob"))) == (503, 200)
        assert rig.time.loop.time() - began_s >= 8
        assert first.met == third.met == 1
        rig.injector.clear(second)
        began_s = rig.time.loop.time()
        assert await rig.state("ann") == 503
        assert rig.time.loop.time() - began_s < 1
        rig.injector.clear(first)
        assert await rig.state("ann") == 200
        assert (await rig.command("bob"))[1] == "", "the third is still in force"
        rig.injector.clear(third)
        assert (await rig.command("bob"))[0] == 202

    play(body)


def test_commands_of_one_account_are_lost_and_those_of_another_vehicle_are_not(play):
    async def body(rig):
        armed = rig.arm("accepted_but_lost:account=ann,first=1")
        for account in ("bob", "ann", "ann"):
            assert (await rig.command(account))[0] == 202
        await asyncio.sleep(1)
        assert armed.met == 1
        rig.injector.clear(armed)
        armed = rig.arm("delayed:vin=VIN-BOB,from_s=10,delay_s=50")
        await rig.command("bob")
        await asyncio.sleep(10)
        await rig.command("ann")
        await rig.command("bob")
        await asyncio.sleep(1)
        assert armed.met == 1

    play(body)


def test_a_share_of_one_accounts_requests_is_drawn_by_the_seed(play):
    async def body(rig):
        drawn = []
        for _ in range(2):
            rig.injector = rig.new_injector(7)
            armed = rig.arm("http_status:share=0.5,account=ann")
            drawn.append([await rig.state("ann") for _ in range(40)])
            assert {await rig.state("bob") for _ in range(10)} == {200}
            rig.injector.clear(armed)
        assert drawn[0] == drawn[1]
        assert 10 < drawn[0].count(503) < 30

    play(body)
