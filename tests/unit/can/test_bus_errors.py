"""Error frames, error counters, error-passive, bus-off and recovery, by ISO 11898-1."""

import asyncio
import itertools

import can
import pytest

from bench.can.controller import Controller, Recovery
from bench.can.error_frames import BUSOFF, decode, encode
from bench.can.frame import Frame
from bench.can.segments import expand
from bench.can.simulated.medium import Medium
from bench.can.simulated.python_can import SimulatedBus
from bench.can.simulated.wire_errors import RECOVERY_BITS, WireError, after_arbitration
from bench.clock.simulated import SimulatedTime
from bench.events import BusStateChanged, CyclicSegment, ErrorSeen, FrameSeen
from bench.journal import Journal

BIT_NS = 2000  # at 500 kbit/s
FRAME = Frame(0x155, b"\x55" * 8)
FLAG, DELIMITER, IFS, SUSPEND = 6, 8, 3, 8


@pytest.fixture
def time():
    time = SimulatedTime()
    yield time
    time.close()


@pytest.fixture
def journal(time):
    return Journal(time.now_ns)


@pytest.fixture
def medium(time, journal):
    return Medium("body", time.loop, journal)


def destroy(count, *, only=None, flagged_by=""):
    """Return a rule that destroys the next `count` frames (of one sender)."""
    left = [count]

    def rule(frame, sender):
        if left[0] == 0 or (only is not None and sender != only):
            return None
        left[0] -= 1
        return WireError(after_arbitration(frame), flagged_by)

    return rule


def events(journal, kind):
    return [(entry.t_ns, entry.event) for entry in journal.entries if isinstance(entry.event, kind)]


def states(journal, node):
    return [e.state for _, e in events(journal, BusStateChanged) if e.node == node]


def run(time, medium, *steps, seconds=1.0):
    async def main():
        for step in steps:
            step()
        await asyncio.sleep(seconds)
        medium.finish()

    time.run(main())


# ── what an error costs ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("flagged_by", "flags"), [("", FLAG), ("b", 2 * FLAG)])
def test_a_destroyed_frame_is_repeated_and_costs_flag_delimiter_and_interframe_space(
    time, journal, medium, flagged_by, flags
):
    port = medium.port("a")
    medium.port("b")
    run(time, medium, lambda: medium.disturb(destroy(1, flagged_by=flagged_by)),
        lambda: port.send(FRAME, None))  # fmt: skip
    [(error_ns, error)] = events(journal, ErrorSeen)
    [(seen_ns, _)] = events(journal, FrameSeen)
    assert (error.sender, error.flagged_by, error.what) == ("a", flagged_by, "error")
    assert error_ns == (after_arbitration(FRAME) + flags + DELIMITER) * BIT_NS
    assert seen_ns == error_ns + IFS * BIT_NS + medium.duration_of(FRAME)


def test_counters_go_up_by_eight_one_and_nine_and_down_by_one(time, medium):
    a, b, c = (medium.port(name) for name in "abc")
    seen = []

    def look():
        seen.append((a.controller.tec, b.controller.rec, c.controller.rec))

    def after_the_error():
        medium.loop.call_at_ns(45 * BIT_NS, look)

    run(time, medium, lambda: medium.disturb(destroy(1, flagged_by="b")),
        lambda: a.send(FRAME, None), after_the_error)  # fmt: skip
    look()
    assert seen == [(8, 9, 1), (7, 8, 0)]


def test_an_error_passive_sender_waits_eight_bits_more(time, journal, medium):
    port = medium.port("a")
    port.controller.tec = 130
    run(time, medium, medium.settle, medium._look_after,
        lambda: port.send(FRAME, None), lambda: port.send(FRAME, None))  # fmt: skip
    (first, _), (second, _) = events(journal, FrameSeen)
    assert second - first == (IFS + SUSPEND) * BIT_NS + medium.duration_of(FRAME)


def test_another_node_may_begin_while_an_error_passive_one_is_suspended(time, journal, medium):
    passive, other = medium.port("a"), medium.port("b")
    passive.controller.tec = 130
    low = Frame(0x700, b"")
    run(time, medium, medium._look_after, lambda: passive.send(FRAME, None),
        lambda: passive.send(FRAME, None), lambda: other.send(low, None))  # fmt: skip
    order = [e.identifier for _, e in events(journal, FrameSeen)]
    assert order == [FRAME.identifier, low.identifier, FRAME.identifier]
    (first, _), (second, _), _ = events(journal, FrameSeen)
    assert second - first == IFS * BIT_NS + medium.duration_of(low)


