"""A listener on a real socket: it answers, refuses or drops, and its port stays its own."""

import asyncio
import socket

import pytest

from bench.clock.real import RealTime
from bench.network.listener import SocketListener


@pytest.fixture
def run():
    time = RealTime(guard_s=20.0)
    yield time.run
    time.close()


async def dial(address) -> str:
    try:
        async with asyncio.timeout(0.3):
            _, writer = await asyncio.open_connection(*address)
    except OSError as error:
        return type(error).__name__
    writer.close()
    await writer.wait_closed()
    return "connected"


class Quiet(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def eof_received(self):
        return False


def listening(act):
    async def main():
        listener = SocketListener("127.0.0.1", Quiet)
        try:
            return await act(listener)
        finally:
            listener.close()
            await asyncio.sleep(0.05)

    return main()


def test_it_answers_refuses_and_answers_again_as_often_as_it_is_told(run):
    async def act(listener):
        seen = []
        for _ in range(5):
            seen.append(await dial(listener.address))
            listener.refuse()
            listener.refuse()
            seen.append(await dial(listener.address))
            listener.accept()
        return seen

    assert run(listening(act)) == ["connected", "ConnectionRefusedError"] * 5


def test_open_connections_live_on_while_new_ones_are_refused(run):
    async def act(listener):
        reader, writer = await asyncio.open_connection(*listener.address)
        for _ in range(3):
            listener.refuse()
            assert await dial(listener.address) == "ConnectionRefusedError"
            listener.accept()
            assert await dial(listener.address) == "connected"
        assert not reader.at_eof()
        writer.close()
        await writer.wait_closed()

    run(listening(act))


def test_a_port_that_refuses_is_not_given_to_anybody_else(run):
    async def act(listener):
        listener.refuse()
        with socket.socket() as thief, pytest.raises(OSError, match="in use"):
            thief.bind(listener.address)
        others = [socket.create_server(("127.0.0.1", 0)) for _ in range(200)]
        ports = {other.getsockname()[1] for other in others}
        for other in others:
            other.close()
        assert listener.address[1] not in ports
        listener.accept()
        assert await dial(listener.address) == "connected"

    run(listening(act))


def test_it_drops_after_it_has_refused(run):
    async def act(listener):
        listener.refuse()
        listener.drop()
        assert await dial(listener.address) == "TimeoutError"
        listener.accept()
        return await dial(listener.address)

    assert run(listening(act)) == "connected"
