"""Owners' keys, the assistant, and what anybody may read."""

import asyncio

import pytest
from owners_rig import DAY_S

from bench.events import KeyRevoked
from bench.protocol import entitlement
from bench.protocol.signing import public_bytes, verify
from bench.units import to_ns


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
