"""Sending by a push channel: it fails as False, and is ended by who asked for it."""

import asyncio

import pytest

from bench.cloud.push import Push
from bench.journal import Journal

VIN = "car"


class Channel:
    """A channel that takes nothing: it fails, or it never says a word."""

    closed = False

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    async def send_str(self, _data: str) -> None:
        if self._error is not None:
            raise self._error
        await asyncio.sleep(3600)

    async def close(self, **_why: object) -> None:
        pass


async def sending(error: Exception | None = None) -> bool:
    push = Push(Journal(lambda: 0))
    push.attach(VIN, Channel(error))
    return await push.send(VIN, "command", {}, None)


@pytest.mark.parametrize("error", [ConnectionResetError(), RuntimeError("closing")])
def test_a_document_that_a_broken_channel_does_not_take_is_not_sent(time, error):
    assert time.run(sending(error)) is False


def test_a_time_out_around_a_channel_that_is_stuck_is_a_time_out(time):
    async def hurried():
        async with asyncio.timeout(1.0):
            await sending()

    with pytest.raises(TimeoutError):
        time.run(hurried())


def test_a_task_that_is_cancelled_while_it_sends_does_not_go_on(time):
    gone_on = []

    async def send_and_go_on():
        gone_on.append(await sending())

    async def cancel_it():
        task = asyncio.create_task(send_and_go_on())
        await asyncio.sleep(1.0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert time.run(cancel_it())
    assert gone_on == []
