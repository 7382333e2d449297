"""A ring of OSEK nodes: who passes on to whom, and how all fall silent together."""

import asyncio
import itertools

import pytest

from bench.can.frame import Frame, frame_of, key
from bench.can.osek_nm import (
    ALIVE,
    RING,
    SLEEP_ACKNOWLEDGE,
    SLEEP_INDICATION,
    OsekNode,
    OsekTimes,
)
from bench.can.simulated.medium import Medium

TIMES = OsekTimes()


class Ring:
    """Nodes on one bus, what they sent, and when they woke and fell silent."""

    def __init__(self, time, journal, numbers, first):
        self.first = first
        self.loop = time.loop
        self.medium = Medium("body", time.loop, journal)
        self.sent, self.log = [], []
        self.medium.port("listener").listen(None, self._on_frame, every=True)
        self.nodes = {number: self._make(number) for number in numbers}

    def _make(self, number):
        return OsekNode(
            self.medium.port(f"node{number}"), range(self.first, self.first + 0x20), self.first + number,
            on_awake=lambda _cause: self.log.append((number, "awake")),
            on_asleep=lambda: self.log.append((number, "silent")),
        )  # fmt: skip

    def _on_frame(self, reception):
        frame = reception.frame
        number = key(frame.identifier, extended=frame.extended) - self.first
        if 0 <= number <= 0x1F and len(frame.data) > 1:
            now_s = self.loop.time()
            self.sent.append((now_s, number, frame.data[0], frame.data[1]))

    def rings(self):
        """Return (sender, receiver) of each ring message."""
        return [(by, to) for _, by, to, bits in self.sent if bits & RING]


@pytest.fixture(params=[0x400, key(0x1B00_0400, extended=True)], ids=["11 bits", "29 bits"])
def run(time, journal, request):
    def run(act, numbers=(1, 4, 9)):
        async def main():
            ring = Ring(time, journal, numbers, request.param)
            await act(ring)
            return ring

        return time.run(main())

    return run


def test_the_ring_goes_from_each_node_to_the_next_higher_and_from_the_last_to_the_first(run):
    async def act(ring):
        await ring.nodes[4].request(None)
        await asyncio.sleep(3)

    ring = run(act)
    settled = ring.rings()[3:]
    assert len(settled) > 15
    assert set(settled) == {(1, 4), (4, 9), (9, 1)}
    # each passes on what came to it: the next sender is the last receiver
    assert all(settled[n][1] == settled[n + 1][0] for n in range(len(settled) - 1))


def test_a_ring_message_goes_once_in_a_typical_time(run):
    async def act(ring):
        await ring.nodes[1].request(None)
        await asyncio.sleep(3)

    ring = run(act)
    times = [at for at, _, _, bits in ring.sent if bits & RING][3:]
    assert len(times) > 15
    for earlier, later in itertools.pairwise(times):
        assert later - earlier == pytest.approx(TIMES.typical_s, abs=0.002)


def test_one_request_wakes_all(run):
    async def act(ring):
        await ring.nodes[9].request(None)
        await asyncio.sleep(1)

    ring = run(act)
    assert sorted(ring.log) == [(1, "awake"), (4, "awake"), (9, "awake")]


def test_a_foreign_frame_wakes_all(run):
    async def act(ring):
        ring.medium.port("other").send(Frame(0x123, bytes(8)), None)
        await asyncio.sleep(0.05)

    assert sorted(run(act).log) == [(1, "awake"), (4, "awake"), (9, "awake")]


def test_nobody_sleeps_while_one_needs_the_bus(run):
    async def act(ring):
        await ring.nodes[1].request(None)
        await asyncio.sleep(60)
        assert all(node.awake for node in ring.nodes.values())

    ring = run(act)
    assert not [word for word in ring.log if word[1] == "silent"]
    assert not [bits for *_, bits in ring.sent if bits & SLEEP_ACKNOWLEDGE]
    others = [bits for _, by, _, bits in ring.sent if by != 1 and bits & RING]
    assert len(others) > 100
    assert all(bits & SLEEP_INDICATION for bits in others)


