"""Cycles that a test expects on a bus."""

import asyncio

import pytest
from bus_view_rig import failure, make_world

from bench.can.frame import Frame
from bench.errors import NeverReceived, WrongCycle
from bench.units import to_s


@pytest.fixture
def world(time, journal, tmp_path):
    return make_world(time, journal, tmp_path)


@pytest.fixture
def run(time):
    return time.run


def cycle(world, **kwargs):
    wanted = {"period_s": 0.1, "tolerance": 0.1, "count": 5, "since_ns": 0, **kwargs}
    return world.view.expect_cycle("Doors", **wanted)


def test_a_cycle_that_is_kept_gives_its_periods(world, run, time):
    async def main():
        world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.1, offset_s=0.03, cause=None)
        return await cycle(world)

    assert run(main()) == pytest.approx([0.1] * 5)
    assert to_s(time.now_ns()) == pytest.approx(0.53, abs=0.001)


def test_a_cycle_may_lie_in_the_past(world, run):
    async def main():
        cyclic = world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.1, cause=None)
        await asyncio.sleep(1)
        cyclic.stop()
        await asyncio.sleep(100)
        return await cycle(world)

    assert run(main()) == pytest.approx([0.1] * 5)


@pytest.mark.parametrize("period_s", [0.08, 0.12])
def test_another_cycle_is_told_with_its_periods(world, run, period_s):
    async def main():
        world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=period_s, cause=None)
        await cycle(world)

    told = failure(run, WrongCycle, main())
    assert "body: Doors should come every 100 ms ± 10%" in told
    assert "5 of 5 periods are off" in told
    assert f"({period_s * 1000:.0f} ms, " in told


def test_a_single_period_that_is_off_is_the_one_that_is_told(world, run):
    async def main():
        for delay_s in (0.0, 0.1, 0.2, 0.35, 0.45, 0.55):
            world.later(delay_s, world.node.send, Frame(0x101, b"\0"), None)
        await cycle(world)

    assert "1 of 5 periods are off (150 ms)" in failure(run, WrongCycle, main())


def test_a_period_within_the_tolerance_is_kept(world, run):
    async def main():
        world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.12, cause=None)
        return await cycle(world, tolerance=0.25)

    assert run(main()) == pytest.approx([0.12] * 5)


def test_a_message_that_came_once_has_no_cycle(world, run):
    async def main():
        world.node.send(Frame(0x101, b"\0"), None)
        await cycle(world)

    assert "it came once" in failure(run, WrongCycle, main())


def test_a_message_that_stops_has_lost_its_cycle(world, run):
    async def main():
        cyclic = world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.1, cause=None)
        world.later(0.25, cyclic.stop)
        await cycle(world)

    failure(run, WrongCycle, main())


def test_a_cycle_of_a_message_that_never_came_is_never_received(world, run):
    assert failure(run, NeverReceived, cycle(world)) == "body: Doors was never received"
