"""Real-time buses without hardware: what wakes the bench, what is recorded when things go wrong."""

import errno
import os
import threading
import time as wall
from collections.abc import Callable, Iterator
from typing import Any

import can
import pytest

from bench import events as e
from bench.can.frame import Frame
from bench.can.interface import kernel_socket
from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.health import InterfaceHealth
from bench.can.interface.opening import open_channel, traits_of
from bench.can.interface.receiver import MOST_FAILURES
from bench.clock.real import RealTime
from bench.errors import CanFault, ConfigError
from bench.journal import Journal

GROUP = "239.74.163.77"
PORT = 10_000 + os.getpid() % 20_000  # its own: other test processes use the same groups
FRAME = Frame(0x123, b"\x01\x02")


@pytest.fixture
def real() -> Iterator[RealTime]:
    base = RealTime(guard_s=20)
    yield base
    base.close()


@pytest.fixture
def record(real) -> Journal:
    return Journal(real.now_ns)


class Wire(can.BusABC):
    """An interface by hand: `give` makes it receive; exceptions are raised."""

    def __init__(self, **options: Any) -> None:
        super().__init__(channel="by hand", **options)
        self.refuses: Exception | None = None
        self.sent: list[can.Message] = []
        self._came: list[can.Message | Exception] = []
        self._bell = threading.Condition()

    def give(self, *what: can.Message | Exception) -> None:
        with self._bell:
            self._came += what
            self._bell.notify()

    def _recv_internal(self, timeout: float | None) -> tuple[can.Message | None, bool]:
        with self._bell:
            self._bell.wait_for(lambda: self._came, timeout)
            if not self._came:
                return None, True
            first = self._came.pop(0)
        if isinstance(first, Exception):
            raise first
        return first, True

    def send(self, msg: can.Message, timeout: float | None = None) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.sent.append(msg)


def connect(real: RealTime, record: Journal, channel: can.BusABC, interface: str) -> InterfaceBus:
    async def make() -> InterfaceBus:
        return InterfaceBus(
            "body", channel, now_ns=real.now_ns, journal=record, causes=Causes(),
            health=InterfaceHealth("body", "bench", record, tells_of_bus=True),
            traits=traits_of("body", interface, real.now_ns),
        )  # fmt: skip

    return real.run(make())


def by_hand(real: RealTime, record: Journal) -> tuple[Wire, InterfaceBus]:
    wire = Wire()
    return wire, connect(real, record, wire, "by_hand")


def call(real: RealTime, function: Callable[..., Any], *arguments: Any) -> Any:
    async def on_the_loop() -> Any:
        return function(*arguments)

    return real.run(on_the_loop())


def wait_for(condition: Callable[[], Any]) -> None:
    limit_s = wall.monotonic() + 5
    while not condition():
        assert wall.monotonic() < limit_s, "it never came"
        wall.sleep(0.005)


def of(record: Journal, kind: type[e.Event]) -> list[Any]:
    return [entry.event for entry in record.entries if isinstance(entry.event, kind)]


def test_a_frame_reaches_its_listener_and_the_recording(real, record):
    wire, bus = by_hand(real, record)
    heard: list[Any] = []
    call(real, lambda: bus.listen("n", [0x123], heard.append))
    wire.give(FRAME.message())
    wait_for(lambda: heard)
    assert heard[0].frame == FRAME
    assert of(record, e.FrameSeen) == [e.FrameSeen("body", 0x123, "", "0102", "")]
    call(real, bus.close)


def test_what_has_come_before_the_end_is_still_taken(real, record):
    wire, bus = by_hand(real, record)

    def flood_and_close() -> None:
        wire.give(*[FRAME.message()] * 500)
        wait_for(lambda: not wire._came)  # the thread has them, the loop is busy here
        bus.close()

    call(real, flood_and_close)
    assert len(of(record, e.FrameSeen)) == 500


