"""What a test expects on a bus: that something comes, and that something does not."""

import asyncio

import pytest
from bus_view_rig import failure, make_world

from bench.can.frame import Frame
from bench.can.simulated.medium import Medium
from bench.errors import (
    ExpectationFailed,
    Inconclusive,
    NeverReceived,
    Unexpected,
    WrongCycle,
    WrongValue,
)
from bench.units import to_ns, to_s


@pytest.fixture
def world(time, journal, tmp_path):
    return make_world(time, journal, tmp_path)


@pytest.fixture
def run(time):
    return time.run


# ── expect ────────────────────────────────────────────────────────────────────────────────


def test_what_comes_is_waited_for(world, run, time):
    async def main():
        world.later(0.3, world.lock_state, 1)
        return await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    seen = run(main())
    assert to_s(seen.t_ns) == pytest.approx(0.3, abs=0.001)
    assert to_s(time.now_ns()) == pytest.approx(0.3, abs=0.001)  # and no longer
    assert seen.signals["State"] == "unlocked"
    assert seen.raw["State"] == 1


def test_what_has_come_already_is_found_without_waiting(world, run, time):
    async def main():
        world.later(0.3, world.lock_state, 1)
        await asyncio.sleep(5)
        return await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    assert to_s(run(main()).t_ns) == pytest.approx(0.3, abs=0.001)
    assert to_s(time.now_ns()) == 5


def test_cyclic_frames_of_the_past_are_found_each_at_its_time(world, run):
    async def main():
        cyclic = world.node.cyclic(Frame(0x101, b""), [b"\0"], period_s=0.1, cause=None)
        await asyncio.sleep(1.05)
        cyclic.update([b"\1"], None)
        await asyncio.sleep(1)
        closed = await world.view.expect("Doors", Open=0, within_s=2, since_ns=to_ns(0.72))
        ajar = await world.view.expect("Doors", Open=1, within_s=2, since_ns=to_ns(0.72))
        return closed, ajar

    closed, ajar = run(main())
    assert to_s(closed.t_ns) == pytest.approx(0.8, abs=0.001)
    assert to_s(ajar.t_ns) == pytest.approx(1.1, abs=0.001)


def test_what_came_before_the_stimulus_does_not_count(world, run):
    async def main():
        world.lock_state(1)
        await asyncio.sleep(1)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=to_ns(0.5))

    told = failure(run, NeverReceived, main())
    assert told == (
        "body: Locks(State=unlocked): the message was never received within 1.00 s, from 0.500 s on"
        "; nothing else was on this bus, either: it sleeps, or has nobody who sends"
    )


def test_a_message_that_never_came_is_not_put_down_to_a_bus_on_which_others_come(world, run):
    async def main():
        keep_awake(world)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    assert failure(run, NeverReceived, main()).endswith("within 1.00 s, from 0.000 s on")


def test_what_comes_after_the_time_is_too_late_even_if_nobody_waited(world, run, time):
    async def main():
        world.later(0.6, world.lock_state, 1)
        await asyncio.sleep(2)
        await world.view.expect("Locks", State="unlocked", within_s=0.5, since_ns=0)

    failure(run, NeverReceived, main())
    assert to_s(time.now_ns()) == 2


def test_waiting_ends_with_the_time_counted_from_the_stimulus(world, run, time):
    async def main():
        await asyncio.sleep(0.4)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    failure(run, NeverReceived, main())
    assert to_s(time.now_ns()) == 1


def test_other_values_only_are_told_with_what_was_seen_and_when(world, run):
    async def main():
        world.later(0.1, world.lock_state, 0)
        world.later(0.2, world.lock_state, 3)
        world.later(0.3, world.lock_state, 0)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)

    told = failure(run, WrongValue, main())
    assert told == (
        "body: Locks(State=unlocked) was not seen; instead: "
        "State=locked (from 100 ms on); State=3 (from 200 ms on); 3 frames in all"
    )


def test_only_the_last_few_of_many_values_are_told(world, run):
    async def main():
        for number in range(9):
            world.later(0.1 * (number + 1), world.lock_state, 0, voltage=10 * number)
        await world.view.expect("Locks", Voltage=30, within_s=2, since_ns=0)

    told = failure(run, WrongValue, main())
    assert "Voltage=13.0 (from 900 ms on); 9 frames in all" in told
    assert told.count("Voltage=") == 6


def test_several_values_must_come_in_one_frame(world, run):
    async def main():
        world.later(0.1, world.lock_state, 1, cause=1)
        world.later(0.2, world.lock_state, 0, cause=2)
        view = world.view
        try:
            await view.expect("Locks", State="unlocked", Cause=2, within_s=0.5, since_ns=0)
        finally:
            world.later(0.1, world.lock_state, 2, cause=2)
            seen = await view.expect("Locks", State="unlocked", Cause=2, within_s=2, since_ns=0)
            assert seen.raw["State"] == 2

    told = failure(run, WrongValue, main())
    assert "Locks(State=unlocked, Cause=2) was not seen" in told
    assert "State=unlocked, Cause=1 (from 100 ms on)" in told


def test_a_message_may_be_expected_whatever_it_says(world, run):
    async def main():
        world.later(0.2, world.lock_state, 3)
        return await world.view.expect("Locks", within_s=1, since_ns=0)

    assert run(main()).raw["State"] == 3


def test_other_messages_and_other_buses_are_not_mistaken_for_it(world, run, time):
    other = Medium("other", time.loop, world.journal)

    async def main():
        other.port("x").send(Frame(0x100, bytes([0, 0, 1, 0, 0, 0, 0, 0])), None)
        world.node.send(Frame(0x101, b"\1"), None)
        world.node.send(Frame(0x100, bytes([0, 0, 1, *bytes(5)]), extended=True), None)
        await asyncio.sleep(0.2)
        await world.view.expect("Locks", within_s=1, since_ns=0)

    failure(run, NeverReceived, main())