def test_when_all_are_ready_one_acknowledges_and_all_fall_silent_at_once(run):
    async def act(ring):
        await ring.nodes[1].request(None)
        await asyncio.sleep(2)
        ring.nodes[1].release()
        await asyncio.sleep(20)

    ring = run(act)
    acknowledged = [at for at, _, _, bits in ring.sent if bits & SLEEP_ACKNOWLEDGE]
    assert len(acknowledged) == 1
    assert acknowledged[0] < 2 + 4 * TIMES.typical_s + 0.1  # within a round
    assert ring.sent[-1][0] == acknowledged[0]
    assert sorted(word for word in ring.log if word[1] == "silent") == [
        (1, "silent"), (4, "silent"), (9, "silent"),
    ]  # fmt: skip


def test_a_request_between_acknowledgement_and_sleep_wakes_all_again(run):
    async def act(ring):
        await ring.nodes[1].request(None)
        ring.nodes[1].release()
        await asyncio.sleep(3)
        assert not any(node.awake for node in ring.nodes.values())
        await ring.nodes[4].request(None)
        await asyncio.sleep(1)
        assert all(node.awake for node in ring.nodes.values())

    run(act)


def test_a_request_while_waking_returns_when_the_node_may_send(run):
    async def act(ring):
        ring.medium.port("stranger").send(Frame(0x123, b""), None)
        await asyncio.sleep(0.01)
        assert not ring.nodes[4].awake
        await ring.nodes[4].request(None)
        assert ring.nodes[4].awake

    run(act)


def test_who_woke_the_bus_is_in_the_ring_and_is_not_sent_to_sleep(run):
    """A unit on the table that takes its time: it has said that it is there, and nothing more."""

    async def act(ring):
        stranger = ring.medium.port("table")
        stranger.send(frame_of(ring.first + 9, bytes([9, ALIVE, 0, 0, 0, 0, 0, 0])), None)
        await asyncio.sleep(TIMES.wake_s + TIMES.typical_s + 0.05)
        assert ring.nodes[4].awake
        assert ring.rings() == [(4, 9)]
        assert not any(bits & SLEEP_ACKNOWLEDGE for _, _, _, bits in ring.sent)

    run(act, numbers=(4,))


@pytest.mark.parametrize("data", [b"", b"\x04"])
def test_a_frame_of_another_layout_is_no_message_of_the_ring(run, data):
    async def act(ring):
        await ring.nodes[1].request(None)
        ring.medium.port("table").send(frame_of(ring.first + 3, data), None)
        await asyncio.sleep(1)
        assert all(node.awake for node in ring.nodes.values())

    ring = run(act)
    assert not [to for by, to in ring.rings() if 3 in {by, to}]


def test_who_falls_asleep_a_second_time_waits_its_whole_time(run):
    """The first time was interrupted: its end must not cut the second one short."""

    async def act(ring):
        node = ring.nodes[4]
        await node.request(None)
        node.release()
        await asyncio.sleep(1)
        await node.request(None)  # between acknowledgement and sleep
        await asyncio.sleep(3)
        node.release()
        await asyncio.sleep(1.5)  # the end of the first time has come
        assert node._state == "preparing"
        await asyncio.sleep(5)
        assert node._state == "asleep"

    run(act, numbers=(4,))


def test_a_node_that_goes_is_left_out_of_the_ring(run):
    async def act(ring):
        await ring.nodes[1].request(None)
        await asyncio.sleep(1)
        gone = ring.nodes.pop(4)
        gone._state = "gone"  # its supply was cut: it neither sends nor hears
        await asyncio.sleep(2)

    ring = run(act)
    assert set(ring.rings()[-6:]) == {(1, 9), (9, 1)}


def test_a_node_alone_passes_to_itself_and_may_sleep(run):
    async def act(ring):
        await ring.nodes[4].request(None)
        await asyncio.sleep(1)
        assert ring.nodes[4].awake
        ring.nodes[4].release()
        await asyncio.sleep(1)
        assert not ring.nodes[4].awake

    ring = run(act, numbers=(4,))
    assert set(ring.rings()) == {(4, 4)}
    assert ring.sent[0][3] == ALIVE
