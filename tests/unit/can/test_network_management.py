import asyncio

import pytest

from bench.can.frame import Frame
from bench.can.network_management import NmNode, NmTimes
from bench.can.simulated.medium import Medium
from bench.events import PhaseBegan
from bench.units import to_s

BASE = 0x500
TIMES = NmTimes()
WIRE_S = 0.001  # nothing here takes longer than a frame or two


class World:
    """Nodes on one bus, and what became of them: `log` has (seconds, node, what)."""

    def __init__(self, time, journal, count):
        self.loop, self.journal = time.loop, journal
        self.medium = Medium("body", time.loop, journal)
        self.log = []
        self.causes = []
        self.nodes = [self.make(number, count) for number in range(count)]

    def make(self, number, count):
        def awake(cause):
            self.causes.append(cause)
            self.log.append((self.loop.time(), number, "awake"))

        return NmNode(
            self.medium.port(f"node{number}"), BASE + number, number,
            [BASE + other for other in range(count) if other != number],
            on_awake=awake,
            on_asleep=lambda: self.log.append((self.loop.time(), number, "asleep")),
        )  # fmt: skip

    def when(self, number, what):
        return [at for at, node, happened in self.log if (node, happened) == (number, what)]

    def frames(self, number):
        """Return when the NM messages of a node went."""
        self.medium.finish()
        found = []
        for entry in self.journal.entries:
            event = entry.event
            if event.identifier != BASE + number:
                continue
            if event.kind == "frame_seen":
                found.append(entry.t_ns)
            else:
                found += [event.first_ns + k * event.period_ns for k in range(event.count)]
        return [to_s(t_ns) for t_ns in sorted(found)]


@pytest.fixture
def run(time, journal):
    """Run a coroutine function with a world of so many nodes."""

    def run(act, count=3):
        async def main():
            world = World(time, journal, count)
            await act(world)
            return world

        return time.run(main())

    return run


def about(seconds):
    return pytest.approx(seconds, abs=WIRE_S)


# ── waking ────────────────────────────────────────────────────────────────────────────────


def test_a_bus_that_nobody_needs_stays_silent(run):
    async def act(world):
        await asyncio.sleep(60)

    world = run(act)
    assert world.log == []
    assert world.medium.frame_count == 0
    assert not any(node.awake for node in world.nodes)


def test_who_needs_the_bus_wakes_everybody(run):
    async def act(world):
        await world.nodes[0].request(None)
        assert world.nodes[0].awake
        await asyncio.sleep(0.01)
        assert all(node.awake for node in world.nodes)

    world = run(act)
    assert world.when(0, "awake") == about([TIMES.wake_s])
    assert world.when(1, "awake") == about([TIMES.wake_s])
    assert world.when(2, "awake") == about([TIMES.wake_s])


def test_a_request_returns_when_the_node_may_send_and_not_before(run):
    async def act(world):
        asked = asyncio.ensure_future(world.nodes[0].request(None))
        await asyncio.sleep(TIMES.wake_s / 2)
        assert not asked.done()
        assert not world.nodes[0].awake
        await asyncio.sleep(TIMES.wake_s)
        assert asked.done()

    run(act)


def test_a_second_request_while_waking_waits_for_the_same_waking(run):
    async def act(world):
        await asyncio.gather(*(world.nodes[0].request(None) for _ in range(3)))

    world = run(act)
    assert world.when(0, "awake") == about([TIMES.wake_s])
    assert len(world.frames(0)) == 1  # the wake-up pattern; the cyclic message is due just now


def test_a_request_of_an_awake_node_returns_at_once(run):
    async def act(world):
        await world.nodes[0].request(None)
        await asyncio.sleep(0.1)
        before = world.loop.time()
        await world.nodes[1].request(None)
        await world.nodes[0].request(None)
        assert world.loop.time() == before

    run(act)


