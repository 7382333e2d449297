"""Frames from the kernel: their time, what the kernel loses, and channels that go away."""

import errno
import socket
import time

import can
import pytest
from socketcan_side import ip, wait_for

from bench import events as e
from bench.can.frame import Frame
from bench.errors import CanFault
from bench.recording import Header, Recording
from bench.units import to_ns

FRAME = Frame(0x123, b"\x11\x22\x33")


def message(identifier=0x123, data=b"\x11\x22\x33", **rest) -> can.Message:
    return can.Message(arbitration_id=identifier, data=data, is_extended_id=False, **rest)


@pytest.mark.parametrize(("here", "there"), [("can0", "can1"), ("vcan0", "vcan0")])
def test_frames_go_both_ways(connect, here, there):
    one, other = connect(here), connect(there)
    one.call(one.bus.send, "n", FRAME, None)
    wait_for(other.frames)
    other.call(other.bus.send, "m", Frame(0x1ABCDE, b"", extended=True), None)
    wait_for(one.frames)
    assert other.frames()[0].event == e.FrameSeen("body", 0x123, "", "112233", "")
    assert one.frames()[0].event == e.FrameSeen("body", 0x1ABCDE, "x", "", "")


def test_a_frame_has_the_kernels_time_and_not_that_of_its_reader(connect, plain):
    side, other = connect("can0"), plain("can1")

    def busy() -> tuple[int, int]:  # on the loop: so nobody reads meanwhile
        before_ns = side.real.now_ns()
        other.send(message())
        time.sleep(0.5)
        return before_ns, side.real.now_ns()

    before_ns, read_from_ns = side.call(busy)
    wait_for(side.frames)
    t_ns = side.frames()[0].t_ns
    assert before_ns - to_ns(0.001) < t_ns < read_from_ns - to_ns(0.3)
    side.call(side.bus.close)
    (mapped,) = side.of(e.TimeStampsMapped)
    assert (mapped.clock, mapped.frames) == ("calendar", 1)
    assert 0 < mapped.uncertainty_ns < to_ns(0.02)


def test_a_clock_that_is_set_moves_no_frame_and_is_an_event(connect, plain):
    side, other = connect("vcan0"), plain("vcan0")
    steps: list[int] = []
    side.real.watch_calendar(steps.append)
    sent_ns = []
    try:
        for number in range(6):
            if number == 3:
                time.clock_settime(time.CLOCK_REALTIME, time.time() + 3600)
            sent_ns.append(side.real.now_ns())
            other.send(message(data=bytes([number])))
            time.sleep(0.1)
        wait_for(lambda: len(side.frames()) == 6)
    finally:
        time.clock_settime(time.CLOCK_REALTIME, time.time() - 3600)
    for entry, at_ns in zip(side.frames(), sent_ns, strict=True):
        assert abs(entry.t_ns - at_ns) < to_ns(0.08)
    wait_for(lambda: len(steps) == 2, "both steps")
    assert [round(step / 1e9) for step in steps] == [3600, -3600]


def test_frames_that_the_kernel_drops_are_counted(connect, plain):
    side, other = connect("vcan0"), plain("vcan0")

    def overwhelm() -> None:
        looked_at = socket.socket(fileno=side.bus._descriptor)
        looked_at.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        looked_at.detach()
        for _ in range(300):
            other.send(message())

    side.call(overwhelm)
    wait_for(lambda: side.of(e.FramesDropped))
    side.call(side.bus.close)
    lost = sum(event.count for event in side.of(e.FramesDropped))
    assert lost > 0
    assert lost + len(side.frames()) == 300


def test_a_late_reader_has_room_for_thousands_of_frames(connect, plain):
    side, other = connect("vcan0"), plain("vcan0")

    def flood() -> None:
        for _ in range(2000):
            other.send(message())

    side.call(flood)
    wait_for(lambda: len(side.frames()) == 2000)
    assert not side.of(e.FramesDropped)


def test_remote_frames_are_not_taken_for_data(connect, plain):
    side, other = connect("vcan0"), plain("vcan0")
    other.send(message(0x77, b"", is_remote_frame=True))
    other.send(message())
    wait_for(side.frames)
    assert [x.event.identifier for x in side.frames()] == [0x123]


# ── CAN FD ────────────────────────────────────────────────────────────────────────────────


def test_can_fd_carries_64_bytes_at_two_rates(connect, fd_channel):
    one = connect(fd_channel, fd=True, data_bitrate=2_000_000)
    other = connect(fd_channel, fd=True, data_bitrate=2_000_000)
    one.call(
        one.bus.send,
        "n",
        Frame(0x18DA00F1, bytes(range(64)), extended=True, fd=True, brs=True),
        None,
    )
    one.call(one.bus.send, "n", FRAME, None)
    wait_for(lambda: len(other.frames()) == 2)
    long, classic = (x.event for x in other.frames())
    assert (long.flags, long.data) == ("xfb", bytes(range(64)).hex())
    assert (classic.flags, classic.identifier) == ("", 0x123)


def test_a_controller_without_can_fd_is_refused(connect):
    with pytest.raises(CanFault, match="can0 does not carry CAN FD"):
        connect("can0", fd=True, data_bitrate=2_000_000)


