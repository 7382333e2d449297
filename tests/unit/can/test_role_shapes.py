"""The shapes of a role: counters, levels and pulses."""

import asyncio

import pytest
from roles_rig import BUTTON, LOCK_STATE, World, loading, settle

from bench.can.transmitter import BURST, BURST_GAP_S
from bench.events import FrameSeen
from bench.units import to_s


@pytest.fixture
def world(time, journal, tmp_path):
    return lambda content: World(time, journal, loading(tmp_path)(content))


# ── counters and levels ───────────────────────────────────────────────────────────────────


def test_a_counter_tells_of_every_step_and_needs_no_table(world, time):
    w = world('[roles.events]\nmessage = "Locks"\nsignal = "Events"\nshape = "counter"\n')

    async def main():
        w.watch("events")
        for count in (7, 7, 8, 8, 255, 0):
            w.raw(0x100, [0, 0, 0, count, *bytes(4)])
            await settle()

    time.run(main())
    assert [value.raw[0] for value in w.heard] == [7, 8, 255, 0]
    assert set(w.labels()) == {"event"}


def test_a_level_is_told_once_however_often_it_is_sent(world, time):
    w = world(LOCK_STATE)

    async def main():
        w.watch("lock_state")
        w.sender.start("lock_state", None, 0.0)
        await asyncio.sleep(2.05)
        w.sender.send("lock_state", "unlocked", None)
        await asyncio.sleep(2)
        w.sender.stop_all()
        await asyncio.sleep(2)

    time.run(main())
    assert w.labels() == ["locked", "unlocked"]
    assert to_s(w.heard[1].t_ns) == pytest.approx(2.05, abs=0.001)  # at once, not with the cycle
    # a frame each 0.2 s from 0 and then from 2.05 s on
    assert w.medium.frame_count == 11 + 10


# ── pulses ────────────────────────────────────────────────────────────────────────────────


def test_a_pulse_goes_out_as_a_burst_and_is_one_event(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        w.sender.send("button", "unlock", None)
        await asyncio.sleep(1)

    time.run(main())
    assert w.labels() == ["unlock"]
    frames = [e.t_ns for e in w.journal.entries if isinstance(e.event, FrameSeen)]
    assert len(frames) == BURST
    assert to_s(frames[-1] - frames[0]) == pytest.approx(BURST_GAP_S * (BURST - 1))


def test_a_second_press_later_is_another_event(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        for _ in range(3):
            w.sender.send("button", "unlock", None)
            await asyncio.sleep(0.5)

    time.run(main())
    assert w.labels() == ["unlock"] * 3


def test_another_value_is_another_event_at_once_and_takes_over_the_burst(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        w.sender.send("button", "unlock", None)
        await asyncio.sleep(0.001)
        w.sender.send("button", "lock", None)
        await asyncio.sleep(1)

    time.run(main())
    assert w.labels() == ["unlock", "lock"]
    data = [e.event.data for e in w.journal.entries if isinstance(e.event, FrameSeen)]
    assert data == ["0100", "0200", "0200", "0200"]


def test_the_same_press_with_other_fields_is_another_event(world, time):
    w = world(BUTTON + 'fields = { slot = "Slot" }\n')

    async def main():
        w.watch("button")
        w.sender.send("button", "unlock", None, slot=1)
        await asyncio.sleep(0.01)
        w.sender.send("button", "unlock", None, slot=2)
        await asyncio.sleep(1)

    time.run(main())
    assert [value.fields["slot"] for value in w.heard] == [1, 2]


def test_each_repetition_puts_off_the_end_of_a_burst(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        for _ in range(20):  # a unit that repeats its event for two seconds
            w.raw(0x200, [1, 0])
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.1)
        w.raw(0x200, [1, 0])
        await settle()

    time.run(main())
    assert len(w.heard) == 2


def test_a_pulse_that_falls_back_to_idle_may_come_again_soon(world, time):
    w = world(BUTTON)

    async def main():
        w.watch("button")
        for state in (1, 0, 1, 0):
            w.raw(0x200, [state, 0])
            await asyncio.sleep(0.02)

    time.run(main())
    assert w.labels() == ["unlock", "idle", "unlock", "idle"]