def test_any_frame_wakes_a_sleeping_bus(run):
    async def act(world):
        world.medium.port("stranger").send(Frame(0x123, b"hello"), None)
        await asyncio.sleep(1)

    world = run(act)
    assert sorted(number for _, number, _ in world.log) == [0, 1, 2]
    # they are awake, but none of them needs the bus: nobody sends NM
    assert [world.frames(number) for number in range(3)] == [[], [], []]


def test_who_was_woken_names_the_frame_and_who_asked_names_its_reason(run):
    async def act(world):
        reason = world.journal.write(PhaseBegan("the reason"))
        await world.nodes[0].request(reason)
        await asyncio.sleep(0.1)
        own, *others = world.causes
        assert own == reason
        assert len(others) == 2
        for cause in others:
            entry = world.journal.entries[cause]
            assert entry.event.identifier == BASE
            assert entry.cause == reason

    run(act)


def test_a_stranger_s_frame_does_not_interrupt_who_is_awake(run):
    async def act(world):
        await world.nodes[0].request(None)
        for number in range(20):
            world.medium.port("stranger").send(Frame(0x123, bytes([number])), None)
            await asyncio.sleep(0.1)

    world = run(act)
    assert len(world.when(0, "awake")) == 1
    assert len(world.when(1, "awake")) == 1


# ── keeping awake ─────────────────────────────────────────────────────────────────────────


def test_who_needs_the_bus_says_so_at_its_period(run):
    async def act(world):
        await world.nodes[0].request(None)
        await asyncio.sleep(9.9)
        assert all(node.awake for node in world.nodes)

    world = run(act)
    first, *cyclic = world.frames(0)
    assert first == about(0)
    assert cyclic == about([TIMES.wake_s + TIMES.message_s * n for n in range(len(cyclic))])
    assert len(cyclic) == 20
    assert world.frames(1) == []


def test_its_message_carries_its_number_and_that_it_woke_the_bus(run):
    async def act(world):
        await world.nodes[2].request(None)
        await asyncio.sleep(0.1)

    world = run(act)
    event = world.journal.entries[0].event
    assert event.identifier == BASE + 2
    assert bytes.fromhex(event.data) == bytes([2, 0x10, 0, 0, 0, 0, 0, 0])


def test_another_request_does_not_send_the_message_twice(run):
    async def act(world):
        for _ in range(5):
            await world.nodes[0].request(None)
            await asyncio.sleep(0.2)
        await asyncio.sleep(3.9)

    world = run(act)
    assert len(world.frames(0)) == 1 + 10


# ── falling asleep ────────────────────────────────────────────────────────────────────────


def test_when_nobody_needs_it_any_more_the_bus_falls_silent_and_then_asleep(run):
    async def act(world):
        await world.nodes[0].request(None)
        await asyncio.sleep(9.8)
        world.nodes[0].release()
        await asyncio.sleep(TIMES.timeout_s - 0.01)
        assert world.nodes[0].awake
        await asyncio.sleep(0.02)
        assert not world.nodes[0].awake
        await asyncio.sleep(60)

    world = run(act)
    released = 9.8 + TIMES.wake_s
    assert world.when(0, "asleep") == about([released + TIMES.timeout_s])
    assert max(world.frames(0)) < released
    for number in (1, 2):  # the last message that they heard went up to one period earlier
        (at,) = world.when(number, "asleep")
        assert released + TIMES.timeout_s - TIMES.message_s <= at <= released + TIMES.timeout_s


def test_a_bus_is_kept_as_long_as_anybody_needs_it(run):
    async def act(world):
        await world.nodes[0].request(None)
        await world.nodes[1].request(None)
        await asyncio.sleep(5)
        world.nodes[0].release()
        await asyncio.sleep(30)
        assert all(node.awake for node in world.nodes)
        world.nodes[1].release()
        await asyncio.sleep(TIMES.timeout_s + 0.01)
        assert not any(node.awake for node in world.nodes)

    world = run(act)
    assert [len(world.when(number, "asleep")) for number in range(3)] == [1, 1, 1]


