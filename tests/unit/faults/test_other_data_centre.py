"""Another data centre's books and addresses, a release that is rolled back, and a silent cloud."""

import asyncio

import pytest
from fault_rig import FaultRig, played

from bench.errors import ConfigError
from bench.events import Inside
from bench.network.exposure import Exposure
from bench.network.http_client import ExchangeError, HttpClient
from bench.network.network import DOMAIN

API, NAME = f"https://api.{DOMAIN}", f"api.{DOMAIN}"


class Rig(FaultRig):
    """A cloud with one vehicle, and a phone."""

    async def open(self):
        await self.cloud.start()
        for party in ("phone", "tcu"):
            await self.network.connect(party)
        self.cloud.register("VIN", "ann", "word", "token")
        self.vehicle = self.cloud.state.vehicles.get("VIN")
        self.phone = HttpClient("phone", self.network.names, self.journal)

    async def close(self):
        await self.phone.close()
        await self.cloud.stop()
        self.network.close()

    async def says(self, state):
        await self.cloud.api.on_vehicle_message("VIN", {"type": "state", "state": state})

    async def status(self):
        await self.phone.drop_connections()
        try:
            return (await self.phone.request("GET", f"{API}/status", cause=None)).status
        except ExchangeError as error:
            return error.error


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


@pytest.mark.parametrize(
    ("data", "doors", "age_s"),
    [
        ("data=current", "locked", 100),
        ("behind_s=150", "unlocked", 200),
        ("behind_s=9999", "ajar", 300),
    ],
)
def test_the_other_one_serves_a_state_of_before_with_its_own_time(play, data, doors, age_s):
    async def body(rig):
        for state in ("ajar", "unlocked", "locked"):
            await rig.says({"doors": state})
            await asyncio.sleep(100)
        rig.arm(f"dc_failover:{data}")
        assert rig.vehicle.state == {"doors": doors}
        assert rig.cloud.state.now() - rig.vehicle.state_at == pytest.approx(age_s)
        await rig.says({"doors": "open"})
        assert rig.vehicle.state == {"doors": "open"}, "until it reports again"

    play(body)


def test_books_that_are_lost_know_nothing_until_the_vehicle_reports(play):
    async def body(rig):
        await rig.says({"doors": "locked"})
        rig.arm("dc_failover:data=lost")
        assert (rig.vehicle.state, rig.vehicle.state_at) == ({}, None)

    play(body)


def test_a_new_address_has_to_be_asked_for_and_the_old_one_refuses(play):
    async def body(rig):
        old = await rig.network.names.resolve("phone", NAME)
        armed = rig.arm("dc_failover:gap_s=5,address=new")
        await asyncio.sleep(6)
        new = await rig.network.names.resolve("phone", NAME)
        assert new[0] != old[0]
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*old)
        assert await rig.status() == 200
        refused = rig.arm("refuse")
        assert await rig.status() == "ClientConnectorError", "faults of links act there, too"
        rig.injector.clear(refused)
        rig.injector.clear(armed)
        assert await rig.network.names.resolve("phone", NAME) == old
        assert await rig.status() == 200
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*new)

    play(body)


def test_a_real_device_cannot_be_given_a_new_address(play):
    async def body(rig):
        await rig.network.connect("head_unit", exposure=Exposure("127.0.0.1", {}))
        with pytest.raises(ConfigError, match="one address for head_unit: take same"):
            rig.arm("dc_failover:address=new")

    play(body)


def test_the_share_that_fails_falls_as_instances_are_rolled_back(play):
    async def body(rig):
        armed = rig.arm("rollback:bad_s=30,instances=4,step_s=30")
        failed = []
        for _ in range(5):
            answers = [await rig.status() for _ in range(40)]
            assert set(answers) <= {200, 500}
            failed.append(answers.count(500) / 40)
            await asyncio.sleep(30 - asyncio.get_running_loop().time() % 30 + 0.5)
        assert failed[0] == 1
        assert failed[-1] == 0
        assert failed == sorted(failed, reverse=True)
        assert armed.met == round(sum(failed) * 40)

    play(body)


def test_a_silent_cloud_lets_no_text_message_through_and_names_resolve(play):
    async def body(rig):
        armed = rig.arm("silence")
        assert await rig.network.names.resolve("phone", NAME)
        woken = []
        rig.cloud.state.carrier.subscribe("VIN", woken.append)
        rig.cloud.state.carrier.tap("VIN", None)
        await asyncio.sleep(10)
        assert woken == []
        assert any("not heard" in e.event.what for e in rig.journal.entries
                   if isinstance(e.event, Inside))  # fmt: skip
        rig.injector.clear(armed)
        rig.cloud.state.carrier.tap("VIN", None)
        await asyncio.sleep(10)
        assert len(woken) == 1

    play(body)
