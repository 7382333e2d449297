"""What the kernel sends by itself: cyclic messages with counters, and long messages in segments."""

import itertools
import socket
import statistics
import time

import pytest
from socketcan_side import wait_for

from bench import events as e
from bench.can.frame import Frame
from bench.can.interface.kernel_cyclic import KernelCyclic
from bench.can.interface.threaded_cyclic import ThreadedCyclic
from bench.can.tampering import Tamper

CYCLE = Frame(0x120, b"")
COUNTERS = [bytes([0xC0, counter]) for counter in range(16)]
PERIOD_S = 0.02


def cyclic(side, table=COUNTERS, cause=None):
    port = side.bus.port("GW")
    return side.call(port.cyclic, CYCLE, table, period_s=PERIOD_S, cause=cause)


def counters(entries) -> list[int]:
    return [int(x.event.data[2:4], 16) for x in entries]


def steady(found: list[int], modulus: int = 16) -> bool:
    return all(b == (a + 1) % modulus for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(("here", "there"), [("can0", "can1"), ("vcan0", "vcan0")])
def test_the_kernel_sends_a_message_with_its_counter(connect, here, there):
    sender, receiver = connect(here, kernel_cyclic=True), connect(there)
    handle = cyclic(sender)
    assert isinstance(handle, KernelCyclic)
    wait_for(lambda: len(receiver.frames()) >= 34)
    sender.call(handle.stop)
    found = counters(receiver.frames())
    assert found[:3] == [0, 1, 2]
    assert steady(found)
    gaps_s = [(b.t_ns - a.t_ns) / 1e9 for a, b in itertools.pairwise(receiver.frames())]
    # emulated timers are late by what else the host does, and BCM adds that up
    assert PERIOD_S * 0.9 < statistics.median(gaps_s) < PERIOD_S * 1.5
    # the sender's own recording has what the kernel sent, in its name, with the kernel's time
    wait_for(lambda: len(sender.frames("GW")) >= len(found))
    assert counters(sender.frames("GW"))[: len(found)] == found


def send_while_busy(sender, receiver):
    """Let a message go on for a while in which the bench's loop is busy; check what was heard."""
    handle = cyclic(sender)
    wait_for(lambda: len(receiver.frames()) >= 5)
    sender.call(time.sleep, 0.4)
    wait_for(lambda: len(receiver.frames()) >= 30)
    sender.call(handle.stop)
    gaps_s = [(b.t_ns - a.t_ns) / 1e9 for a, b in itertools.pairwise(receiver.frames())]
    assert max(gaps_s) < 0.3
    assert steady(counters(receiver.frames()))
    return handle


def test_a_busy_bench_does_not_disturb_what_the_kernel_sends(connect):
    send_while_busy(connect("vcan0", kernel_cyclic=True), connect("vcan0"))


def test_a_changed_payload_goes_on_with_the_next_counter(connect):
    sender, receiver = connect("vcan0", kernel_cyclic=True), connect("vcan0")
    handle = cyclic(sender)
    wait_for(lambda: len(receiver.frames()) >= 10)
    sender.call(handle.update, [bytes([0xD0, counter]) for counter in range(16)], None)
    wait_for(lambda: any(x.event.data.startswith("d0") for x in receiver.frames()))
    wait_for(lambda: len(receiver.frames()) >= 30)
    sender.call(handle.stop)
    first = [x.event.data[:2] for x in receiver.frames()]
    assert first == sorted(first)  # no old payload after a new one
    assert steady(counters(receiver.frames()))


def test_its_place_is_known_when_it_stops(connect):
    sender, receiver = connect("vcan0", kernel_cyclic=True), connect("vcan0")
    handle = cyclic(sender)
    wait_for(lambda: len(sender.frames("GW")) >= 20)
    sender.call(handle.stop)
    time.sleep(0.3)
    heard = len(receiver.frames())
    time.sleep(0.3)
    assert len(receiver.frames()) == heard == handle.place


class Frozen(Tamper):
    """Sends the same counter for ever."""

    def selects(self, sender: str, identity: int) -> bool:
        return sender == "GW" and identity == CYCLE.identifier

    def table(self, identity, table, last):
        return [b"\xee\x0f"] * len(table)


def test_a_fault_takes_a_message_from_the_kernel_and_gives_it_back(connect):
    sender, receiver = connect("vcan0", kernel_cyclic=True), connect("vcan0")
    handle = cyclic(sender)
    wait_for(lambda: len(receiver.frames()) >= 5)
    undo = sender.call(sender.bus.tampering.add, Frozen())
    wait_for(lambda: [x.event.data for x in receiver.frames()[-3:]] == ["ee0f"] * 3)
    sender.call(undo)
    wait_for(lambda: len([x for x in receiver.frames()[-5:] if x.event.data != "ee0f"]) == 5)
    assert handle._task is not None
    sender.call(handle.stop)


def test_a_node_that_is_cut_off_is_silent_though_the_kernel_sends_for_it(connect):
    sender, receiver = connect("vcan0", kernel_cyclic=True), connect("vcan0")
    handle = cyclic(sender)
    wait_for(lambda: len(receiver.frames()) >= 5)
    missed: list[str] = []
    undo = sender.call(sender.bus.cut, "GW", lambda what, _cause: missed.append(what))
    time.sleep(0.2)
    heard = len(receiver.frames())
    time.sleep(0.3)
    assert len(receiver.frames()) == heard
    assert "frame not sent" in missed
    sender.call(undo)
    wait_for(lambda: len(receiver.frames()) > heard + 3)
    sender.call(handle.stop)


def test_the_bench_sends_by_itself_where_nobody_asked_for_the_kernel(connect):
    sender, receiver = connect("can0"), connect("can1")
    handle = cyclic(sender)
    assert type(handle) is ThreadedCyclic
    wait_for(lambda: len(receiver.frames()) >= 20)
    sender.call(handle.stop)
    assert steady(counters(receiver.frames()))


@pytest.mark.parametrize(("here", "there"), [("can0", "can1"), ("vcan0", "vcan0")])
def test_a_busy_bench_does_not_disturb_what_its_thread_sends(connect, here, there):
    sender, receiver = connect(here), connect(there)
    handle = send_while_busy(sender, receiver)
    heard = len(receiver.frames())
    wait_for(lambda: len(sender.frames("GW")) == heard)
    assert counters(sender.frames("GW")) == counters(receiver.frames())
    assert handle.place == heard


def isotp(channel: str, receive: int, send: int) -> socket.socket:
    opened = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_ISOTP)
    opened.settimeout(20)
    opened.bind((channel, receive, send))
    return opened


def test_a_long_message_in_segments_is_recorded_frame_by_frame(connect):
    side = connect("can0")
    tester, unit = isotp("can0", 0x7E8, 0x7E0), isotp("can1", 0x7E0, 0x7E8)
    try:
        sent = bytes(n % 251 for n in range(4095))
        tester.send(sent)
        assert unit.recv(5000) == sent
        unit.send(b"\x50\x03\x00\x32\x01\xf4")
        assert tester.recv(5000) == b"\x50\x03\x00\x32\x01\xf4"
    finally:
        tester.close()
        unit.close()
    requests = 1 + -(-(4095 - 6) // 7)  # a first frame with 6 bytes, consecutive ones with 7
    wait_for(lambda: len(side.frames()) >= requests + 2)
    found = [x.event for x in side.frames()]
    kinds = [int(f.data[0], 16) for f in found if f.identifier == 0x7E0]
    assert kinds == [1] + [2] * (requests - 1)
    assert [int(f.data[0], 16) for f in found if f.identifier == 0x7E8] == [3, 0]
    assert not side.of(e.FramesDropped)
