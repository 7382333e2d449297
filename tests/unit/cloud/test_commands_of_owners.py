"""What becomes of owners' commands."""

import asyncio
import json

import pytest

from bench.events import CommandState, TelematicsCommand
from bench.protocol.command import read
from bench.units import to_ns


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