def test_a_destroyed_frame_competes_again_and_loses_to_a_higher_priority(time, journal, medium):
    a, b = medium.port("a"), medium.port("b")

    def meanwhile():
        medium.loop.call_at_ns(10 * BIT_NS, b.send, Frame(0x001, b""), None)

    run(time, medium, lambda: medium.disturb(destroy(1)), lambda: a.send(FRAME, None), meanwhile)
    assert [e.identifier for _, e in events(journal, FrameSeen)] == [0x001, FRAME.identifier]


# ── states ────────────────────────────────────────────────────────────────────────────────


def test_sixteen_errors_make_a_sender_passive_and_thirty_two_put_it_off(time, journal, medium):
    port = medium.port("a")
    port.controller.recovery = None
    run(time, medium, lambda: medium.disturb(destroy(40, only="a")),
        lambda: port.send(FRAME, None))  # fmt: skip
    assert states(journal, "a") == ["error_passive", "bus_off"]
    tecs = [e.tec for _, e in events(journal, BusStateChanged) if e.node == "a"]
    assert tecs == [128, 256]
    assert len(events(journal, ErrorSeen)) == 32
    assert not events(journal, FrameSeen)


def test_a_node_that_is_off_neither_sends_nor_hears_nor_acknowledges(time, journal):
    medium = Medium("body", time.loop, journal, listen_only=True)
    a, b = medium.port("a"), medium.port("b")
    heard = []
    a.listen(None, heard.append)
    a.controller.recovery = None
    run(time, medium, lambda: medium.disturb(destroy(32, only="a")), lambda: a.send(FRAME, None),
        seconds=0.1)  # fmt: skip
    assert states(journal, "a")[-1] == "bus_off"
    run(time, medium, lambda: a.send(FRAME, None), lambda: b.send(Frame(0x20, b""), None),
        seconds=0.1)  # fmt: skip
    assert not events(journal, FrameSeen)
    assert heard == []
    assert {e.what for _, e in events(journal, ErrorSeen) if e.sender == "b"} == {"no_acknowledge"}


def test_recovery_takes_the_driver_s_wait_and_128_times_11_recessive_bits(time, journal, medium):
    port = medium.port("a")
    port.controller.recovery = Recovery(fast_s=0.05)
    run(time, medium, lambda: medium.disturb(destroy(32, only="a")),
        lambda: port.send(FRAME, None))  # fmt: skip
    (off_ns,) = [t for t, e in events(journal, BusStateChanged) if e.state == "bus_off"]
    (back_ns,) = [t for t, e in events(journal, BusStateChanged) if e.state == "error_active"]
    assert back_ns - off_ns == 50_000_000 + RECOVERY_BITS * BIT_NS
    assert RECOVERY_BITS == 1408


def test_traffic_of_others_lengthens_recovery_by_what_it_takes_of_the_wire(time, journal, medium):
    a, b = medium.port("a"), medium.port("b")
    a.controller.recovery = Recovery(fast_s=0.05)
    frame = Frame(0x300, b"\x55" * 8)
    took_bits = medium.duration_of(frame) // BIT_NS
    run(time, medium, lambda: medium.disturb(destroy(32, only="a")), lambda: a.send(FRAME, None),
        lambda: time.loop.call_later(0.0535, b.send, frame, None))  # fmt: skip
    (off_ns,) = [t for t, e in events(journal, BusStateChanged) if e.state == "bus_off"]
    (back_ns,) = [t for t, e in events(journal, BusStateChanged) if e.state == "error_active"]
    longer_bits = (back_ns - off_ns - 50_000_000) // BIT_NS - RECOVERY_BITS
    # the frame costs its own length and gives one run of 11 by its end; up to 10 idle bits before
    # it make no whole run
    assert took_bits + IFS - 11 <= longer_bits <= took_bits + IFS - 11 + 10


