"""Who may ask the cloud for what."""

import asyncio
import io

import pytest
from owners_rig import API, OF_ANNS_CAR, PUSH

from bench.events import BenchFault
from bench.faults.fault import Site
from bench.faults.injector import Injector, parse_fault
from bench.network.http_client import ExchangeError

# ── sessions ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("token", ["", "made-up", "token-VIN-ANN"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/1/vehicles"), ("GET", "/api/1/commands/1"),
     *((method, f"/api/1/vehicles/VIN-ANN/{what}") for method, what in OF_ANNS_CAR)],
)  # fmt: skip
def test_without_a_session_nothing_is_answered(play, method, path, token):
    async def body(rig):
        assert (await rig.ask(method, path, {}, token)).status == 401
        assert rig.states() == []

    play(body)


@pytest.mark.parametrize(
    ("account", "word"), [("ann", "bob's word"), ("eve", "eve's word"), ("None", "None")]
)
def test_a_wrong_word_opens_no_session(play, account, word):
    async def body(rig):
        assert await rig.log_in(account, word) == {}

    play(body)


def test_a_session_lapses_and_is_renewed_once(play):
    async def body(rig):
        session = await rig.log_in("ann")
        assert session["expires_in"] == pytest.approx(600)
        rig.token = session["access_token"]
        await asyncio.sleep(598)
        assert (await rig.ask("GET", "/api/1/vehicles")).status == 200
        await asyncio.sleep(2)
        assert (await rig.ask("GET", "/api/1/vehicles")).status == 401
        status, renewed = await rig.renew(session["refresh_token"])
        assert status == 200
        rig.token = renewed["access_token"]
        assert (await rig.ask("GET", "/api/1/vehicles")).json() == {
            "vehicles": [{"vin": "VIN-ANN"}]
        }
        assert (await rig.renew(session["refresh_token"]))[0] == 401, "it was traded in"
        await asyncio.sleep(1199)
        status, renewed = await rig.renew(renewed["refresh_token"])
        assert status == 200
        await asyncio.sleep(1200)
        assert (await rig.renew(renewed["refresh_token"]))[0] == 401, "it has lapsed"

    play(body, access_token_s=600.0, refresh_token_s=1200.0)


@pytest.mark.parametrize("account", ["", ":account=ann"], ids=["", "a fault looks whose it is"])
@pytest.mark.parametrize(
    ("said", "kind", "status"),
    [(b"", "application/json", 401), (b"[1]", "application/json", 401),
     (b"null", "application/json", 401), (b"\xff\xfe", "application/json", 401),
     (b"[" * 100_000, "application/json", 401),
     (b'{"account": {"a": 1}, "password": []}', "application/json", 401),
     (b'{"account": "ann", "password": "ann\'s word"}', "text/plain", 200),
     (b'{"account": "ann", "password": "ann\'s word"}', "application/json; charset=klingon", 200),
     (b" " * 1_100_000, "application/json", 413)],
    ids=["nothing", "a list", "null", "no text", "brackets", "objects", "text/plain",
         "no such charset", "too long"],
)  # fmt: skip
def test_what_a_device_says_may_be_anything_and_is_no_fault_of_the_bench(
    play, account, said, kind, status
):
    async def body(rig):
        site = Site(rig.network, rig.cloud.front, rig.state)
        if account:
            spec = f"http_status{account},endpoint=command"
            Injector(site, rig.journal, 1).arm(parse_fault(spec, source="test"))
            Injector(site, rig.journal, 1).arm(parse_fault("slow_drip:account=bob", source="test"))
        session = rig.phone._open_session()
        async with session.post(
            API + "/oauth2/token", data=io.BytesIO(said), headers={"Content-Type": kind}
        ) as reply:
            assert reply.status == status
        assert [e.event for e in rig.journal.entries if isinstance(e.event, BenchFault)] == []

    play(body)


