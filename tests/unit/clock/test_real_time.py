"""Real time: how long a call may take, and what it had opened is closed before its loop is."""

import asyncio
import os
import signal
import threading

import pytest

from bench.clock.real import RealTime
from bench.errors import StationError


def interrupt_soon():
    """Send this process a Ctrl-C in a moment, where it wakes who waits: in the main thread."""
    main = threading.main_thread().ident
    threading.Timer(0.2, signal.pthread_kill, [main, signal.SIGINT]).start()


def test_an_interrupted_call_closes_what_it_had_opened_before_its_loop_is_closed():
    closed = []

    async def live():
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.3)  # as a station takes its time
            closed.append("in order")

    clock = RealTime(guard_s=20)
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupt_soon()
    try:
        with pytest.raises(KeyboardInterrupt):
            clock.run(live())
        assert closed == ["in order"]
    finally:
        signal.signal(signal.SIGINT, previous)
        clock.close()


def test_the_clock_can_be_used_after_a_call_that_was_interrupted():
    async def live():
        await asyncio.sleep(60)

    async def quick():
        return 3

    clock = RealTime(guard_s=20)
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupt_soon()
    try:
        with pytest.raises(KeyboardInterrupt):
            clock.run(live())
        assert clock.run(quick()) == 3
    finally:
        signal.signal(signal.SIGINT, previous)
        clock.close()


def test_a_call_may_take_as_long_as_is_asked_of_it_and_the_guard_counts_from_there():
    clock = RealTime(guard_s=0.3)
    try:
        assert clock.run(asyncio.sleep(0.6, "slept"), lasts_s=0.6) == "slept"
        with pytest.raises(StationError, match=r"within 0\.5 s"):
            clock.run(asyncio.sleep(60), lasts_s=0.2)
    finally:
        clock.close()


def test_a_call_that_hangs_closes_what_it_had_opened_before_its_loop_is_closed():
    closed = []

    async def live():
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.3)
            closed.append("in order")

    clock = RealTime(guard_s=0.2)
    try:
        with pytest.raises(StationError, match=r"within 0\.2 s"):
            clock.run(live())
        assert closed == ["in order"]
    finally:
        clock.close()


def test_a_time_out_of_the_calls_own_is_no_hang():
    async def late():
        async with asyncio.timeout(0.05):
            await asyncio.sleep(60)

    clock = RealTime(guard_s=20)
    try:
        with pytest.raises(TimeoutError):
            clock.run(late())
    finally:
        clock.close()


def allowed(thread_id):
    return os.sched_getaffinity(thread_id)


def test_every_thread_keeps_to_the_processor_asked_for_until_the_last_time_base_is_closed():
    before, over, others = allowed(0), threading.Event(), []

    def begin_thread():
        others.append(threading.Thread(target=over.wait, args=[20]))
        others[-1].start()

    begin_thread()
    first = RealTime(cpu=max(before))
    begin_thread()
    second = RealTime()
    threads = [thread.native_id for thread in threading.enumerate()]
    kept = [allowed(thread) for thread in threads]
    first.close()
    kept.append(allowed(0))
    second.close()
    let_go = [allowed(each) for each in (0, *(thread.native_id for thread in others))]
    over.set()
    assert len(threads) >= 5
    assert kept == [{max(before)}] * len(kept)
    assert let_go == [before] * 3