def test_without_a_driver_that_restarts_it_a_node_stays_off(time, journal, medium):
    port = medium.port("a")
    port.controller.recovery = None
    run(time, medium, lambda: medium.disturb(destroy(32, only="a")),
        lambda: port.send(FRAME, None), seconds=100)  # fmt: skip
    assert states(journal, "a")[-1] == "bus_off"


def test_a_node_that_goes_off_again_and_again_is_let_back_slowly(time, journal, medium):
    port = medium.port("a")
    medium.port("b")

    async def main():
        medium.disturb(destroy(10_000, only="a"))
        port.cyclic(FRAME, [FRAME.data], period_s=0.01, cause=None)
        await asyncio.sleep(5)

    time.run(main())
    offs = [t / 1e9 for t, e in events(journal, BusStateChanged) if e.state == "bus_off"]
    gaps = [round(b - a, 1) for a, b in itertools.pairwise(offs)]
    assert gaps[:5] == [0.1] * 5
    assert gaps[5:] == [1.0] * len(gaps[5:])
    assert len(gaps) > 7


# ── a lone node ───────────────────────────────────────────────────────────────────────────


def test_a_lone_node_becomes_error_passive_and_never_bus_off(time, journal):
    medium = Medium("body", time.loop, journal, listen_only=True)
    port = medium.port("a")
    run(time, medium, lambda: port.send(FRAME, None))
    assert states(journal, "a") == ["error_passive"]
    assert port.controller.tec == 128
    assert {e.what for _, e in events(journal, ErrorSeen)} == {"no_acknowledge"}
    times = [t for t, _ in events(journal, ErrorSeen)]
    frame_bits = medium.duration_of(FRAME) // BIT_NS - 8 + FLAG + DELIMITER + IFS
    assert (times[1] - times[0]) // BIT_NS == frame_bits
    assert (times[-1] - times[-2]) // BIT_NS == frame_bits + SUSPEND


def test_a_lone_node_s_frame_goes_as_soon_as_somebody_joins(time, journal):
    medium = Medium("body", time.loop, journal, listen_only=True)
    port = medium.port("a")
    run(time, medium, lambda: port.send(FRAME, None),
        lambda: time.loop.call_later(0.5, medium.port, "b"))  # fmt: skip
    [(seen_ns, _)] = events(journal, FrameSeen)
    assert 500_000_000 < seen_ns < 501_000_000


# ── segments stay exact ───────────────────────────────────────────────────────────────────


def test_cyclic_frames_that_were_destroyed_are_late_by_what_the_errors_took(time, journal, medium):
    async def main():
        port = medium.port("a")
        port.cyclic(Frame(0x100, b""), [b"\x01"], period_s=0.01, cause=None)
        await asyncio.sleep(0.035)
        medium.disturb(destroy(2))
        await asyncio.sleep(0.05)
        medium.finish()

    time.run(main())
    times = [t for _, e in events(journal, CyclicSegment) for t in (x.t_ns for x in expand(e))]
    times += [t for t, _ in events(journal, FrameSeen)]
    took = medium.duration_of(Frame(0x100, b"\x01"))
    late = sorted(t - took - round((t - took) / 10_000_000) * 10_000_000 for t in times)
    error_bits = after_arbitration(FRAME) + FLAG + DELIMITER + IFS
    assert len(times) == 9
    assert late == [0] * 8 + [2 * error_bits * BIT_NS]


def test_when_all_is_well_again_frames_cost_nothing_again(time, journal, medium):
    async def main():
        port = medium.port("a")
        port.cyclic(Frame(0x100, b""), [b"\x01"], period_s=0.01, cause=None)
        undo = medium.disturb(destroy(2))
        await asyncio.sleep(0.5)
        undo()
        await asyncio.sleep(0.5)
        assert port.controller.tec == 0
        before = len(time.loop._timers)
        await asyncio.sleep(50)
        assert len(time.loop._timers) <= before

    time.run(main())


def test_one_shot_controllers_do_not_repeat(time, journal, medium):
    port = medium.port("a")
    port.controller.one_shot = True
    run(time, medium, lambda: medium.disturb(destroy(1)), lambda: port.send(FRAME, None))
    assert len(events(journal, ErrorSeen)) == 1
    assert not events(journal, FrameSeen)


# ── through python-can ────────────────────────────────────────────────────────────────────


