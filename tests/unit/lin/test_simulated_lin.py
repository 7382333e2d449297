"""The simulated LIN bus: responses, errors, collisions, schedules."""

import asyncio
import itertools

import pytest
from lin_door import BACKLIGHT, DOOR, KEY

from bench.can.frame import Frame
from bench.clock.simulated import SimulatedTime
from bench.events import ErrorSeen, FrameSeen
from bench.journal import Journal
from bench.lin import ldf
from bench.lin.checksum import checksum, frame_ns
from bench.lin.master import GO_TO_SLEEP, Master
from bench.lin.simulated import SimulatedLin


class World:
    """A simulated bus with a journal, and what was heard."""

    def __init__(self, now_ns):
        self.journal = Journal(now_ns)
        self.line = SimulatedLin("door", now_ns, self.journal, bitrate=19_200)
        self.heard = []
        port = self.line.port("ear")
        port.listen(None, lambda r: self.heard.append((r.t_ns, r.frame.data)), every=True)

    def events(self, kind):
        return [e.event for e in self.journal.entries if isinstance(e.event, kind)]


def simulated(script):
    """Run a script on simulated time, with a world."""
    time = SimulatedTime()
    try:
        return time.run(script(time))
    finally:
        time.close()


def test_a_response_ends_after_header_data_and_checksum():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        start_ns = time.now_ns()
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return start_ns, world

    start_ns, world = simulated(script)
    ((t_ns, data),) = world.heard
    assert data == b"\x05\x00"
    assert abs(t_ns - start_ns - frame_ns(2, 19_200)) < 1000
    assert [e.sender for e in world.events(FrameSeen)] == ["KEYPAD"]


def test_a_wrong_checksum_is_an_event_and_nobody_takes_the_frame():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.disturb = lambda _id, response: response[:-1] + bytes([response[-1] ^ 1])
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert world.heard == []
    assert [(e.identifier, e.sender, e.what) for e in world.events(ErrorSeen)] == [
        (KEY, "KEYPAD", "checksum")
    ]


def test_a_classic_checksum_where_the_enhanced_is_due_is_an_error():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.disturb = lambda i, r: r[:-1] + bytes([checksum(i, r[:-1], classic=True)])
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return world

    assert [e.what for e in simulated(script).events(ErrorSeen)] == ["checksum"]


def test_no_response_is_written_down_when_it_begins_and_not_in_every_slot():
    async def script(time):
        world = World(time.now_ns)
        for _ in range(5):
            world.line.header(KEY, "BCM")
            await asyncio.sleep(0.02)
        publication = world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        publication.stop()
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert [e.what for e in world.events(ErrorSeen)] == ["no_response", "no_response"]
    assert len(world.heard) == 1


def test_a_disturbed_identifier_is_answered_by_nobody():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.header(KEY, "BCM", pid=0x51)
        await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert [e.what for e in world.events(ErrorSeen)] == ["parity"]
    assert world.heard == []


def test_two_nodes_that_answer_differently_collide():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.publish("OTHER", KEY, [b"\x06\x00"], None, once=False)
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert [e.what for e in world.events(ErrorSeen)] == ["collision"]
    assert world.heard == []


def test_the_masters_schedule_keeps_its_slots():
    async def script(time):
        world = World(time.now_ns)
        description = ldf.describe(DOOR)
        world.line.publish("KEYPAD", KEY, [b"\x0f\x00"], None, once=False)
        world.line.publish("BCM", BACKLIGHT, [b"\x00"], None, once=False)
        master = Master(world.line, "BCM", description.schedule(None, 19_200))
        master.start()
        await asyncio.sleep(0.1)
        master.sleep()
        await asyncio.sleep(0.1)
        return world, master.running

    world, running = simulated(script)
    keys = [t_ns for t_ns, data in world.heard if len(data) == 2]
    assert {b - a for a, b in itertools.pairwise(keys)} == {20_000_000}
    assert world.heard[-1][1] == GO_TO_SLEEP
    assert not running


@pytest.mark.parametrize("after_s", [0.0, 0.005, 0.012, 0.018, 0.03])
def test_a_bus_that_is_woken_while_it_is_sent_to_sleep_is_awake(after_s):
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x0f\x00"], None, once=False)
        master = Master(world.line, "BCM", ldf.describe(DOOR).schedule(None, 19_200))
        master.start()
        await asyncio.sleep(0.1)
        master.sleep()
        await asyncio.sleep(after_s)
        master.start(0.1)
        await asyncio.sleep(1)
        heard = len(world.heard)
        await asyncio.sleep(0.1)
        assert master.running
        return len(world.heard) - heard

    assert simulated(script) == 5, "a frame every 20 ms, and none twice"


def test_a_masters_late_header_waits_and_another_masters_collides():
    async def script(time):
        world = World(time.now_ns)
        world.line.publish("KEYPAD", KEY, [b"\x05\x00"], None, once=False)
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.003)
        world.line.header(KEY, "BCM")
        await asyncio.sleep(0.02)
        heard = len(world.heard)
        world.line.header(KEY, "BCM")
        world.line.header(KEY, "other")
        await asyncio.sleep(0.02)
        return heard, world

    heard, world = simulated(script)
    assert heard == len(world.heard) == 2
    assert [e.what for e in world.events(ErrorSeen)] == ["collision"]


def test_a_single_response_is_given_once():
    async def script(time):
        world = World(time.now_ns)
        world.line.port("KEYPAD").send(Frame(KEY, b"\x01\x00"), None)
        for _ in range(2):
            world.line.header(KEY, "BCM")
            await asyncio.sleep(0.02)
        return world

    world = simulated(script)
    assert len(world.heard) == 1
    assert [e.what for e in world.events(ErrorSeen)] == ["no_response"]
