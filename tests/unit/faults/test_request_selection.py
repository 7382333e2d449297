"""Which requests a fault meets: by account, vehicle, time and share, several faults at once."""

import asyncio
from random import Random

import pytest
from fault_rig import FaultRig, played
from push_end import PushEnd

from bench.cloud.mqtt_rule import Client
from bench.errors import ConfigError
from bench.events import Maintenance
from bench.faults.injector import Injector, parse_fault
from bench.faults.on_clients import ClientRule
from bench.injection import Injection
from bench.network.authority import now
from bench.network.certificates import _dates
from bench.network.http_client import ExchangeError, HttpClient
from bench.network.network import DOMAIN

API = f"https://api.{DOMAIN}"
ACCOUNTS = {"ann": "VIN-ANN", "bob": "VIN-BOB"}


class Rig(FaultRig):
    """A cloud with two accounts, each of one vehicle, and one phone that asks for both."""

    def __init__(self, time):
        super().__init__(time)
        self.time, self.tokens = time, {}

    async def open(self):
        await super().open()
        self.phone = HttpClient("phone", self.network.names, self.journal)
        for account, vin in ACCOUNTS.items():
            self.cloud.register(vin, account, "word", f"token-{vin}")
            await self.log_in(account)

    async def close(self):
        await self.phone.close()
        await super().close()

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
        return reply.status, reply.json().get("command_id", "")


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


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


@pytest.mark.parametrize("wait_s", [0, 7])
def test_a_cloud_that_comes_and_goes_is_down_first_and_for_its_part_of_each_period(play, wait_s):
    async def body(rig):
        await asyncio.sleep(wait_s)
        armed, loop, seen = rig.arm("flapping:period_s=10,duty=0.3"), asyncio.get_running_loop(), []
        began_s = loop.time()
        for second in range(20):
            await asyncio.sleep(began_s + second + 0.2 - loop.time())
            seen.append(await rig.state("ann"))
        assert seen == ([503] * 3 + [200] * 7) * 2
        assert armed.met == 6

    play(body)


@pytest.mark.parametrize(("from_s", "before"), [(60, "planned"), (1, "under_way")])
@pytest.mark.parametrize("page", ["cleared", "left"])
def test_a_maintenance_that_is_called_off_is_over_on_the_record_and_nobody_is_told_any_more(
    play, from_s, before, page
):
    async def body(rig):
        armed = rig.arm(f"planned_maintenance:notice_s={from_s},window_s=60,page={page}")
        await asyncio.sleep(2)
        assert (await rig.get("/status")).json()["notice"]["state"] == before
        if before == "planned":
            await rig.log_in("ann")
            await rig.state("ann")
            assert armed.met == 0, "neither answer says anything of it"
            assert (await rig.command("ann"))[0] == 202
            assert armed.met == 1
        rig.injector.clear(armed)
        assert "notice" not in (await rig.get("/status")).json()
        assert await rig.state("ann") == 200
        met = armed.met
        await asyncio.sleep(200)
        assert await rig.state("ann") == 200
        told = [e.event.state for e in rig.journal.entries if isinstance(e.event, Maintenance)]
        assert told == (["planned", "over"] if before == "planned" else ["planned", before, "over"])
        assert armed.met == met

    play(body)


@pytest.mark.parametrize("page", ["cleared", "left"])
def test_what_was_announced_is_taken_back_when_it_is_over_or_left_where_it_stands(play, page):
    async def body(rig):
        rig.arm(f"planned_maintenance:notice_s=10,window_s=60,page={page}")
        await asyncio.sleep(30)
        refused = await rig.get("/api/1/vehicles")
        assert (refused.status, refused.retry_after) == (503, "40")
        await asyncio.sleep(30)
        assert await rig.state("ann") == 503
        await asyncio.sleep(15)
        assert await rig.state("ann") == 200
        assert ("notice" in (await rig.get("/status")).json()) is (page == "left")

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
            rig.injector = Injector(rig.site, rig.journal, 7)
            armed = rig.arm("http_status:share=0.5,account=ann")
            drawn.append([await rig.state("ann") for _ in range(40)])
            assert {await rig.state("bob") for _ in range(10)} == {200}
            rig.injector.clear(armed)
        assert drawn[0] == drawn[1]
        assert 10 < drawn[0].count(503) < 30

    play(body)