def test_a_receiver_that_dies_is_an_event_and_says_why(real, record):
    wire, bus = by_hand(real, record)
    wire.give(can.CanOperationError("No such device", errno.ENODEV))
    wait_for(lambda: of(record, e.ReceiverLost))
    (lost,) = of(record, e.ReceiverLost)
    assert lost.receiver == "can.body"
    assert "unplugged" in lost.reason
    call(real, bus.close)


def test_frames_that_are_not_taken_are_counted_until_one_is(real, record):
    wire, bus = by_hand(real, record)
    wire.refuses = can.CanOperationError("Failed to transmit", errno.ENOBUFS)
    for _ in range(4):
        call(real, bus.send, "n", FRAME, None)
    wire.refuses = None
    call(real, bus.send, "n", FRAME, None)
    assert [event.count for event in of(record, e.FramesNotSent)] == [1, 3]
    assert "acknowledge" in of(record, e.FramesNotSent)[0].reason
    assert len(of(record, e.FrameSeen)) == len(wire.sent) == 1
    call(real, bus.close)


def error_frame(identifier: int, *data: int) -> can.Message:
    return can.Message(
        arbitration_id=identifier, is_error_frame=True, is_extended_id=False,
        data=bytes(data).ljust(8, b"\0"),
    )  # fmt: skip


def test_error_frames_and_the_controller_state_that_they_tell_are_recorded(real, record):
    wire, bus = by_hand(real, record)
    wire.give(
        error_frame(0x008), error_frame(0x204, 0, 0x20, 0, 0, 0, 0, 128, 0), error_frame(0x040)
    )
    wait_for(lambda: len(of(record, e.ErrorSeen)) == 3)
    states = [(event.state, event.tec) for event in of(record, e.BusStateChanged)]
    assert states == [("error_passive", 128), ("bus_off", -1)]
    assert not of(record, e.FrameSeen)
    call(real, bus.close)


def test_an_overrun_of_the_controller_is_lost_frames(real, record):
    wire, bus = by_hand(real, record)
    wire.give(error_frame(0x204, 0, 0x01))
    wait_for(lambda: of(record, e.FramesDropped))
    assert of(record, e.FramesDropped) == [e.FramesDropped("body", 1)]
    call(real, bus.close)


def test_remote_frames_are_no_frames(real, record):
    wire, bus = by_hand(real, record)
    wire.give(can.Message(arbitration_id=1, is_remote_frame=True), FRAME.message())
    wait_for(lambda: of(record, e.FrameSeen))
    assert [f.identifier for f in of(record, e.FrameSeen)] == [0x123]
    call(real, bus.close)


# ── interfaces with a file descriptor ─────────────────────────────────────────────────────


def multicast(group: str = GROUP) -> can.BusABC:
    return open_channel("body", "udp_multicast", group, hop_limit=0, port=PORT)


def join(real: RealTime, record: Journal, channel: can.BusABC | None = None) -> InterfaceBus:
    return connect(real, record, channel or multicast(), "udp_multicast")


def test_a_multicast_bus_hears_others_and_not_itself(real, record):
    one = join(real, record)
    other = join(real, Journal(real.now_ns))
    heard: list[Any] = []
    call(real, lambda: one.listen("n", None, heard.append))
    call(real, one.send, "n", FRAME, None)
    call(real, other.send, "m", Frame(0x77, b""), None)
    wait_for(lambda: len(of(record, e.FrameSeen)) == 2)
    wall.sleep(0.05)  # an echo would have come by now
    assert [(f.identifier, f.sender) for f in of(record, e.FrameSeen)] == [(0x123, "n"), (0x77, "")]
    assert [reception.frame.identifier for reception in heard] == [0x77]
    for bus in (one, other):
        call(real, bus.close)


def test_two_multicast_groups_are_two_buses(real, record):
    one = join(real, record)
    stranger = join(real, Journal(real.now_ns), multicast("239.74.163.78"))
    friend = join(real, Journal(real.now_ns))
    call(real, stranger.send, "s", Frame(0x66, b""), None)
    call(real, friend.send, "f", Frame(0x77, b""), None)
    wait_for(lambda: of(record, e.FrameSeen))
    assert [f.identifier for f in of(record, e.FrameSeen)] == [0x77]
    for bus in (one, stranger, friend):
        call(real, bus.close)


