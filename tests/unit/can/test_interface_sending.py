"""A bus in real time: what the loop and the bus's thread send, and nodes that are cut off."""

import threading
import time as wall

import can
import pytest
from can.interfaces.virtual import VirtualBus
from interface_rig import REQUEST, World, request_data

from bench.can.frame import Frame
from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.traits import Traits
from bench.can.tampering import Tamper
from bench.events import (
    BenchFault,
    FrameSeen,
    FramesNotSent,
)


@pytest.fixture(params=["virtual", "threaded"])
def world(request):
    world = World(request.param)
    yield world
    world.close()


def test_who_hears_a_cyclic_frame_can_stop_it_or_change_what_comes_next(world):
    """What has gone before the change is heard; frames go on meanwhile, as on any bus."""
    heard, handles = [], []

    def hear(reception):
        heard.append(reception.frame.data)
        if len(heard) == 2:
            handles[0].update([b"\x07"], None)
        if heard.count(b"\x07") == 2:
            handles[0].stop()

    def begin():
        world.bus.port("TCU").listen([0x321], hear)
        handles.append(world.bus.port("BCM").cyclic(
            Frame(0x321, b""), [b"\x01", b"\x02"], period_s=0.02, cause=None
        ))  # fmt: skip

    world.call(begin)
    world.until(lambda: heard.count(b"\x07") >= 2)
    wall.sleep(0.1)
    old = heard[: heard.index(b"\x07")]
    assert old == [b"\x01", b"\x02"] * (len(old) // 2) + [b"\x01"] * (len(old) % 2)
    assert set(heard[len(old) :]) == {b"\x07"}
    assert [world.other.recv(1.0).data for _ in heard] == heard
    assert world.other.recv(0.05) is None


def begin_cyclic(world, data, period_s=0.01, node="BCM"):
    return world.call(lambda: world.bus.port(node).cyclic(
        Frame(0x321, b""), data, period_s=period_s, cause=None
    ))  # fmt: skip


def test_cyclic_frames_go_on_while_the_loop_is_busy(world):
    begun_ns = world.time.now_ns()
    begin_cyclic(world, [bytes([n]) for n in range(256)])
    before = world.other.recv(5.0)
    busy, go_on = threading.Event(), threading.Event()
    world.time.loop.call_soon_threadsafe(lambda: (busy.set(), go_on.wait(20)))
    assert busy.wait(5)
    try:
        during = [world.other.recv(5.0) for _ in range(20)]
        assert None not in during
    finally:
        go_on.set()
    numbers = [before.data[0], *(message.data[0] for message in during)]
    assert numbers == list(range(numbers[0], numbers[0] + 21))
    # and each is written down when the loop has time, with the time at which it went
    world.until(lambda: len(world.events(FrameSeen)) >= numbers[-1] + 1)
    times = [x.t_ns for x in world.journal.entries if isinstance(x.event, FrameSeen)]
    assert times == sorted(times)
    assert all(at >= begun_ns + n * 10_000_000 for n, at in enumerate(times)), "none is early"


def test_units_of_one_side_hear_frames_in_the_order_of_the_bus_whoever_sends_them(world):
    heard = []
    world.bus.port("TCU").listen(None, lambda reception: heard.append(reception.frame.data))
    begin_cyclic(world, [bytes([n]) for n in range(256)], period_s=0.001)
    port = world.bus.port("DKM")

    def send(number):
        for part in range(3):
            port.send(Frame(0x400, bytes([number, part])), None)

    for number in range(100):
        world.call(send, number)
        wall.sleep(0.001)
    world.call(world.bus.close)
    world.call(lambda: None)
    on_the_bus = []
    while (message := world.other.recv(0.05)) is not None:
        on_the_bus.append(bytes(message.data))
    assert len(on_the_bus) > 310
    assert heard == on_the_bus
    recorded = [bytes.fromhex(event.data) for event in world.events(FrameSeen)]
    assert recorded == on_the_bus


def test_an_interface_that_takes_a_frame_slowly_is_lateness_of_the_bench(world):
    send = world.bus._channel.send
    slow = iter([0.0, 0.3])

    def send_slowly(message, timeout=None):
        send(message, timeout)
        wall.sleep(next(slow, 0.0))

    world.bus._channel.send = send_slowly
    begin_cyclic(world, [b"\x01"])
    for _ in range(6):
        assert world.other.recv(5.0) is not None
    assert world.bus.worst_lateness_ns() > 200_000_000


def test_a_frame_of_the_simulated_car_is_written_down_with_the_unit_that_sent_it(world):
    """The bench hears the car on a connection of its own, as it would hear a real one."""
    channel = VirtualBus(world.channel)
    car = world.call(lambda: InterfaceBus(
        "body", channel, now_ns=world.time.now_ns, journal=None, causes=world.bus._causes
    ))  # fmt: skip
    world.call(car.port("BCM").send, Frame(0x321, b"\x01"), 7)
    world.send(0x321, b"\x02")
    world.until(lambda: world.bus.frame_count == 2)
    assert [event.sender for event in world.events(FrameSeen)] == ["BCM", ""]
    world.call(car.close)


def test_a_second_sender_is_told_once_though_every_frame_of_the_bench_s_was_found(world):
    """The simulated car sends, the bench hears it; then somebody else sends the same message."""
    channel = VirtualBus(world.channel)
    car = world.call(lambda: InterfaceBus(
        "body", channel, now_ns=world.time.now_ns, journal=None, causes=world.bus._causes
    ))  # fmt: skip
    port = car.port("BCM")
    for number in range(5):
        world.call(port.send, Frame(0x321, bytes([number])), None)
    world.until(lambda: world.bus.frame_count == 5)
    assert not world.events(BenchFault)
    world.send(0x322, b"\x01")
    for number in range(3):
        world.send(0x321, bytes([number]))
    world.until(lambda: world.bus.frame_count == 9)
    [told] = world.events(BenchFault)
    assert told.what == "can.body"
    assert told.reason.startswith("0x321 comes from the bus, and the bench sends it, too")
    world.call(car.close)


def test_all_that_was_sent_is_written_down_when_the_bus_closes():
    world = World()
    begin_cyclic(world, [bytes([n]) for n in range(256)], period_s=0.001)
    wall.sleep(0.1)
    world.call(world.bus.close)
    sent = 0
    while world.other.recv(0.05) is not None:
        sent += 1
    assert sent > 10
    assert len(world.events(FrameSeen)) == sent
    world.other.shutdown()
    world.time.close()


def test_a_cyclic_frame_that_this_process_sends_is_not_missed_by_who_waits(world):
    busy, go_on = threading.Event(), threading.Event()
    since_ns = world.time.now_ns()
    world.call(lambda: world.bus.port("BCM").cyclic(
        Frame(REQUEST.frame_id, b""), [request_data(5)], period_s=0.01, cause=None
    ))  # fmt: skip
    assert world.other.recv(5.0) is not None
    world.time.loop.call_soon_threadsafe(lambda: (busy.set(), go_on.wait(20)))
    assert busy.wait(5)
    try:
        seen = world.view.expect_here(REQUEST.name, within_s=5, since_ns=since_ns, KeySlot=5)
        later = world.view.expect_here(REQUEST.name, within_s=5, since_ns=seen.t_ns, KeySlot=5)
    finally:
        go_on.set()
    assert later.t_ns >= seen.t_ns


def test_a_cyclic_frame_is_cut_off_with_its_node_and_comes_back_with_the_next_counter(world):
    missed = []
    begin_cyclic(world, [bytes([n]) for n in range(256)])
    world.until(lambda: world.bus.frame_count >= 3)
    undo = world.call(world.bus.cut, "BCM", lambda what, _cause: missed.append(what))
    while world.other.recv(0.1) is not None:
        pass  # what had gone before it was cut off
    world.until(lambda: len(missed) >= 3)
    assert world.other.recv(0.05) is None
    world.call(undo)
    assert world.other.recv(5.0) is not None
    assert set(missed) == {"frame not sent"}


class Fixed(Tamper):
    """Sends something else, and counts how often."""

    def __init__(self):
        self.count = 0

    def selects(self, sender, identity):
        return (sender, identity) == ("BCM", 0x321)

    def table(self, identity, table, last):
        return [b"\xff"] * len(table)

    def sent(self, sender, frame, cause):
        self.count += 1
        return cause


def test_a_fault_meets_each_cyclic_frame_while_it_is_in_force_and_none_after(world):
    begin_cyclic(world, [bytes([n]) for n in range(200)])
    world.until(lambda: world.bus.frame_count >= 3)
    tamper = Fixed()
    undo = world.call(world.bus.tampering.add, tamper)
    world.until(lambda: tamper.count >= 3)
    world.call(undo)
    count = tamper.count
    wall.sleep(0.1)
    assert tamper.count == count
    world.call(world.bus.close)
    data = []
    while (message := world.other.recv(0.05)) is not None:
        data.append(message.data[0])
    assert data.count(0xFF) == count
    assert data[-1] != 0xFF
    meant = [n for n in data if n != 0xFF]
    first = data.index(0xFF)
    assert data[first + count] == data[first - 1] + count + 1  # the sender has counted on
    assert meant == sorted(meant)


class Refusing(VirtualBus):
    """An interface that takes nothing."""

    error = can.CanOperationError("Transmit buffer full")

    def send(self, msg, timeout=None):
        raise self.error


@pytest.fixture
def refusing():
    """A world whose car has an interface that takes nothing, and sends a cyclic message over it."""
    world = World()
    world.refusing = Refusing(world.channel)

    def begin(error):
        world.refusing.error = error
        bus = world.call(lambda: InterfaceBus(
            "body", world.refusing, now_ns=world.time.now_ns, journal=world.journal,
            causes=Causes(),
        ))  # fmt: skip
        port = bus.port("BCM")
        world.time.loop.call_soon_threadsafe(lambda: port.cyclic(
            Frame(0x321, b""), [b""], period_s=0.01, cause=None
        ))  # fmt: skip
        return bus

    world.begin = begin
    yield world
    world.close()


def test_a_cyclic_frame_that_is_not_taken_is_told_and_those_that_follow_as_a_number(refusing):
    bus = refusing.begin(can.CanOperationError("Transmit buffer full"))
    refusing.until(lambda: refusing.events(FramesNotSent))
    wall.sleep(0.1)
    refusing.call(bus.close)
    first, others = refusing.events(FramesNotSent)
    assert (first.bus, first.count) == ("body", 1)
    assert "Transmit buffer full" in first.reason
    assert others.count > 1


def test_a_rival_s_frame_does_not_pass_for_one_that_could_not_be_sent(refusing):
    """Both sides of one process share their causes; what one could not send nobody has sent."""
    deaf = Refusing(f"{refusing.channel}-elsewhere")  # or it might come first, and find the cause
    causes = Causes()

    def connect(channel):
        return InterfaceBus(
            "body", channel, now_ns=refusing.time.now_ns, journal=refusing.journal, causes=causes
        )

    car = refusing.call(lambda: connect(deaf))
    bench = refusing.call(lambda: connect(can.Bus(interface="virtual", channel=refusing.channel)))
    refusing.call(car.port("BCM").send, Frame(0x321, b"\x01"), 7)
    refusing.send(0x321, b"\x01")
    refusing.until(lambda: refusing.events(BenchFault))
    [fault] = refusing.events(BenchFault)
    assert "0x321 comes from the bus, and the bench sends it, too" in fault.reason
    for side in (car, bench):
        refusing.call(side.close)


def test_who_sends_what_a_node_has_claimed_is_a_rival_though_the_node_never_sent_it(world):
    """Network management of a unit on the table, by the number that the restbus was given."""
    world.send(0x50E, bytes(8))
    world.call(world.bus.port("restbus").claim, 0x50F)
    world.send(0x50F, bytes(8))
    world.until(lambda: world.events(BenchFault))
    assert [fault.reason.partition(" ")[0] for fault in world.events(BenchFault)] == ["0x50F"]


def test_who_sends_what_the_kernel_sends_here_is_a_rival_whatever_stands_in_it(world):
    """Frames of this side's kernel come back as such; one that was received is somebody else's."""
    side = world.call(lambda: InterfaceBus(
        "body", can.Bus(interface="virtual", channel=world.channel), now_ns=world.time.now_ns,
        journal=world.journal, causes=Causes(), traits=Traits(kernel_cyclic=True),
    ))  # fmt: skip
    port = side.port("restbus")
    sending = world.call(
        lambda: port.cyclic(Frame(0x321, b""), [b"\x01"], period_s=0.01, cause=None)
    )
    world.until(lambda: world.other.recv(1) is not None)
    assert world.events(BenchFault) == []
    world.send(0x321, b"\x01")
    world.until(lambda: world.events(BenchFault))
    world.call(sending.stop)
    world.call(side.close)
    assert [fault.reason.partition(" ")[0] for fault in world.events(BenchFault)] == ["0x321"]


def test_a_mistake_in_sending_a_cyclic_frame_is_raised_by_the_next_call(refusing):
    bus = refusing.begin(ValueError("no such frame"))
    wall.sleep(0.1)
    closed = threading.Event()
    refusing.time.loop.call_soon_threadsafe(lambda: (bus.close(), closed.set()))
    assert closed.wait(5)
    with pytest.raises(ValueError, match="no such frame"):
        refusing.time.check()


def test_a_node_that_is_cut_off_neither_sends_nor_hears_and_knows_what_it_missed(world):
    heard, missed = [], []
    node, other = world.bus.port("A"), world.bus.port("B")
    node.listen(None, heard.append)
    undo = world.call(world.bus.cut, "A", lambda what, _cause: missed.append(what))
    world.call(node.send, Frame(0x10, b""), None)
    world.call(other.send, Frame(0x11, b""), None)
    world.until(lambda: len(missed) == 2)
    assert missed == ["frame not sent", "frame not heard"]
    assert world.other.recv(1).arbitration_id == 0x11
    assert heard == []
    world.call(undo)
    world.call(node.send, Frame(0x12, b""), None)
    assert world.other.recv(1).arbitration_id == 0x12
