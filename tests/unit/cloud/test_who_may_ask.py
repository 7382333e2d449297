"""Who may ask the cloud for what, and what becomes of what was asked."""

import asyncio
import io
import json

import pytest

from bench.cloud.backend import Backend
from bench.cloud.policy import CloudPolicy
from bench.events import BenchFault, CommandState, KeyRevoked, TelematicsCommand
from bench.faults.fault import Site
from bench.faults.injector import Injector, parse_fault
from bench.journal import Journal
from bench.network.http_client import ExchangeError, HttpClient
from bench.network.network import DOMAIN, Network
from bench.protocol import entitlement
from bench.protocol.command import read
from bench.protocol.signing import public_bytes, verify
from bench.units import to_ns

API, PUSH = f"https://api.{DOMAIN}", f"wss://push.{DOMAIN}"
OWNERS = {"ann": "VIN-ANN", "bob": "VIN-BOB"}
DAY_S = 24 * 3600.0
OF_ANNS_CAR = [
    ("GET", "state"), ("POST", "command/door_unlock"), ("POST", "wake_up"), ("POST", "keys"),
    ("DELETE", "keys/phone-1"), ("POST", "keys/phone-1/session"),
]  # fmt: skip


class Unit:
    """A vehicle's end of its push channel."""

    closed = False

    def __init__(self):
        self.sent = []

    async def send_str(self, data):
        self.sent.append(data)

    async def close(self, **_why):
        self.closed = True


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
        unit = Unit()
        self.state.push.attach(vin, unit)
        return unit

    async def ack(self, command_id, stage, result="", vin="VIN-ANN"):
        message = {"type": "ack", "command_id": command_id, "stage": stage, "result": result}
        await self.cloud.api.on_vehicle_message(vin, message)


@pytest.fixture
def play(time):
    """Runs a test's coroutine function in simulated time, with a rig."""

    def run(body, **policy):
        async def act():
            async with Rig(time, CloudPolicy(**policy)) as rig:
                await body(rig)

        time.run(act())

    return run


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


# ── commands ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("connected", [False, True])
def test_a_command_wakes_a_vehicle_that_sleeps(play, connected):
    async def body(rig):
        woken = []
        rig.state.carrier.subscribe("VIN-ANN", woken.append)
        if connected:
            rig.attach()
        await rig.command()
        await asyncio.sleep(30)
        assert len(woken) == (not connected)

    play(body)


@pytest.mark.parametrize(
    ("name", "taken_for"),
    [("door_unlock", "door_unlock"), ("remote_start_drive", "remote_start"),
     ("flash_lights", "honk_horn"), ("open_sesame", None)],
)  # fmt: skip
def test_a_command_is_accepted_by_its_name_and_another_one_is_none(play, name, taken_for):
    async def body(rig):
        reply = await rig.command(name)
        if taken_for is None:
            assert (reply.status, rig.states()) == (404, [])
            return
        assert reply.status == 202, "accepted is not executed"
        told = reply.json()
        assert (told["name"], told["state"], told["result"]) == (taken_for, "created", "")
        assert told["expires_at"] == pytest.approx(rig.state.now() + 90, abs=1)

    play(body)


def test_the_same_idempotency_key_is_the_same_command_and_is_sent_once(play):
    async def body(rig):
        unit = rig.attach()
        bob = (await rig.log_in("bob"))["access_token"]
        ids = [(await rig.command(key="k")).json()["command_id"] for _ in range(2)]
        ids += [(await rig.command(key=key)).json()["command_id"] for key in ("l", "", "")]
        path = "/api/1/vehicles/VIN-BOB/command/door_unlock"
        reply = await rig.ask("POST", path, {"idempotency_key": "k"}, bob)
        assert ids[0] == ids[1]
        assert len({*ids, reply.json()["command_id"]}) == 5
        assert len(unit.sent) == 4

    play(body)


def test_commands_to_a_vehicle_are_numbered_dated_and_signed_for_it(play):
    async def body(rig):
        for _ in range(2):
            await rig.command()
        first, second = (
            read(rig.state.commands.get(e.event.command).command.signed())
            for e in rig.journal.entries
            if isinstance(e.event, CommandState) and e.event.state == "created"
        )
        assert {first.vin, second.vin} == {"VIN-ANN"}
        assert second.counter == first.counter + 1
        assert first.epoch == second.epoch
        assert first.expires_at - first.issued_at == pytest.approx(90)

    play(body)