def test_sessions_of_one_account_are_lost_or_refused_and_those_of_another_are_not(play):
    async def body(rig):
        armed = rig.arm("sessions_lost:account=ann")
        assert (await rig.state("ann"), await rig.state("bob")) == (401, 200)
        assert armed.met == 1
        rig.arm("session_expired:account=bob,first=1")
        assert [await rig.state("bob") for _ in range(3)] == [401, 200, 200]
        rig.arm("session_expired:account=bob")
        assert await rig.log_in("ann") == await rig.state("ann") == 200
        assert await rig.state("bob") == 401

    play(body)


def test_so_many_sessions_are_lost_as_were_asked_for(play):
    async def body(rig):
        armed = rig.arm("sessions_lost:first=1")
        assert sorted([await rig.state("ann"), await rig.state("bob")]) == [200, 401]
        assert armed.met == 1
        rig.injector.clear(armed)
        armed = rig.arm("session_expired:first=2")
        await rig.log_in("ann")
        seen = [await rig.state("bob") for _ in range(3)]
        assert seen[-1] == 200
        assert armed.met == 2

    play(body)


@pytest.mark.parametrize(
    ("spec", "shows"),
    [("at_1970=true", lambda _now: 0.0), ("offset_s=-3600", lambda now: now - 3600),
     ("offset_s=86400", lambda now: now + 86400)],
    ids=["at_1970", "behind", "ahead"],
)  # fmt: skip
def test_a_cloud_s_clock_strays_as_it_was_said_and_is_right_again(play, spec, shows):
    async def body(rig):
        state, wall = rig.cloud.state, rig.time.wall
        armed = rig.arm(f"clock_skew:{spec}")
        assert state.now() == pytest.approx(shows(wall().timestamp()), abs=1)
        await asyncio.sleep(10)
        assert armed.met == 0, "nobody has been told a date"
        await rig.log_in("ann")
        await rig.command("ann")
        assert armed.met == 1
        rig.injector.clear(armed)
        assert state.now() == pytest.approx(wall().timestamp(), abs=1)

    play(body)


def test_commands_of_one_vehicle_are_counted_from_an_older_store(play):
    async def body(rig):
        armed = rig.arm("counters_apart:vin=VIN-BOB,behind=7")
        counters = {v: rig.cloud.state.vehicles.get(v).counter for v in ACCOUNTS.values()}
        assert counters["VIN-BOB"] == counters["VIN-ANN"] - 7
        await rig.command("ann")
        assert armed.met == 0, "her commands are numbered as ever"
        for _ in range(9):
            await rig.command("bob")
        assert armed.met == 7, "and then his are ahead again"
        rig.injector.clear(armed)

    play(body)


def test_a_cloud_that_was_restored_gives_no_number_out_again_when_it_is_mended(play):
    async def body(rig):
        bob = rig.cloud.state.vehicles.get("VIN-BOB")
        bob.counter = 20
        armed = rig.arm("counters_apart:behind=7")
        await rig.command("bob")
        rig.injector.clear(armed)
        assert bob.counter == 20
        armed = rig.arm("counters_apart:behind=1")
        await rig.command("bob")
        await rig.command("bob")
        rig.injector.clear(armed)
        assert bob.counter == 21

    play(body)


@pytest.mark.parametrize("name", ["replay", "wrong_vehicle", "out_of_order"])
def test_faults_of_commands_meet_one_accounts_first_command_and_no_more(play, name):
    async def body(rig):
        for vin in ACCOUNTS.values():
            rig.cloud.state.push.attach(vin, PushEnd())
        armed = rig.arm(f"{name}:account=ann,first=1")
        for account in ("bob", "ann", "ann"):
            assert (await rig.command(account))[0] == 202
        await asyncio.sleep(30)
        assert armed.met == 1

    play(body)


def test_a_command_that_hangs_blocks_its_own_vehicle_only(play):
    async def body(rig):
        rig.arm("stuck_pending:vin=VIN-ANN,pending_s=1000")
        for account, expected in (("ann", 202), ("bob", 202), ("ann", 409), ("bob", 202)):
            assert (await rig.command(account))[0] == expected

    play(body)


