"""What faults of commands do to them, and that they do nothing any more when they are cleared."""

import asyncio

import pytest
from fault_rig import FaultRig, played
from push_end import PushEnd

from bench.events import FaultCleared, FaultMet
from bench.faults.commands import CommandsOf
from bench.faults.injector import faults

OF_COMMANDS = [name for name in faults().names() if issubclass(faults().get(name), CommandsOf)]


class Rig(FaultRig):
    """A cloud with one vehicle, whose unit notes what it is sent."""

    async def open(self):
        await super().open()
        self.cloud.register("VIN-ANN", "ann", "word", "token")
        self.connect()

    def connect(self):
        self.unit = PushEnd()
        self.cloud.state.push.attach("VIN-ANN", self.unit)

    async def reconnect(self):
        self.connect()
        await self.cloud.state.commands.on_vehicle_connected("VIN-ANN")

    def command(self, name):
        vehicle = self.cloud.state.vehicles.get("VIN-ANN")
        return self.cloud.state.commands.create(vehicle, name, "ann", "", None)

    def clear(self, armed):
        """Clear a fault; return the number of the entry that says so."""
        self.injector.clear(armed)
        return next(e.seq for e in self.journal.entries if isinstance(e.event, FaultCleared))

    def met(self):
        return [e for e in self.journal.entries if isinstance(e.event, FaultMet)]


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


@pytest.mark.parametrize("name", OF_COMMANDS)
def test_a_fault_of_commands_does_nothing_after_it_was_cleared(play, name):
    async def body(rig):
        armed = rig.arm(name)
        rig.command("door_unlock")
        await asyncio.sleep(1)
        cleared = rig.clear(armed)
        await asyncio.sleep(1)
        sent = len(rig.unit.sent)
        await asyncio.sleep(200)
        assert [e.event for e in rig.met() if e.seq > cleared] == []
        assert len(rig.unit.sent) == sent

    play(body)


@pytest.mark.parametrize("spec", ["duplicate:again=2,gap_s=5", "replay:gap_s=5"])
def test_a_repeat_that_is_due_before_the_clearing_comes(play, spec):
    async def body(rig):
        armed = rig.arm(spec)
        rig.command("door_unlock")
        await asyncio.sleep(6)
        rig.clear(armed)
        await asyncio.sleep(60)
        assert armed.met == 1
        assert len(rig.unit.sent) == 2

    play(body)


def test_a_command_that_is_delivered_again_keeps_the_result_that_it_has(play):
    async def body(rig):
        rig.arm("duplicate:gap_s=5")
        record = rig.command("door_unlock")
        await asyncio.sleep(1)
        await rig.cloud.state.commands.on_ack(
            "VIN-ANN", record.command.command_id, "result", "done", None
        )
        await asyncio.sleep(6)
        assert len(rig.unit.sent) == 2
        assert record.state == "succeeded"

    play(body)


@pytest.mark.parametrize("kind", ["old_counter", "old_epoch"])
def test_a_replayed_command_is_behind_its_counter_or_of_an_epoch_that_is_over(play, kind):
    async def body(rig):
        rig.arm(f"replay:kind={kind},gap_s=5")
        rig.command("door_unlock")
        await asyncio.sleep(6)
        first, again = rig.unit.commands()
        assert again.command_id != first.command_id
        assert (again.name, again.vin, again.counter) == (first.name, first.vin, first.counter)
        assert (again.epoch == first.epoch) is (kind == "old_counter")
        lived_s = first.expires_at - first.issued_at
        if kind == "old_epoch":
            assert first.issued_at - again.issued_at == pytest.approx(2 * lived_s)
            assert first.issued_at - again.expires_at == pytest.approx(lived_s), "long expired"
        else:
            assert (again.issued_at, again.expires_at) == (first.issued_at, first.expires_at)

    play(body)


def test_a_replay_that_finds_its_vehicle_gone_is_met_by_nobody(play):
    async def body(rig):
        armed = rig.arm("replay:gap_s=5")
        rig.command("door_unlock")
        await asyncio.sleep(3)
        rig.unit.closed = True
        await asyncio.sleep(10)
        assert (len(rig.unit.sent), armed.met) == (1, 0)

    play(body)