# ── whose vehicle ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("method", "what"), OF_ANNS_CAR)
@pytest.mark.parametrize("vin", ["VIN-ANN", "VIN-NOBODY"])
def test_who_asks_about_a_stranger_s_vehicle_is_told_that_there_is_none(play, method, what, vin):
    async def body(rig):
        token = (await rig.log_in("bob"))["access_token"]
        reply = await rig.ask(method, f"/api/1/vehicles/{vin}/{what}", {}, token)
        assert reply.status == 404
        assert rig.states() == []
        assert rig.state.keys.issue("VIN-ANN", "phone-1", "00") is not None, "not revoked"

    play(body)


def test_each_owner_sees_their_own_vehicle_and_their_own_commands(play):
    async def body(rig):
        bob = (await rig.log_in("bob"))["access_token"]
        listed = (await rig.ask("GET", "/api/1/vehicles", token=bob)).json()
        assert listed == {"vehicles": [{"vin": "VIN-BOB"}]}
        path = f"/api/1/commands/{(await rig.command()).json()['command_id']}"
        assert (await rig.ask("GET", path)).status == 200
        assert (await rig.ask("GET", path, token=bob)).status == 404

    play(body)


def test_a_vehicle_that_never_reported_has_no_state_and_then_its_last_with_its_time(play):
    async def body(rig):
        path = "/api/1/vehicles/VIN-ANN/state"
        assert (await rig.ask("GET", path)).json() == {"state": {}, "reported_at": None}
        for state in ("locked", "unlocked"):
            report = {"type": "state", "state": {"door_lock_state": state}}
            await rig.cloud.api.on_vehicle_message("VIN-ANN", report)
        at_s = rig.state.now()
        await asyncio.sleep(60)
        known = {"state": {"door_lock_state": "unlocked"}, "reported_at": at_s}
        assert (await rig.ask("GET", path)).json() == known

    play(body)


@pytest.mark.parametrize("connected", [False, True])
def test_a_vehicle_that_sleeps_is_woken_and_one_that_is_reached_is_not(play, connected):
    async def body(rig):
        woken = []
        rig.state.carrier.subscribe("VIN-ANN", woken.append)
        if connected:
            rig.attach()
        assert (await rig.ask("POST", "/api/1/vehicles/VIN-ANN/wake_up")).status == 202
        await asyncio.sleep(30)
        assert len(woken) == (not connected)

    play(body)


# ── push channels ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "token", "opens"),
    [("/push/vehicle/VIN-ANN", "token-VIN-ANN", True),
     ("/push/vehicle/VIN-ANN", "token-VIN-BOB", False),
     ("/push/vehicle/VIN-ANN", "", False),
     ("/push/vehicle/VIN-NOBODY", "", False),
     ("/push/app", "token-VIN-ANN", False),
     ("/push/app", "", False)],
)  # fmt: skip
def test_a_push_channel_opens_to_whose_it_is_and_to_nobody_else(play, path, token, opens):
    async def body(rig):
        try:
            async with rig.phone.websocket(PUSH + path, cause=None, token=token, heartbeat_s=60):
                opened = rig.state.push.connected("VIN-ANN")
        except ExchangeError as error:
            opened = "401" not in str(error)
        assert opened is opens

    play(body)


def test_a_second_channel_of_a_vehicle_takes_over_and_is_told_what_has_waited(play):
    async def body(rig):
        await rig.command()
        path = f"{PUSH}/push/vehicle/VIN-ANN"
        open_ = {"cause": None, "token": "token-VIN-ANN", "heartbeat_s": 60}
        async with rig.phone.websocket(path, **open_) as (first, _):
            assert (await first.receive_json())["type"] == "command"
            async with rig.phone.websocket(path, **open_) as (second, _):
                ending = await first.receive()
                assert (ending.data, ending.extra) == (1008, "taken over")
                await rig.command()
                assert (await second.receive_json())["type"] == "command"

    play(body)
