"""The thread that sends what is due, and how the loop hears of it."""

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.can.frame import Frame
from bench.can.interface.sending_thread import AHEAD_S, SendingThread
from bench.can.interface.sent_frames import Sent, SentFrames

PATIENCE_S = 10.0


class Beat:
    """Something that is due every so often, and knows when it was sent."""

    def __init__(self, period_s, first_s=0.0):
        self.due_s = time.monotonic() + first_s
        self.period_s = period_s
        self.due, self.sent = [], []
        self.enough = threading.Event()

    def send_due(self):
        self.sent.append(time.monotonic())
        self.due.append(self.due_s)
        self.due_s += self.period_s
        if len(self.sent) == 5:
            self.enough.set()


@pytest.fixture
def thread():
    failures = []
    thread = SendingThread(time.monotonic, failures.append)
    thread.failures = failures
    yield thread
    thread.close()


def test_each_is_sent_when_it_is_due_and_never_before(thread):
    quick, slow = Beat(0.002), Beat(0.01, first_s=0.003)
    for beat in (slow, quick):
        thread.begin(beat)
    assert quick.enough.wait(PATIENCE_S)
    assert slow.enough.wait(PATIENCE_S)
    for beat in (quick, slow):
        assert all(sent >= due for sent, due in zip(beat.sent, beat.due, strict=False))
    assert thread.failures == []


def test_it_goes_before_other_processes_where_it_may(thread):
    beat, before = Beat(0.001), os.sched_getscheduler(0)
    thread.begin(beat)
    assert beat.enough.wait(PATIENCE_S)
    policy = os.sched_getscheduler(thread._thread.native_id)
    assert (policy & ~os.SCHED_RESET_ON_FORK == os.SCHED_RR) is may_go_first()
    assert os.sched_getscheduler(0) == before, "nothing but the thread does"


def may_go_first():
    """Whether a thread of this process may ask for that, by a thread that does."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asked_to_go_first).result(PATIENCE_S)


def asked_to_go_first():
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except OSError:
        return False
    return True


def test_it_sends_all_the_same_where_it_may_not(thread, monkeypatch):
    def refuse(*_asked):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    beat = Beat(0.001)
    thread.begin(beat)
    assert beat.enough.wait(PATIENCE_S)
    assert thread.failures == []


def test_what_is_due_earlier_than_all_others_wakes_the_thread(thread):
    late, soon = Beat(1.0, first_s=600.0), Beat(0.001)
    thread.begin(late)
    time.sleep(0.05)
    thread.begin(soon)
    assert soon.enough.wait(PATIENCE_S)
    assert late.sent == []


def test_a_send_that_blocks_makes_what_follows_late_and_is_told_once(thread):
    class Blocking(Beat):
        def send_due(self):
            super().send_due()
            if len(self.sent) == 2:
                time.sleep(0.3)

    beat = Blocking(0.02)
    thread.begin(beat)
    assert beat.enough.wait(PATIENCE_S)
    thread.end(beat)
    assert 0.25 < thread.worst_lateness_s() < PATIENCE_S
    assert thread.worst_lateness_s() == 0


def test_nothing_is_sent_after_its_end(thread):
    beat, other = Beat(0.001), Beat(0.001)
    thread.begin(beat)
    thread.begin(other)
    assert beat.enough.wait(PATIENCE_S)
    thread.end(beat)
    sent = len(beat.sent)
    assert thread.live == (other,)
    other.enough.clear()
    before = len(other.sent)
    time.sleep(0.05)
    assert len(beat.sent) == sent
    assert len(other.sent) > before


def test_an_end_waits_for_a_send_that_has_begun(thread):
    class Blocking(Beat):
        def __init__(self):
            super().__init__(1.0)
            self.inside, self.go_on = threading.Event(), threading.Event()

        def send_due(self):
            self.inside.set()
            self.go_on.wait(PATIENCE_S)
            super().send_due()

    beat = Blocking()
    thread.begin(beat)
    assert beat.inside.wait(PATIENCE_S)
    threading.Timer(0.05, beat.go_on.set).start()
    thread.end(beat)
    assert len(beat.sent) == 1


def test_what_was_ended_can_begin_again(thread):
    beat = Beat(0.001)
    thread.begin(beat)
    assert beat.enough.wait(PATIENCE_S)
    thread.end(beat)
    beat.sent.clear()
    beat.enough.clear()
    beat.due_s = time.monotonic()
    thread.begin(beat)
    assert beat.enough.wait(PATIENCE_S)


def test_what_something_raises_is_told(thread):
    class Broken(Beat):
        def send_due(self):
            raise ValueError("no such frame")

    thread.begin(Broken(1.0))
    end = time.monotonic() + PATIENCE_S
    while not thread.failures and time.monotonic() < end:
        time.sleep(0.005)
    assert [str(each) for each in thread.failures] == ["no such frame"]


def test_it_ends_at_once_though_nothing_is_due_for_long():
    thread = SendingThread(time.monotonic, lambda _error: None)
    thread.begin(Beat(1.0, first_s=600.0))
    running = threading.active_count()
    thread.close()
    assert threading.active_count() == running - 1
    assert thread.live == ()


def test_waking_ahead_is_short_against_any_period():
    assert AHEAD_S <= 0.0001


# ── on its way to the loop ────────────────────────────────────────────────────────────────


def sent(number, error=None):
    return Sent("BCM", Frame(0x100, bytes([number])), None, number, error)


def test_what_went_aside_is_pending_until_the_loop_has_taken_it():
    async def main():
        taken = []

        def take(each):
            assert aside.pending(0x100)[0] == (each.t_ns, each.frame.data)
            taken.append(each.t_ns)

        aside = SentFrames(asyncio.get_running_loop(), take)

        def send():
            for number in range(3):
                aside.add(sent(number))
                aside.announce()

        thread = threading.Thread(target=send)
        thread.start()
        thread.join()
        assert aside.pending(0x100) == [(n, bytes([n])) for n in range(3)]
        assert aside.pending(0x101) == []
        await asyncio.sleep(0.01)
        assert taken == [0, 1, 2]
        assert aside.pending(0x100) == []

    asyncio.run(main())


def test_what_could_not_be_sent_is_handed_on_and_no_frame():
    async def main():
        taken = []
        aside = SentFrames(asyncio.get_running_loop(), taken.append)
        aside.add(sent(1, OSError("down")))
        assert aside.pending(0x100) == []
        aside.hand_on()
        assert [str(each.error) for each in taken] == ["down"]

    asyncio.run(main())


def test_who_is_handed_one_may_ask_for_the_rest_and_each_comes_once():
    async def main():
        taken = []

        def take(each):
            aside.hand_on()
            taken.append(each.t_ns)

        aside = SentFrames(asyncio.get_running_loop(), take)
        for number in range(4):
            aside.add(sent(number))
        aside.hand_on()
        assert taken == [0, 1, 2, 3]

    asyncio.run(main())


def test_one_that_is_refused_does_not_come_again():
    async def main():
        def refuse(each):
            raise ValueError(each.t_ns)

        aside = SentFrames(asyncio.get_running_loop(), refuse)
        for number in range(2):
            aside.add(sent(number))
        for number in range(2):
            with pytest.raises(ValueError, match=str(number)):
                aside.hand_on()
        assert aside.pending(0x100) == []

    asyncio.run(main())