@pytest.mark.parametrize("right_too", [False, True])
@pytest.mark.parametrize("there", [False, True])
def test_a_command_goes_to_every_vehicle_but_its_own_and_is_met_where_somebody_notices(
    play, right_too, there
):
    async def body(rig):
        rig.cloud.register("VIN-BOB", "bob", "word", "token-bob")
        stranger = PushEnd()
        stranger.closed = not there
        rig.cloud.state.push.attach("VIN-BOB", stranger)
        armed = rig.arm(f"wrong_vehicle:right_too={right_too}")
        rig.command("door_unlock")
        await asyncio.sleep(1)
        assert stranger.names() == ["door_unlock"] * there
        assert [each.vin for each in stranger.commands()] == ["VIN-ANN"] * there
        assert rig.unit.names() == ["door_unlock"] * right_too
        assert armed.met == (there or not right_too)

    play(body)


def test_a_channel_is_taken_over_as_often_as_was_said_and_is_met_only_where_one_is_open(play):
    async def body(rig):
        armed = rig.arm("session_taken_over:period_s=10")
        await asyncio.sleep(1)
        assert (rig.unit.closed, armed.met) == (True, 1)
        await asyncio.sleep(10)
        assert armed.met == 1, "nobody had come back"
        rig.connect()
        await asyncio.sleep(10)
        assert (rig.unit.closed, armed.met) == (True, 2)
        rig.clear(armed)
        rig.connect()
        await asyncio.sleep(20)
        assert not rig.unit.closed

    play(body)


def operations(rig):
    return [e.event.operation for e in rig.met()]


def test_a_command_that_is_held_and_overtaken_by_none_is_not_out_of_order(play):
    async def body(rig):
        armed = rig.arm("out_of_order:wait_s=20")
        rig.command("door_unlock")
        await asyncio.sleep(19)
        assert rig.unit.sent == []
        await asyncio.sleep(2)
        assert len(rig.unit.sent) == 1
        assert armed.met == 0

    play(body)


@pytest.mark.parametrize("chosen", ["", ":first=1", ":account=ann"])
def test_a_command_is_out_of_order_when_the_next_one_overtakes_it(play, chosen):
    async def body(rig):
        rig.arm(f"out_of_order{chosen}")
        rig.command("door_unlock")
        await asyncio.sleep(1)
        rig.command("door_lock")
        await asyncio.sleep(1)
        assert operations(rig) == ["door_lock overtakes door_unlock"]
        assert rig.unit.names() == ["door_lock", "door_unlock"]

    play(body)


def test_a_command_stays_in_the_channel_and_comes_again_when_the_unit_connects(play):
    async def body(rig):
        armed = rig.arm("retained:cut_after_s=5")
        rig.command("door_unlock")
        await asyncio.sleep(4)
        assert not rig.unit.closed
        assert armed.met == 0, "it has been sent once, as ever"
        await asyncio.sleep(2)
        assert rig.unit.closed
        assert armed.met == 0
        await rig.reconnect()
        assert operations(rig) == ["repeat door_unlock"]
        assert rig.unit.names() == ["door_unlock"]

    play(body)


@pytest.mark.parametrize(("spec", "cut"), [("retained:cut_after_s=0", False), ("retained", True)])
def test_a_channel_is_cut_once_for_several_commands_or_never(play, spec, cut):
    async def body(rig):
        rig.arm(spec)
        rig.command("door_unlock")
        await asyncio.sleep(3)
        rig.command("door_lock")
        await asyncio.sleep(3)
        assert rig.unit.closed is cut
        await rig.reconnect()
        assert operations(rig) == ["repeat door_lock"]
        await asyncio.sleep(30)
        assert not rig.unit.closed

    play(body)


def test_commands_that_follow_one_another_closely_do_not_put_off_the_cut(play):
    async def body(rig):
        rig.arm("retained:cut_after_s=5")
        for _ in range(3):
            rig.command("door_lock")
            await asyncio.sleep(3)
        assert rig.unit.closed

    play(body)


def test_a_channel_is_not_cut_for_a_command_that_nobody_keeps_any_more(play):
    async def body(rig):
        armed = rig.arm("retained")
        rig.command("door_unlock")
        await asyncio.sleep(1)
        rig.clear(armed)
        await asyncio.sleep(30)
        assert not rig.unit.closed
        await rig.reconnect()
        assert rig.unit.sent == []

    play(body)
