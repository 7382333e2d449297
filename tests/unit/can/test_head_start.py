"""A head start: the loop follows a moment later, once for all that asked meanwhile."""

import asyncio
import threading
from contextlib import closing

import pytest

from bench.can.interface.head_start import HeadStart
from bench.clock.real import RealTime


class Follower:
    """Counts how often it was called, and in which thread."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.called = asyncio.Event()

    def follow(self) -> None:
        self.threads.append(threading.get_ident())
        self.called.set()

    async def next(self) -> None:
        async with asyncio.timeout(10):
            await self.called.wait()
        self.called.clear()


def ask_often(head_start: HeadStart) -> None:
    """Ask a hundred times, in another thread."""
    asking = threading.Thread(target=lambda: [head_start.ask() for _ in range(100)])
    asking.start()
    asking.join()


async def _follow_twice() -> list[bool]:
    follower = Follower()
    head_start = HeadStart(asyncio.get_running_loop(), follower.follow)
    try:
        for _ in range(2):
            ask_often(head_start)  # the loop stands still meanwhile
            await follower.next()
            await asyncio.sleep(0.01)
    finally:
        head_start.close()
    return [thread == threading.get_ident() for thread in follower.threads]


def test_the_loop_itself_follows_once_for_all_that_asked_and_again_for_who_asks_later() -> None:
    with closing(RealTime(guard_s=20)) as clock:
        assert clock.run(_follow_twice()) == [True, True]


async def _ask_after_close() -> list[int]:
    follower = Follower()
    head_start = HeadStart(asyncio.get_running_loop(), follower.follow)
    head_start.ask()
    head_start.close()
    head_start.close()
    head_start.ask()
    await asyncio.sleep(0.01)
    return follower.threads


def test_after_its_end_nothing_follows_whoever_still_asks() -> None:
    with closing(RealTime(guard_s=20)) as clock:
        assert clock.run(_ask_after_close()) == []


def test_a_process_that_may_open_no_more_files_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refuse = type("Refusing", (), {"timerfd_create": staticmethod(lambda *_: -1)})
    monkeypatch.setattr("bench.can.interface.head_start._LIBC", refuse)
    monkeypatch.setattr("ctypes.get_errno", lambda: 24)

    async def make() -> None:
        HeadStart(asyncio.get_running_loop(), lambda: None)

    with (
        closing(RealTime(guard_s=20)) as clock,
        pytest.raises(OSError, match="Too many open files"),
    ):
        clock.run(make())