def test_behind_a_command_that_hangs_all_but_commands_is_answered(play):
    async def body(rig):
        rig.arm("stuck_pending:pending_s=60")
        _, command = await rig.command("ann")
        path = f"/api/1/vehicles/{ACCOUNTS['ann']}/command/door_unlock"
        body, token = {}, rig.tokens["ann"]
        refused = await rig.phone.request("POST", API + path, body=body, token=token, cause=None)
        assert refused.status == 409
        assert await rig.log_in("ann") == await rig.state("ann") == 200
        assert (await rig.get(f"/api/1/commands/{command}")).status == 200
        keys = f"{API}/api/1/vehicles/{ACCOUNTS['ann']}/keys"
        issued = await rig.phone.request("POST", keys, body=body, token=token, cause=None)
        assert issued.status == 200
        await asyncio.sleep(60)
        assert (await rig.command("ann"))[0] == 202

    play(body)


def test_a_revocation_is_late_for_one_vehicle_and_not_for_another(play):
    async def body(rig):
        rig.arm("revocation_lag:vin=VIN-ANN,lag_s=100")
        for vin in ACCOUNTS.values():
            rig.cloud.state.revocations.revoke(vin, "phone")
        await asyncio.sleep(1)
        waits = rig.cloud.state.revocations._waiting
        assert set(waits) == {"VIN-BOB"}, "nobody is connected: what was to be told waits"
        await asyncio.sleep(100)
        assert set(waits) == {"VIN-ANN", "VIN-BOB"}

    play(body)


@pytest.mark.parametrize("spec", ["partial:account=ann", "bad_config:vin=VIN-ANN"])
def test_a_service_fails_for_one_owner_and_not_for_another(play, spec):
    async def body(rig):
        rig.arm(spec)
        assert (await rig.command("bob"))[0] == 202
        path = f"{API}/api/1/vehicles/VIN-ANN/command/door_unlock"
        token = rig.tokens["ann"]
        reply = await rig.phone.request("POST", path, body={}, token=token, cause=None)
        assert reply.status in {403, 503}

    play(body)


@pytest.mark.parametrize("name", ["wrong_vehicle", "counters_apart", "session_taken_over"])
def test_a_vehicle_that_nobody_knows_is_refused_before_anything_happens(play, name):
    async def body(rig):
        with pytest.raises(ConfigError, match=rf'{name}\.vin: no vehicle "VIN-CAT": .*VIN-ANN'):
            rig.arm(f"{name}:vin=VIN-CAT")

    play(body)


def test_the_first_handshakes_show_a_bad_certificate_and_later_ones_do_not(play):
    async def body(rig):
        armed = rig.arm("cert_expired:by_s=60,first=2")
        seen = []
        for _ in range(3):
            await rig.phone.drop_connections()
            try:
                seen.append(await rig.state("ann"))
            except ExchangeError as error:
                seen.append(error.error)
        assert seen == ["ClientConnectorCertificateError"] * 2 + [200]
        assert armed.met == 2

    play(body)


def test_a_certificate_has_expired_by_as_much_as_was_asked_for():
    ago_s = 5 * 86_400.0
    begin, end = _dates("expired", ago_s)
    assert (now() - end).total_seconds() == pytest.approx(ago_s, abs=60)
    assert begin < end


def test_clients_of_the_broker_are_those_of_the_chosen_vehicle_or_account(play):
    async def body(rig):
        for spec, met in (("vin=VIN-ANN", ["VIN-ANN"]), ("account=bob", ["VIN-BOB"]),
                          ("account=ann,vin=VIN-BOB", []), ("share=1", list(ACCOUNTS.values()))):  # fmt: skip
            fault = parse_fault(f"keepalive_ignored:{spec}", source="test")
            rule = ClientRule(fault, rig.site, Injection("x", rig.journal, Random(1)))
            assert [vin for vin in ACCOUNTS.values() if rule.meets(Client("tcu", vin))] == met

    play(body)


def test_the_first_of_a_vehicles_signs_of_life_is_met_and_no_other(play):
    async def body(rig):
        fault = parse_fault("keepalive_ignored:first=2,vin=VIN-ANN", source="test")
        rule = ClientRule(fault, rig.site, Injection("x", rig.journal, Random(1)))
        vins = ("VIN-BOB", "VIN-ANN", "VIN-ANN", "VIN-ANN")
        assert [rule.meets(Client("tcu", vin)) for vin in vins] == [
            False, True, True, False
        ]  # fmt: skip

    play(body)