def test_python_can_sees_error_frames_and_the_state_of_its_own_controller(time, medium):
    async def main():
        bus = SimulatedBus(medium)
        medium.disturb(destroy(20, only="python-can"))
        bus.send(can.Message(arbitration_id=0x42, data=[1], is_extended_id=False))
        await asyncio.sleep(1)
        return bus

    bus = time.run(main())
    received = list(iter(lambda: bus.recv(0), None))
    assert len(received) == 20
    assert all(m.is_error_frame for m in received)
    assert decode(received[0]).tec == 8
    assert (decode(received[-1]).state, decode(received[-1]).tec) == ("error_passive", 160)
    assert bus.state is can.BusState.PASSIVE
    bus.shutdown()


def test_python_can_is_told_that_it_is_bus_off_and_cannot_send(time, medium):
    bus = SimulatedBus(medium)
    bus._port.controller.recovery = None

    async def main():
        medium.disturb(destroy(32, only="python-can"))
        bus.send(can.Message(arbitration_id=0x42, is_extended_id=False))
        await asyncio.sleep(1)

    time.run(main())
    assert bus.state is can.BusState.ERROR
    last = list(iter(lambda: bus.recv(0), None))[-1]
    assert last.arbitration_id & BUSOFF
    with pytest.raises(can.CanOperationError, match="bus-off"):
        bus.send(can.Message(arbitration_id=0x42, is_extended_id=False))
    bus.shutdown()


def test_an_error_frame_sent_through_python_can_destroys_the_frame_on_the_wire(
    time, journal, medium
):
    async def main():
        bus = SimulatedBus(medium)
        medium.port("a").send(FRAME, None)
        at_ns = 50 * BIT_NS
        time.loop.call_at_ns(at_ns, bus.send, can.Message(is_error_frame=True))
        await asyncio.sleep(0.1)
        bus.shutdown()

    time.run(main())
    [(error_ns, error)] = events(journal, ErrorSeen)
    [(seen_ns, _)] = events(journal, FrameSeen)
    assert (error.sender, error.flagged_by) == ("a", "python-can")
    assert error_ns == (50 + 1 + 2 * FLAG + DELIMITER) * BIT_NS
    assert seen_ns == error_ns + IFS * BIT_NS + medium.duration_of(FRAME)
    assert medium.frame_count == 1


def test_an_error_frame_destroys_a_cyclic_frame_under_way_and_it_is_counted_once(
    time, journal, medium
):
    async def main():
        bus = SimulatedBus(medium)
        medium.port("a").cyclic(FRAME, [FRAME.data], period_s=0.01, cause=None)
        time.loop.call_at_ns(30_000_000 + 50 * BIT_NS, bus.send, can.Message(is_error_frame=True))
        await asyncio.sleep(0.055)
        received = [m for m in iter(lambda: bus.recv(0), None) if not m.is_error_frame]
        bus.shutdown()
        medium.finish()
        return received

    received = time.run(main())
    assert len(received) == 6
    assert len(events(journal, ErrorSeen)) == 1
    times = [t for _, e in events(journal, CyclicSegment) for t in (x.t_ns for x in expand(e))]
    times += [t for t, _ in events(journal, FrameSeen)]
    assert sorted(times) == [round(m.timestamp * 1e9) for m in received]


@pytest.mark.parametrize("state", ["error_active", "error_passive", "bus_off"])
def test_an_error_frame_says_the_same_after_a_round_trip(state):
    report = decode(encode("error", state, 200, 12, 1.0))
    assert report.what == "error"
    assert report.state == (state if state != "error_active" else None)
    assert (report.tec, report.rec) == (200, 12)


def test_a_receive_counter_above_127_falls_to_119_with_the_next_good_frame():
    controller = Controller("a")
    for _ in range(15):
        controller.receive_error(first=True)
    assert (controller.rec, controller.state) == (135, "error_passive")
    controller.received()
    assert (controller.rec, controller.state) == (119, "error_active")


@pytest.mark.parametrize(("length", "fd"), [(9, False), (65, True)])
def test_python_can_sends_nothing_that_no_frame_can_carry(time, medium, length, fd):
    with SimulatedBus(medium) as bus:
        message = can.Message(arbitration_id=0x123, data=bytes(length), is_fd=fd)
        with pytest.raises(can.CanOperationError, match=f"no frame carries {length} bytes"):
            bus.send(message)