def test_a_command_s_end_is_on_record_by_the_bench_s_own_clock(play):
    async def body(rig):
        await rig.command()
        created = next(e for e in rig.journal.entries if isinstance(e.event, CommandState))
        assert created.event.expires_ns - created.t_ns == to_ns(90)

    play(body)


@pytest.mark.parametrize(("reached", "state"), [(False, "timed_out"), (True, "unknown")])
def test_a_command_without_a_result_is_given_up_when_none_can_come_any_more(play, reached, state):
    async def body(rig):
        if reached:
            rig.attach()
        path = f"/api/1/commands/{(await rig.command()).json()['command_id']}"
        await asyncio.sleep(104)
        waiting = "in_progress" if reached else "created"
        assert (await rig.ask("GET", path)).json()["state"] == waiting
        await asyncio.sleep(1)
        assert (await rig.ask("GET", path)).json()["state"] == state

    play(body)


def test_a_result_that_comes_after_all_corrects_unknown_and_nothing_else(play):
    async def body(rig):
        rig.attach()
        command_id = (await rig.command()).json()["command_id"]
        await rig.ack(command_id, "received")
        await asyncio.sleep(106)
        assert rig.states()[-1] == "unknown"
        await rig.ack(command_id, "result", "done")
        assert rig.states()[-1] == "succeeded"
        told = len(rig.states())
        await rig.ack(command_id, "result", "refused")
        await rig.ack("no-such-command", "result", "done")
        assert len(rig.states()) == told

    play(body)


@pytest.mark.parametrize(
    ("result", "state"), [("done", "succeeded"), ("refused", "rejected"), ("broken", "failed")]
)
def test_a_command_that_has_its_result_is_not_given_up_later(play, result, state):
    async def body(rig):
        rig.attach()
        command_id = (await rig.command()).json()["command_id"]
        await rig.ack(command_id, "result", result)
        await asyncio.sleep(200)
        assert rig.states() == ["created", "in_progress", state]
        told = (await rig.ask("GET", f"/api/1/commands/{command_id}")).json()
        assert (told["state"], told["result"]) == (state, result)

    play(body)


def test_an_app_that_listens_is_told_each_state_of_its_commands_and_of_no_others(play):
    async def body(rig):
        ann, bob = rig.attach("app:ann"), rig.attach("app:bob")
        rig.attach()
        command_id = (await rig.command()).json()["command_id"]
        await rig.ack(command_id, "result", "done")
        await asyncio.sleep(0.1)
        told = [json.loads(each) for each in ann.sent]
        assert [each["state"] for each in told] == ["created", "in_progress", "succeeded"]
        assert {(each["type"], each["command_id"]) for each in told} == {
            ("command_state", command_id)
        }
        assert bob.sent == []

    play(body)


def test_a_unit_that_keeps_no_record_here_has_a_command_when_it_says_so(play):
    async def body(rig):
        rig.attach()
        command_id = (await rig.command()).json()["command_id"]
        await rig.ack(command_id, "received")
        taken = [e.event for e in rig.journal.entries if isinstance(e.event, TelematicsCommand)]
        assert [(each.command, each.decision) for each in taken] == [(command_id, "executing")]

    play(body)


@pytest.mark.parametrize("stage", ["executing", "None", ""])
def test_a_stage_that_is_no_result_is_none(play, stage):
    async def body(rig):
        rig.attach()
        await rig.ack((await rig.command()).json()["command_id"], stage, "done")
        assert rig.states() == ["created", "in_progress"]

    play(body)


@pytest.mark.parametrize(("result", "state"), [("refused", "rejected"), ("done", "succeeded")])
def test_another_vehicle_s_word_on_a_command_is_worth_nothing(play, result, state):
    async def body(rig):
        rig.attach()
        command_id = (await rig.command()).json()["command_id"]
        await rig.ack(command_id, "result", result, vin="VIN-BOB")
        assert rig.states() == ["created", "in_progress"]
        await rig.ack(command_id, "result", result)
        assert rig.states()[-1] == state

    play(body)


def test_what_has_waited_for_a_vehicle_is_delivered_unless_it_has_expired(play):
    async def body(rig):
        for _ in range(2):
            await rig.command()
            await asyncio.sleep(89)
        unit = rig.attach()
        await rig.cloud.api.on_vehicle_message("VIN-ANN", None)
        assert len(unit.sent) == 1
        await rig.cloud.api.on_vehicle_message("VIN-ANN", None)
        assert len(unit.sent) == 1, "and once"

    play(body)