# ── what is wrong before it begins ────────────────────────────────────────────────────────


def test_a_channel_that_is_not_there_is_named_with_the_nearest(connect):
    with pytest.raises(CanFault, match=r'no CAN channel "cann1": did you mean "can1"'):
        connect("cann1")


def test_a_channel_that_is_down_is_refused_with_the_command(connect, vanishing):
    ip("link", "set", vanishing, "down")
    with pytest.raises(CanFault, match=f"ip link set {vanishing} up"):
        connect(vanishing)


def test_another_bit_rate_than_the_channels_is_refused(connect):
    with pytest.raises(CanFault, match=r"can.body.bitrate: 250000, and can0 runs at 500000 bit/s"):
        connect("can0", bitrate=250_000)
    connect("can0", bitrate=500_000)


# ── what goes wrong while it runs ─────────────────────────────────────────────────────────


def test_a_channel_that_goes_down_is_an_event_and_may_come_back(connect, plain, vanishing):
    side = connect(vanishing)
    ip("link", "set", vanishing, "down")
    wait_for(lambda: side.of(e.ReceiverLost))
    assert "went down" in side.of(e.ReceiverLost)[0].reason
    side.call(side.bus.send, "n", FRAME, None)
    assert "went down" in side.of(e.FramesNotSent)[0].reason
    ip("link", "set", vanishing, "up")
    plain(vanishing).send(message())
    wait_for(side.frames)
    assert len(side.of(e.ReceiverLost)) == 1


def test_an_interface_that_is_pulled_is_an_event(connect, vanishing):
    side = connect(vanishing)
    ip("link", "del", vanishing)
    wait_for(lambda: side.of(e.ReceiverLost))
    assert "unplugged" in side.of(e.ReceiverLost)[-1].reason
    side.call(side.bus.send, "n", FRAME, None)
    assert side.of(e.FramesNotSent)


def test_a_queue_that_is_full_is_an_event_and_costs_no_hang(connect, can0_restored):
    side = connect("can0")
    ip("link", "set", "can0", "txqueuelen", "1")
    try:
        side.call(lambda: [side.bus.send("n", FRAME, None) for _ in range(2000)])
        side.call(side.bus.close)
    finally:
        ip("link", "set", "can0", "txqueuelen", "10")
    refused = side.of(e.FramesNotSent)
    sent = side.frames("n")
    assert sum(event.count for event in refused) + len(sent) == 2000
    if refused:  # how fast the emulated controller takes them is not ours to say
        assert "acknowledge" in refused[0].reason


# ── error frames: the emulated controllers make none, so a test sends them on vcan ────────


def error(identifier: int, *data: int) -> can.Message:
    return message(identifier, bytes(data).ljust(8, b"\0"), is_error_frame=True)


def test_what_a_controller_says_in_error_frames_is_recorded(connect, plain):
    side, other = connect("vcan0"), plain("vcan0")
    other.send(error(0x088, 0, 0, 0x02))  # a bus error: a form error
    other.send(error(0x204, 0, 0x20, 0, 0, 0, 0, 130, 0))  # transmit errors: error-passive
    other.send(error(0x240, 0, 0, 0, 0, 0, 0, 255, 0))  # bus-off
    other.send(error(0x100))  # restarted
    wait_for(lambda: len(side.of(e.ErrorSeen)) == 4)
    assert [(x.state, x.tec) for x in side.of(e.BusStateChanged)] == [
        ("error_passive", 130), ("bus_off", 255), ("error_active", -1)
    ]  # fmt: skip


def test_an_overrun_of_the_controller_is_lost_frames(connect, plain):
    side, other = connect("vcan0"), plain("vcan0")
    other.send(error(0x204, 0, 0x01))
    wait_for(lambda: side.of(e.FramesDropped))
    assert side.of(e.FramesDropped) == [e.FramesDropped("body", 1)]


def test_a_bus_of_error_frames_only_makes_a_verdict_inconclusive(connect, plain):
    from bench.judge.asking import ask
    from bench.judge.verdict import Case

    side, other = connect("vcan0"), plain("vcan0")
    for _ in range(20):
        other.send(error(0x088, 0, 0, 0x04))  # bit stuffing: what another bit rate looks like
    wait_for(lambda: len(side.of(e.ErrorSeen)) == 20)
    side.call(side.bus.close)
    journal = side.journal
    journal.write(e.StateChecked("door_lock_state", "locked", "locked", verified=True))
    journal.write(e.End(len(journal.entries), 0))
    scenario = {"owner": "x", "path": "ble_key", "intent": "unlock", "outage": None}
    header = Header(scenario, {}, ("ble_key",), {}, {}, 1, "virtual")
    judgement = ask("evidence", Case(Recording(header, journal.entries)))
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == "20 error frames on body and no frame: is its bit rate right?"


def test_the_errno_that_waits_in_a_socket_is_seen(connect):
    from bench.can.interface import kernel_socket

    raw = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
    ip("link", "add", "vcandown", "type", "vcan")
    try:
        raw.bind(("vcandown",))
        assert kernel_socket.pending_error(raw.fileno()) == errno.ENETDOWN
        assert kernel_socket.pending_error(raw.fileno()) == 0
    finally:
        raw.close()
        ip("link", "del", "vcandown")