def test_who_was_woken_by_a_stranger_falls_asleep_after_the_timeout(run):
    async def act(world):
        world.medium.port("stranger").send(Frame(0x123, b""), None)
        await asyncio.sleep(60)

    world = run(act)
    assert world.when(0, "asleep") == about([TIMES.wake_s + TIMES.timeout_s])


def test_a_sleeping_bus_is_woken_again(run):
    async def act(world):
        for _ in range(3):
            await world.nodes[0].request(None)
            world.nodes[0].release()
            await asyncio.sleep(20)

    world = run(act)
    for number in range(3):
        what = [happened for _, node, happened in world.log if node == number]
        assert what == ["awake", "asleep"] * 3


def test_who_needs_the_bus_while_it_falls_asleep_has_it_at_once_and_so_have_all(run):
    async def act(world):
        await world.nodes[0].request(None)
        world.nodes[0].release()
        await asyncio.sleep(TIMES.timeout_s + TIMES.wait_bus_sleep_s / 2)
        assert not any(node.awake for node in world.nodes)
        before = world.loop.time()
        await world.nodes[1].request(None)
        assert world.loop.time() == before
        await asyncio.sleep(0.01)
        assert all(node.awake for node in world.nodes)
        # what was left of falling asleep does not put them to sleep now
        await asyncio.sleep(10)
        assert all(node.awake for node in world.nodes)
        world.nodes[1].release()
        await asyncio.sleep(10)
        assert not any(node.awake for node in world.nodes)

    world = run(act)
    assert len(world.when(2, "awake")) == len(world.when(2, "asleep")) == 2


def test_who_falls_asleep_a_second_time_waits_its_whole_time(time, journal):
    """The first time was interrupted: its end must not cut the second one short."""
    times = NmTimes(timeout_s=1.0, wait_bus_sleep_s=4.0)

    async def main():
        port = Medium("body", time.loop, journal).port("one")
        node = NmNode(port, BASE, 0, [], on_awake=lambda _: None, on_asleep=lambda: None,
                      times=times)  # fmt: skip
        await node.request(None)
        node.release()
        await asyncio.sleep(2)
        await node.request(None)
        node.release()
        await asyncio.sleep(3.5)  # the end of the first time has come
        assert node._state == "preparing"
        await asyncio.sleep(2)
        assert node._state == "asleep"

    time.run(main())


def test_ordinary_frames_do_not_wake_who_is_falling_asleep(run):
    async def act(world):
        await world.nodes[0].request(None)
        world.nodes[0].release()
        await asyncio.sleep(TIMES.timeout_s + TIMES.wait_bus_sleep_s / 2)
        world.medium.port("late").send(Frame(0x123, b"last words"[:8]), None)
        await asyncio.sleep(60)

    world = run(act)
    assert len(world.when(0, "awake")) == 1


def test_a_request_that_is_given_up_while_waking_leaves_nothing_behind(run):
    async def act(world):
        asked = asyncio.ensure_future(world.nodes[0].request(None))
        await asyncio.sleep(TIMES.wake_s / 2)
        asked.cancel()
        world.nodes[0].release()
        await asyncio.sleep(60)

    world = run(act)
    assert len(world.when(0, "awake")) == len(world.when(0, "asleep")) == 1
    assert len(world.frames(0)) == 1


def test_the_times_are_parameters(time, journal):
    log = []

    async def main():
        medium = Medium("body", time.loop, journal)
        times = NmTimes(message_s=1.0, timeout_s=5.0, wait_bus_sleep_s=0.5, wake_s=0.2)
        node = NmNode(
            medium.port("n"), BASE, 1, [], times=times,
            on_awake=lambda _cause: log.append(time.loop.time()),
            on_asleep=lambda: log.append(time.loop.time()),
        )  # fmt: skip
        await node.request(None)
        node.release()
        await asyncio.sleep(30)

    time.run(main())
    assert log == pytest.approx([0.2, 5.2])