def test_what_another_group_sends_while_a_bus_is_opened_is_not_heard(real, record, monkeypatch):
    """python-can opens a socket that hears every group which this computer has joined."""
    stranger, only_own_groups = multicast("239.74.163.78"), kernel_socket.only_own_groups

    def too_late(descriptor: int) -> None:
        stranger.send(can.Message(arbitration_id=0x66, is_extended_id=False))
        only_own_groups(descriptor)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(kernel_socket, "only_own_groups", too_late)
        one = join(real, record)
    friend = join(real, Journal(real.now_ns))
    call(real, friend.send, "f", Frame(0x77, b""), None)
    wait_for(lambda: of(record, e.FrameSeen))
    assert [f.identifier for f in of(record, e.FrameSeen)] == [0x77]
    for bus in (one, friend):
        call(real, bus.close)
    stranger.shutdown()


def test_no_thread_waits_where_there_is_a_descriptor(real, record):
    before = threading.active_count()
    bus = join(real, record)
    assert threading.active_count() == before
    call(real, bus.close)


class Babbling(Wire):
    """Its descriptor can always be read, and there is always another frame."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = os.pipe()
        os.write(self.ends[1], b"x")

    def fileno(self) -> int:
        return self.ends[0]

    def recv(self, timeout: float | None = None) -> can.Message | None:
        del timeout
        return can.Message(arbitration_id=0, data=bytes(8), is_extended_id=False)


def test_a_bus_on_which_there_is_always_another_frame_leaves_the_loop_its_turn(real, record):
    """A unit babbles, and the computer is busy: it reads no faster than frames come."""
    wire = Babbling()
    bus = connect(real, record, wire, "by_hand")
    assert call(real, lambda: "its turn") == "its turn"
    call(real, bus.close)
    for end in wire.ends:
        os.close(end)


def test_frames_that_the_kernel_threw_away_are_counted(real, record):
    channel = multicast()
    bus = join(real, record, channel)
    sender = multicast()

    def overwhelm() -> None:  # on the loop: so nobody reads meanwhile
        import socket

        looked_at = socket.socket(fileno=channel.fileno())
        looked_at.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        looked_at.detach()
        for _ in range(200):
            sender.send(FRAME.message())

    call(real, overwhelm)
    wait_for(lambda: of(record, e.FramesDropped))
    call(real, bus.close)
    lost = sum(event.count for event in of(record, e.FramesDropped))
    assert lost > 0
    assert lost + len(of(record, e.FrameSeen)) == 200
    sender.shutdown()


def test_a_descriptor_that_only_fails_is_given_up(real, record):
    channel = multicast()
    sender = multicast()
    bus = join(real, record, channel)
    for _ in range(MOST_FAILURES + 3):
        sender._multicast.send(b"no message at all", None)
        wall.sleep(0.01)
    wait_for(lambda: len(of(record, e.ReceiverLost)) == MOST_FAILURES)
    wall.sleep(0.05)
    assert len(of(record, e.ReceiverLost)) == MOST_FAILURES
    call(real, bus.close)
    sender.shutdown()


# ── opening ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("interface", "option", "meant"),
    [("virtual", "preserve_timestamp", "preserve_timestamps"), ("udp_multicast", "hoplimit", "hop_limit")],
)  # fmt: skip
def test_an_option_that_is_a_slip_of_the_pen_is_refused(interface, option, meant):
    told = rf'can.body.options: {interface} has no "{option}": did you mean "{meant}"\?'
    with pytest.raises(ConfigError, match=told):
        open_channel("body", interface, "x", **{option: 0})


def test_an_interface_that_python_can_does_not_have_is_named(real):
    with pytest.raises(CanFault, match=r"can\.body.*no_such"):
        open_channel("body", "no_such", 0)


def test_a_socketcan_channel_that_is_not_there_is_named(real):
    with pytest.raises(CanFault, match=r'can.body: there is no CAN channel "can77"'):
        open_channel("body", "socketcan", "can77")