def test_an_extended_fd_message_is_expected_by_name_like_any_other(world, run):
    async def main():
        world.node.send(Frame(0x100, bytes([7, *bytes(15)]), extended=True, fd=True), None)
        await asyncio.sleep(0.2)
        past = await world.view.expect("Wide", Value=7, within_s=1, since_ns=0)
        world.later(0.1, world.node.send,
                    Frame(0x100, bytes([8, *bytes(15)]), extended=True, fd=True), None)  # fmt: skip
        future = await world.view.expect("Wide", Value=8, within_s=1, since_ns=0)
        return past.raw, future.raw

    assert run(main()) == ({"Value": 7}, {"Value": 8})


def test_nobody_listens_any_more_afterwards(world, run):
    async def main():
        world.later(0.1, world.lock_state, 1)
        await world.view.expect("Locks", State="unlocked", within_s=1, since_ns=0)
        with pytest.raises(NeverReceived):
            await world.view.expect("Doors", within_s=1, since_ns=0)
        await asyncio.sleep(1)
        return {key: them for key, them in world.medium._listeners._by_identity.items() if them}

    assert run(main()) == {}


# ── expect_not ────────────────────────────────────────────────────────────────────────────


def test_what_must_not_come_and_does_not_takes_the_whole_time(world, run, time):
    async def main():
        world.later(0.1, world.lock_state, 0)
        world.later(1.1, world.lock_state, 1)
        await world.view.expect_not("Locks", State="unlocked", within_s=1, since_ns=0)

    run(main())
    assert to_s(time.now_ns()) == 1


def test_what_must_not_come_and_does_is_told_with_its_time(world, run, time):
    async def main():
        world.later(0.1, world.lock_state, 0)
        world.later(0.25, world.lock_state, 1)
        await world.view.expect_not("Locks", State="unlocked", within_s=1, since_ns=0)

    assert failure(run, Unexpected, main()) == (
        "body: Locks(State=unlocked) came after 250 ms"
    )  # fmt: skip
    assert to_s(time.now_ns()) == pytest.approx(0.25, abs=0.001)


def test_what_must_not_come_may_have_come_already(world, run):
    async def main():
        world.later(1.5, world.lock_state, 1)
        await asyncio.sleep(10)
        await world.view.expect_not("Locks", State=1, within_s=3, since_ns=to_ns(0.5))

    assert "came after 1.00 s" in failure(run, Unexpected, main())


def test_what_must_not_come_may_be_a_condition(world, run):
    async def main():
        world.later(0.1, world.lock_state, 0, voltage=0)
        await world.view.expect_not(
            "Locks", within_s=1, since_ns=0, where=lambda s: s["Voltage"] < 6
        )

    assert "Locks where <lambda> came" in failure(run, Unexpected, main())


def keep_awake(world):
    """Let another message be on the bus every 50 ms."""
    return world.node.cyclic(Frame(0x300, b"\0\0"), [b"\0\0"], period_s=0.05, cause=None)


@pytest.mark.parametrize(("message", "cycle"), [("Locks", "100 ms"), ("Doors", "200 ms")])
def test_a_sender_that_is_silent_on_a_bus_that_is_awake_proves_nothing(world, run, message, cycle):
    async def main():
        keep_awake(world)
        await asyncio.sleep(1)
        await world.view.expect_not(message, within_s=2, since_ns=to_ns(1))

    with pytest.raises(Inconclusive) as error:
        run(main())
    assert str(error.value) == (
        f"body: {message} comes every {cycle}, and did not once in 2.00 s, on a bus that was awake: "
        "its sender is silent, which proves nothing"
    )


def test_a_sender_that_falls_silent_meanwhile_has_said_what_it_said(world, run):
    async def main():
        keep_awake(world)
        world.later(0.1, world.lock_state, 0)
        await world.view.expect_not("Locks", State="unlocked", within_s=2, since_ns=0)

    run(main())


@pytest.mark.parametrize(
    ("message", "within_s", "awake"),
    [("Locks", 2, False), ("Locks", 0.4, True), ("Command", 10, True)],
    ids=["the bus sleeps", "less than five cycles", "nobody says that it is cyclic"],
)
def test_silence_that_may_be_as_it_should_is_believed(world, run, message, within_s, awake):
    async def main():
        if awake:
            keep_awake(world)
        await asyncio.sleep(1)
        await world.view.expect_not(message, within_s=within_s, since_ns=to_ns(1))

    run(main())


def test_a_bus_that_falls_silent_as_a_whole_proves_nothing(world, run):
    """Whoever falls asleep says what it has to say before."""

    async def main():
        others = keep_awake(world)
        await asyncio.sleep(1)
        others.stop()
        await world.view.expect_not("Locks", within_s=2, since_ns=to_ns(1))

    with pytest.raises(Inconclusive, match=r"did not once in 2\.00 s, on a bus that was"):
        run(main())


def test_a_bus_that_woke_after_the_time_was_over_says_nothing_about_it(world, run):
    async def main():
        await asyncio.sleep(5)
        keep_awake(world)
        await asyncio.sleep(1)
        await world.view.expect_not("Locks", within_s=2, since_ns=0)

    run(main())


# ── expect_cycle ──────────────────────────────────────────────────────────────────────────


def test_every_failure_is_an_assertion_to_pytest():
    for kind in (NeverReceived, WrongValue, WrongCycle, Unexpected):
        assert issubclass(kind, ExpectationFailed)
        assert issubclass(kind, AssertionError)
