"""Commands from afar at the body controller: each is obeyed once, and what came of it is said."""

import asyncio
from types import SimpleNamespace

import pytest

from bench.can.role_bus import RoleValue
from bench.car.remote_commands import RemoteCommands


class Bcm:
    """What carries commands out, and what it was asked."""

    def __init__(self, *, moves=True, starts=True, alarm="armed", hood_mv=0):
        self.moves, self.starts, self.did, self.said = moves, starts, [], []
        self.alarm = SimpleNamespace(state=alarm)
        net = SimpleNamespace(mv=hood_mv)
        self.around = SimpleNamespace(wiring=SimpleNamespace(net=lambda _name: net))
        self.power = SimpleNamespace(start_remotely=self.start, stop=self.stop)

    def hear(self, _role, act):
        self.command = act

    def start_task(self, coro):
        asyncio.run(coro)

    async def wake(self, _cause):
        pass

    async def access(self, direction, source, _cause):
        self.did.append((direction, source))
        return self.moves

    async def start(self, _cause):
        self.did.append("start")
        return self.starts

    def stop(self, _cause):
        self.did.append("stop")

    def say_once(self, role, label, cause, *, token):
        self.said.append((role, label, cause, token))

    def told(self, command, token=1, source="telematics"):
        """Be told a command; return the answers to it."""
        self.said.clear()
        fields = {"source": source} | ({} if token is None else {"token": token})
        self.command(RoleValue("remote_command", (command,), (0,), fields, seq=5))
        return [(label, token) for _, label, _, token in self.said]


@pytest.fixture
def bcm():
    """Makes a body controller that hears commands."""

    def make(**how):
        unit = Bcm(**how)
        RemoteCommands(unit, unit.access, unit.power, unit.alarm)
        return unit

    return make


@pytest.mark.parametrize("direction", ["unlock", "lock"])
@pytest.mark.parametrize(("moves", "says"), [(True, "done"), (False, "inhibited")])
@pytest.mark.parametrize("source", ["telematics", "voice"])
def test_doors_move_in_the_name_of_who_has_asked_and_the_answer_says_if_they_did(
    bcm, direction, moves, says, source
):
    unit = bcm(moves=moves)
    assert unit.told(direction, source=source) == [(says, 1)]
    assert unit.did == [(direction, source)]


@pytest.mark.parametrize(
    ("how", "says"),
    [({}, "done"), ({"starts": False}, "refused"), ({"alarm": "activated"}, "inhibited"),
     ({"hood_mv": 12_000}, "inhibited")],
)  # fmt: skip
def test_nobody_starts_a_car_from_afar_with_its_hood_open_or_its_alarm_ringing(bcm, how, says):
    unit = bcm(**how)
    assert unit.told("start") == [(says, 1)]
    assert unit.did == ([] if says == "inhibited" else ["start"])


@pytest.mark.parametrize(
    ("command", "says"),
    [("stop", "done"), ("horn", "done"), ("lights", "done"), ("block_start", "done"),
     ("allow_start", "done"), ("open_trunk", "refused")],
)  # fmt: skip
def test_what_needs_nothing_is_done_and_what_nobody_knows_is_refused(bcm, command, says):
    unit = bcm()
    assert unit.told(command) == [(says, 1)]
    assert unit.did == (["stop"] if command == "stop" else [])


def test_a_command_that_comes_again_is_not_obeyed_again(bcm):
    unit = bcm()
    assert unit.told("unlock", token=7) == [("done", 7)]
    assert unit.told("unlock", token=7) == []
    assert unit.told("lock", token=7) == [], "a token is one command's"
    assert unit.told("unlock", token=8) == [("done", 8)]
    assert len(unit.did) == 2


def test_commands_without_a_token_are_each_obeyed(bcm):
    unit = bcm()
    assert unit.told("unlock", token=None) == unit.told("unlock", token=None) == [("done", 0)]
    assert len(unit.did) == 2


def test_no_command_is_none(bcm):
    unit = bcm()
    assert unit.told("none") == []
    assert unit.told("unlock") == [("done", 1)]
