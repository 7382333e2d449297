"""What faults of commands do to them, and that they do nothing any more when they are cleared."""

import asyncio

import pytest
from fault_rig import FaultRig, played

from bench.events import FaultCleared, FaultMet
from bench.faults.commands import CommandsOf
from bench.faults.injector import faults

OF_COMMANDS = [name for name in faults().names() if issubclass(faults().get(name), CommandsOf)]


class Unit:
    """The vehicle's end of its push channel."""

    closed = False

    def __init__(self):
        self.sent = []

    async def send_str(self, data):
        self.sent.append(data)

    async def close(self, **_why):
        self.closed = True


class Rig(FaultRig):
    """A cloud with one vehicle, whose unit notes what it is sent."""

    async def open(self):
        await super().open()
        self.cloud.register("VIN-ANN", "ann", "word", "token")
        self.connect()

    def connect(self):
        self.unit = Unit()
        self.cloud.state.push.attach("VIN-ANN", self.unit)

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