# ── keys, assistant, status ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("shared", "days"), [(False, 30), (True, 2)])
def test_a_key_s_right_is_signed_for_its_vehicle_and_a_shared_one_is_short_for_good(
    play, shared, days
):
    async def body(rig):
        asked = {"credential": "phone-1", "public_key": "00ff"}
        rights = []
        for more in ({"shared": shared}, {}):
            reply = await rig.ask("POST", "/api/1/vehicles/VIN-ANN/keys", asked | more)
            rights.append(entitlement.read(bytes.fromhex(reply.json()["entitlement"])))
        for right in rights:
            assert (right.vin, right.credential, right.public_key) == ("VIN-ANN", "phone-1", "00ff")
            assert right.rights == ("unlock", "start")
            assert right.not_before < rig.state.now()
            assert right.not_after - rig.state.now() == pytest.approx(days * DAY_S, abs=2)
        assert rights[1].serial > rights[0].serial

    play(body)


def test_a_key_that_was_taken_away_is_issued_no_more_and_its_vehicle_is_told(play):
    async def body(rig):
        unit = rig.attach()
        path = "/api/1/vehicles/VIN-ANN/keys"
        assert (await rig.ask("DELETE", f"{path}/phone-1")).json() == {"state": "revoked"}
        await asyncio.sleep(1)
        assert ["key_revoked" in sent and "phone-1" in sent for sent in unit.sent] == [True]
        assert (await rig.ask("POST", path, {"credential": "phone-1"})).status == 403
        assert (await rig.ask("POST", path, {"credential": "phone-2"})).status == 200

    play(body)


@pytest.mark.parametrize(("shared", "days"), [(False, 30), (True, 2)])
def test_for_how_long_a_lost_key_may_go_on_opening_is_on_record(play, shared, days):
    async def body(rig):
        path = "/api/1/vehicles/VIN-ANN/keys"
        await rig.ask("POST", path, {"credential": "phone-1", "shared": shared})
        await rig.ask("DELETE", f"{path}/phone-1")
        (lost,) = [e for e in rig.journal.entries if isinstance(e.event, KeyRevoked)]
        assert lost.event.bound_ns - lost.t_ns == to_ns(days * DAY_S)
        assert (lost.event.vehicle, lost.event.credential) == ("VIN-ANN", "phone-1")

    play(body)


def test_a_vehicle_that_sleeps_is_told_of_a_lost_key_when_it_comes(play):
    async def body(rig):
        woken = []
        rig.state.carrier.subscribe("VIN-ANN", woken.append)
        await rig.ask("DELETE", "/api/1/vehicles/VIN-ANN/keys/phone-1")
        await asyncio.sleep(30)
        assert len(woken) == 1
        for told in (1, 0):
            unit = rig.attach()
            await rig.cloud.api.on_vehicle_message("VIN-ANN", None)
            assert len(unit.sent) == told

    play(body)


def test_a_ticket_is_signed_for_its_key_and_good_for_a_while(play):
    async def body(rig):
        reply = await rig.ask("POST", "/api/1/vehicles/VIN-ANN/keys/phone-1/session")
        signed = bytes.fromhex(reply.json()["ticket"])
        ticket = verify(signed, public_bytes("maker", "tickets"))
        assert (ticket["vin"], ticket["credential"]) == ("VIN-ANN", "phone-1")
        assert ticket["until"] - rig.state.now() == pytest.approx(300, abs=1)

    play(body)


@pytest.mark.parametrize(
    ("token", "phrase", "answer"),
    [("token-VIN-ANN", "open the doors", (200, {"command": "door_unlock"})),
     ("token-VIN-ANN", "lock the doors", (200, {"command": "door_lock"})),
     ("token-VIN-ANN", "make me a coffee", (200, {})),
     ("", "open the doors", (401, {"error": "unknown vehicle"})),
     ("made-up", "open the doors", (401, {"error": "unknown vehicle"}))],
)  # fmt: skip
def test_the_assistant_understands_a_vehicle_and_nobody_else(play, token, phrase, answer):
    async def body(rig):
        reply = await rig.ask("POST", "/api/1/assistant/understand", {"phrase": phrase}, token)
        assert (reply.status, reply.json()) == answer

    play(body)


def test_anybody_may_read_the_status_page_and_what_is_not_there_is_404(play):
    async def body(rig):
        assert (await rig.ask("GET", "/status", token="")).json() == {
            "status": "All systems operational"
        }
        assert (await rig.ask("GET", "/api/2/vehicles", token="")).status == 404

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
