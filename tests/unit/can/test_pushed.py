"""python-can's virtual bus hands its messages over in the thread that sends them."""

import itertools
import threading
import time as wall
from collections.abc import Iterator
from typing import Any

import can
import pytest
from can.interfaces.virtual import VirtualBus

from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.pushed import Pushed
from bench.clock.real import RealTime
from bench.events import FrameSeen
from bench.journal import Journal

CHANNELS = itertools.count(1)


def message(number: int) -> can.Message:
    return can.Message(arbitration_id=0x200, data=number.to_bytes(4), is_extended_id=False)


class World:
    """The bench on a virtual channel, beside whoever a test lets send."""

    def __init__(self) -> None:
        self.name = f"pushed-{next(CHANNELS)}"
        self.time = RealTime(guard_s=20)
        self.journal = Journal(self.time.now_ns)
        self.others: list[can.BusABC] = []
        self.buses: list[InterfaceBus] = []

    def connect(self, channel: can.BusABC | None = None) -> InterfaceBus:
        bus = self.call(self._connect, channel or self.open())
        self.buses.append(bus)
        return bus

    def _connect(self, channel: can.BusABC) -> InterfaceBus:
        return InterfaceBus(
            "body", channel, now_ns=self.time.now_ns, journal=self.journal, causes=Causes()
        )

    def open(self, **options: Any) -> VirtualBus:
        return VirtualBus(self.name, **options)

    def other(self) -> can.BusABC:
        self.others.append(self.open())
        return self.others[-1]

    def call(self, function: Any, *arguments: Any) -> Any:
        async def run() -> Any:
            return function(*arguments)

        return self.time.run(run())

    def numbers(self) -> list[int]:
        return [
            int(entry.event.data, 16) for entry in self.journal.entries
            if isinstance(entry.event, FrameSeen)
        ]  # fmt: skip

    def until(self, count: int) -> None:
        limit_s = wall.monotonic() + 10
        while len(self.numbers()) < count:
            assert wall.monotonic() < limit_s, f"{len(self.numbers())} of {count} frames came"
            wall.sleep(0.005)

    def close(self) -> None:
        for bus in self.buses:
            self.call(bus.close)
        self.time.close()
        for other in self.others:
            other.shutdown()


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


def receiving_threads() -> int:
    return sum(thread.name == "can-receiver" for thread in threading.enumerate())


def test_no_thread_waits_in_a_virtual_bus(world):
    before = receiving_threads()
    world.connect()
    assert receiving_threads() == before


@pytest.mark.parametrize(
    "options", [{"can_filters": [{"can_id": 0x200, "can_mask": 0x7FF}]}, {"rx_queue_size": 100}]
)
def test_a_virtual_bus_that_filters_or_drops_is_received_from_as_any_other(world, options):
    before = receiving_threads()
    world.connect(world.open(**options))
    assert receiving_threads() == before + 1
    sender = world.other()
    sender.send(can.Message(arbitration_id=0x201, data=b"\x09", is_extended_id=False))
    sender.send(message(1))
    world.until(1)
    assert world.numbers()[-1] == 1


def test_senders_in_many_threads_lose_nothing_and_keep_their_order(world):
    world.connect()
    sender = world.other()

    def send(first: int) -> None:
        for number in range(first, first + 500):
            sender.send(message(number))

    threads = [threading.Thread(target=send, args=(n * 1000,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    world.until(2000)
    assert len(set(world.numbers())) == len(world.numbers()) == 2000
    for n in range(4):
        theirs = [number for number in world.numbers() if number // 1000 == n]
        assert theirs == sorted(theirs)


def test_what_was_in_the_queue_before_comes_first(world):
    channel, sender = world.open(), world.other()
    sender.send(message(1))
    sender.send(message(2))
    world.connect(channel)
    sender.send(message(3))
    world.until(3)
    assert world.numbers() == [1, 2, 3]


def test_a_message_that_was_on_its_way_into_the_queue_is_not_left_there(world):
    channel, sender = world.open(), world.other()
    on_its_way = channel.queue.put  # as a sender has looked it up before the bench takes over
    bus = world.connect(channel)
    on_its_way(message(1))
    sender.send(message(2))
    world.until(2)
    assert world.numbers() == [1, 2]
    on_its_way(message(3))
    world.call(bus.take_in)
    assert world.numbers() == [1, 2, 3]


def test_what_the_bench_s_own_loop_sends_needs_no_other_thread(world):
    world.connect()
    sender = world.other()
    world.call(sender.send, message(7))  # sent on the loop: the next call comes behind it
    world.call(lambda: None)
    assert world.numbers() == [7]


def test_a_sender_does_not_learn_that_its_hearer_s_loop_has_ended(world):
    channel, sender = world.open(), world.other()
    time = RealTime(guard_s=20)

    async def connect() -> InterfaceBus:
        journal = Journal(time.now_ns)
        return InterfaceBus("x", channel, now_ns=time.now_ns, journal=journal, causes=Causes())

    time.run(connect())
    time.close()
    sender.send(message(1))
    channel.shutdown()


def test_afterwards_the_queue_is_an_ordinary_one():
    channel = VirtualBus(f"pushed-{next(CHANNELS)}")
    taken: list[can.Message] = []
    pushed = Pushed(channel, taken.append)
    channel.queue.put(message(1))
    pushed.stop()
    channel.queue.put(message(2))
    assert len(taken) == 1
    assert channel.queue.get(timeout=1).data == message(2).data
    channel.shutdown()
