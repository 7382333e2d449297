import asyncio
import itertools
import random

import can
import pytest

from bench.can.frame import Frame
from bench.can.segments import expand
from bench.can.simulated.medium import Medium
from bench.can.simulated.python_can import SimulatedBus
from bench.events import CyclicSegment, FrameSeen


@pytest.fixture
def medium(time, journal):
    return Medium("body", time.loop, journal)


def frames_of(journal, identifier):
    """Return every frame of a message in a journal, from single entries and from segments."""
    found = []
    for entry in journal.entries:
        event = entry.event
        if isinstance(event, FrameSeen) and event.identifier == identifier:
            found.append((entry.t_ns, bytes.fromhex(event.data)))
        elif isinstance(event, CyclicSegment) and event.identifier == identifier:
            found += [(timed.t_ns, timed.data) for timed in expand(event)]
    return sorted(found)


def test_the_lower_identifier_wins_the_wire(time, journal, medium):
    async def main():
        port = medium.port("a")
        port.send(Frame(0x700, bytes(8)), None)
        for identifier in (0x300, 0x100, 0x200):
            port.send(Frame(identifier, bytes(8)), None)
        await asyncio.sleep(1)

    time.run(main())
    order = [e.event.identifier for e in journal.entries]
    assert order == [0x700, 0x100, 0x200, 0x300]


def test_a_standard_frame_wins_over_an_extended_one_with_the_same_first_bits(medium):
    standard = Frame(0x100, b"")
    extended = Frame(0x100 << 18, b"", extended=True)
    assert standard.arbitration_key < extended.arbitration_key


def test_frames_follow_each_other_after_the_interframe_space(time, journal, medium):
    async def main():
        port = medium.port("a")
        port.send(Frame(0x100, b"\x55" * 8), None)
        port.send(Frame(0x101, b"\x55" * 8), None)
        await asyncio.sleep(1)

    time.run(main())
    first, second = (entry.t_ns for entry in journal.entries)
    took = medium.duration_of(Frame(0x101, b"\x55" * 8))
    assert second - first == 3 * 2000 + took


def reference_schedule(medium, cyclics, events, end_ns):
    """Send everything frame by frame: the slow and plain model that the medium must equal."""
    jobs = []
    for identifier, table, period, offset in cyclics:
        for k in itertools.count():
            due = offset + k * period
            if due >= end_ns:
                break
            jobs.append((due, identifier, table[k % len(table)]))
    jobs += [(due, identifier, data) for due, identifier, data in events]
    jobs.sort()
    free, sent = 0, []
    waiting: list[tuple[int, int, bytes]] = []
    while jobs or waiting:
        if not waiting:
            free = max(free, jobs[0][0])
        while jobs and jobs[0][0] <= free:
            due, identifier, data = jobs.pop(0)
            if identifier in {each[0] for each in cyclics}:  # one transmit buffer a message
                waiting = [w for w in waiting if w[0] != identifier]
            waiting.append((identifier, due, data))
        waiting.sort(key=lambda w: (w[0], w[1]))
        identifier, _, data = waiting.pop(0)
        if free >= end_ns:
            break
        end = free + medium.duration_of(Frame(identifier, data))
        sent.append((identifier, end, data))
        free = end + 6000
    return sent


@pytest.mark.parametrize("seed", range(5))
def test_segments_expand_to_exactly_what_a_frame_by_frame_bus_sends(time, journal, medium, seed):
    rng = random.Random(seed)
    cyclics = [
        (0x100 + n, [rng.randbytes(8) for _ in range(rng.choice((1, 4, 16)))],
         rng.choice((1, 2, 5, 10)) * 1_000_000, rng.randrange(0, 3_000_000, 1000))
        for n in range(8)
    ]  # fmt: skip
    events = sorted((rng.randrange(0, 200_000_000), rng.randrange(0x80, 0x200), rng.randbytes(4))
                    for _ in range(40))  # fmt: skip
    events = [e for e in events if not 0x100 <= e[1] < 0x108]

    async def main():
        port = medium.port("a")
        for identifier, table, period, offset in cyclics:
            port.cyclic(Frame(identifier, b""), table, period_s=period / 1e9,
                        offset_s=offset / 1e9, cause=None)  # fmt: skip
        for due, identifier, data in events:
            time.loop.call_at_ns(due, port.send, Frame(identifier, data), None)
        await asyncio.sleep(0.25)
        medium.finish()

    time.run(main())
    expected = reference_schedule(medium, cyclics, events, 250_000_000)
    for identifier in {frame[0] for frame in expected}:
        wanted = sorted((end, data) for i, end, data in expected if i == identifier)
        assert frames_of(journal, identifier) == wanted, hex(identifier)


def test_a_changed_payload_goes_out_with_the_next_frame_and_is_announced_once(
    time, journal, medium
):
    heard = []

    async def main():
        sender = medium.port("a")
        medium.port("b").listen([0x100], heard.append)
        cyclic = sender.cyclic(Frame(0x100, b""), [b"\x01"], period_s=0.1, cause=None)
        await asyncio.sleep(0.45)
        cyclic.update([b"\x02"], None)
        await asyncio.sleep(0.5)
        medium.finish()

    time.run(main())
    assert [reception.frame.data for reception in heard] == [b"\x01", b"\x02"]
    assert [data for _, data in frames_of(journal, 0x100)] == [b"\x01"] * 5 + [b"\x02"] * 5


def test_who_wants_every_frame_gets_every_frame(time, medium):
    heard = []

    async def main():
        medium.port("b").listen([0x100], heard.append, every=True)
        medium.port("a").cyclic(Frame(0x100, b""), [b"\x01"], period_s=0.1, cause=None)
        await asyncio.sleep(1.05)

    time.run(main())
    assert len(heard) == 11


def test_python_cans_own_tools_work_on_it(time, medium):
    async def main():
        bus = SimulatedBus(medium)
        reader = can.BufferedReader()
        notifier = can.Notifier(bus, [reader], loop=asyncio.get_running_loop())
        medium.port("a").send(Frame(0x123, b"\x01\x02"), None)
        await asyncio.sleep(0.1)
        message = reader.get_message(timeout=0)
        notifier.stop()
        bus.shutdown()
        return message

    message = time.run(main())
    assert (message.arbitration_id, bytes(message.data)) == (0x123, b"\x01\x02")
    assert message.timestamp == pytest.approx(0.000124, abs=2e-5)


def test_recv_outside_the_loop_lets_simulated_time_pass(time, medium):
    async def main():
        port = medium.port("a")
        time.loop.call_later(5, port.send, Frame(0x42, b"late"), None)
        return SimulatedBus(medium)

    bus = time.run(main())
    assert bus.recv(1.0) is None
    assert time.now_ns() == 1_000_000_000
    message = bus.recv(10.0)
    assert bytes(message.data) == b"late"
    bus.shutdown()


def test_python_cans_periodic_sending_runs_on_simulated_time_without_a_thread(time, medium):
    heard = []

    async def main():
        medium.port("b").listen([0x77], heard.append, every=True)
        bus = SimulatedBus(medium)
        task = bus.send_periodic(
            can.Message(arbitration_id=0x77, data=[1], is_extended_id=False), 0.01
        )
        await asyncio.sleep(0.1)
        task.modify_data(can.Message(arbitration_id=0x77, data=[2], is_extended_id=False))
        await asyncio.sleep(0.1)
        task.stop()
        await asyncio.sleep(1)
        bus.shutdown()

    time.run(main())
    assert len(heard) in {20, 21}
    assert [heard[0].frame.data, heard[-1].frame.data] == [b"\x01", b"\x02"]
