"""Waiting for frames of a bus in real time in the thread of a test."""

import threading
import time as wall

import pytest
from interface_rig import REQUEST, World, request_data

from bench.can.frame import Frame
from bench.errors import ForeignThread, NeverReceived, WrongValue


@pytest.fixture(params=["virtual", "threaded"])
def world(request):
    world = World(request.param)
    yield world
    world.close()


@pytest.fixture(params=["virtual", "threaded", "piped"])
def hearing(request):
    world = World(request.param)
    yield world
    world.close()


def test_an_expectation_sees_what_came_before_it_and_what_comes_after(hearing):
    since_ns = hearing.time.now_ns()
    hearing.send(REQUEST.frame_id, request_data(1))
    hearing.until(lambda: hearing.bus.frame_count == 1)
    seen = hearing.view.expect_here(REQUEST.name, within_s=1, since_ns=since_ns, KeySlot=1)
    assert seen.signals["KeySlot"] == 1
    threading.Timer(0.05, hearing.send, (REQUEST.frame_id, request_data(2))).start()
    seen = hearing.view.expect_here(REQUEST.name, within_s=1, since_ns=since_ns, KeySlot=2)
    assert seen.t_ns - since_ns > 50_000_000


def test_a_frame_on_its_way_to_the_journal_is_not_missed(world):
    busy, go_on = threading.Event(), threading.Event()

    def hold():
        busy.set()
        go_on.wait(5)

    since_ns = world.time.now_ns()
    world.time.loop.call_soon_threadsafe(hold)
    busy.wait(5)
    world.send(REQUEST.frame_id, request_data(7))
    wall.sleep(0.05)
    assert not world.journal.entries
    try:
        seen = world.view.expect_here(REQUEST.name, within_s=1, since_ns=since_ns, KeySlot=7)
    finally:
        go_on.set()
    assert seen.raw["KeySlot"] == 7


def test_an_expectation_tells_never_received_from_other_values(hearing):
    since_ns = hearing.time.now_ns()
    with pytest.raises(NeverReceived, match=r"never received within 50 ms"):
        hearing.view.expect_here(REQUEST.name, within_s=0.05, since_ns=since_ns, KeySlot=1)
    since_ns = hearing.time.now_ns()
    for _ in range(2):
        hearing.send(REQUEST.frame_id, request_data(5))
    with pytest.raises(WrongValue, match=r"KeySlot=5 .*2 frames in all"):
        hearing.view.expect_here(REQUEST.name, within_s=0.1, since_ns=since_ns, KeySlot=1)


def test_frames_that_the_bench_itself_sends_are_seen_too(world):
    since_ns = world.time.now_ns()
    port = world.bus.port("restbus")
    frame = Frame(REQUEST.frame_id, request_data(9))
    threading.Timer(0.02, world.time.loop.call_soon_threadsafe, (port.send, frame, None)).start()
    seen = world.view.expect_here(REQUEST.name, within_s=1, since_ns=since_ns, KeySlot=9)
    assert seen.raw["KeySlot"] == 9


def test_what_an_expectation_has_seen_the_loop_knows_when_it_is_asked_next(hearing):
    for slot in range(1, 40):
        since_ns = hearing.time.now_ns()
        threading.Timer(0.002, hearing.send, (REQUEST.frame_id, request_data(slot))).start()
        hearing.view.expect_here(REQUEST.name, within_s=2, since_ns=since_ns, KeySlot=slot)
        hearing.bus.flush()
        assert hearing.call(lambda: hearing.bus.frame_count) == slot


def test_what_an_expectation_has_seen_the_loop_knows_soon_though_nobody_asks_it(hearing):
    for slot in range(1, 20):
        since_ns = hearing.time.now_ns()
        threading.Timer(0.002, hearing.send, (REQUEST.frame_id, request_data(slot))).start()
        hearing.view.expect_here(REQUEST.name, within_s=2, since_ns=since_ns, KeySlot=slot)
        hearing.until(lambda expected=slot: hearing.bus.frame_count == expected)


def test_waiting_inside_the_loop_is_an_error(world):
    with pytest.raises(ForeignThread):
        world.call(world.time.check)


def test_nobody_watches_when_nobody_waits(world):
    with pytest.raises(NeverReceived):
        world.view.expect_here(REQUEST.name, within_s=0.01, since_ns=world.time.now_ns())
    assert world.bus._watches.wanted == {}
