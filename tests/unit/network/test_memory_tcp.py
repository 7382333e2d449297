"""TCP in memory against the kernel's: each test runs in both worlds and must see the same."""

import asyncio
import socket
import struct
from collections.abc import Iterator

import pytest

from bench.clock.real import RealTime
from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase
from bench.network.memory import MemoryInternet
from bench.network.memory_transport import WINDOW


@pytest.fixture(params=["memory", "kernel"])
def world(request: pytest.FixtureRequest) -> Iterator[Timebase]:
    """A time base with TCP: in memory, or the kernel's."""
    if request.param == "memory":
        base: Timebase = SimulatedTime()
        MemoryInternet(base.loop)  # type: ignore[arg-type]
    else:
        base = RealTime()
    yield base
    base.close()


class Recorder(asyncio.Protocol):
    """Writes down what happens to it."""

    def __init__(self, *, keep_open: bool = False) -> None:
        self.log: list[str] = []
        self.data = b""
        self.keep_open = keep_open
        self.transport: asyncio.Transport = None  # type: ignore[assignment]
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.log.append("made")

    def data_received(self, data: bytes) -> None:
        self.data += data

    def eof_received(self) -> bool:
        self.log.append("eof")
        return self.keep_open

    def pause_writing(self) -> None:
        self.log.append("pause")

    def resume_writing(self) -> None:
        self.log.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.log.append(f"lost {type(exc).__name__}" if exc else "lost")
        if not self.ended.done():
            self.ended.set_result(None)


async def pair(*, keep_open: bool = False) -> tuple[Recorder, Recorder, asyncio.AbstractServer]:
    """Return a connected client and server."""
    loop = asyncio.get_running_loop()
    accepted: list[Recorder] = []

    def factory() -> Recorder:
        accepted.append(Recorder(keep_open=keep_open))
        return accepted[-1]

    server = await loop.create_server(factory, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    _, client = await loop.create_connection(
        lambda: Recorder(keep_open=keep_open), "127.0.0.1", port
    )
    while not accepted or accepted[0].transport is None:
        await asyncio.sleep(0.01)
    return client, accepted[0], server


async def end(client: Recorder, server: Recorder, listener: asyncio.AbstractServer) -> None:
    """Take everything down."""
    listener.close()
    for side in (client, server):
        side.transport.abort()
        await side.ended


def test_bytes_arrive_whole_and_in_order(world):
    async def main() -> bytes:
        client, server, listener = await pair()
        for number in range(100):
            client.transport.write(bytes([number]) * 100)
        client.transport.close()
        await server.ended
        await end(client, server, listener)
        return server.data

    assert world.run(main()) == b"".join(bytes([n]) * 100 for n in range(100))


def test_close_is_seen_as_the_end_by_the_other_side(world):
    async def main() -> tuple[list[str], list[str]]:
        client, server, listener = await pair()
        client.transport.close()
        await server.ended
        await end(client, server, listener)
        return client.log, server.log

    assert world.run(main()) == (["made", "lost"], ["made", "eof", "lost"])


def test_half_close_leaves_the_other_direction_open(world):
    async def main() -> tuple[bytes, list[str]]:
        client, server, listener = await pair(keep_open=True)
        client.transport.write(b"question")
        client.transport.write_eof()
        while "eof" not in server.log:
            await asyncio.sleep(0.01)
        server.transport.write(b"answer")
        server.transport.close()
        while "eof" not in client.log:
            await asyncio.sleep(0.01)
        client.transport.close()
        await end(client, server, listener)
        return client.data, server.log

    answer, log = world.run(main())
    assert answer == b"answer"
    assert log[:2] == ["made", "eof"]


def test_linger_zero_is_seen_as_a_reset(world):
    async def main() -> list[str]:
        client, server, listener = await pair()
        sock = client.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.transport.abort()
        await server.ended
        await end(client, server, listener)
        return server.log

    assert world.run(main()) == ["made", "lost ConnectionResetError"]


def test_a_refused_port_raises_connection_refused(world):
    async def main() -> None:
        client, server, listener = await pair()
        port = listener.sockets[0].getsockname()[1]
        await end(client, server, listener)
        await asyncio.get_running_loop().create_connection(Recorder, "127.0.0.1", port)

    with pytest.raises(ConnectionRefusedError):
        world.run(main())


def test_a_reader_that_pauses_stops_the_writer(world):
    async def main() -> list[str]:
        client, server, listener = await pair()
        server.transport.pause_reading()
        await asyncio.sleep(0.05)
        block = bytes(64 * 1024)
        for _ in range(200):
            client.transport.write(block)
            await asyncio.sleep(0)
        while "pause" not in client.log:
            await asyncio.sleep(0.01)
        server.transport.resume_reading()
        while "resume" not in client.log:
            await asyncio.sleep(0.01)
        await end(client, server, listener)
        return client.log

    log = world.run(main())
    assert log[:3] == ["made", "pause", "resume"]


def test_in_memory_no_more_than_the_window_is_under_way(time):
    async def main() -> int:
        client, server, _ = await pair()
        server.transport.pause_reading()
        for _ in range(10):
            client.transport.write(bytes(WINDOW // 2))
        await asyncio.sleep(1)
        return client.transport.get_write_buffer_size()

    assert time.run(main()) == 10 * (WINDOW // 2) - WINDOW


def test_a_dropped_syn_is_repeated_until_it_is_answered(time):
    async def main() -> float:
        _, _, listener = await pair()
        listener.drops_syn = True  # type: ignore[attr-defined]
        loop = asyncio.get_running_loop()
        loop.call_later(5, setattr, listener, "drops_syn", False)
        port = listener.sockets[0].getsockname()[1]
        began = loop.time()
        await loop.create_connection(Recorder, "127.0.0.1", port)
        return loop.time() - began

    assert time.run(main()) == 7.0  # SYNs go after 1, 3, 7 s


def test_a_syn_that_is_never_answered_times_out_after_127_s(time):
    async def main() -> float:
        _, _, listener = await pair()
        listener.drops_syn = True  # type: ignore[attr-defined]
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(TimeoutError):
            await asyncio.get_running_loop().create_connection(Recorder, "127.0.0.1", port)
        return time.loop.time()

    assert time.run(main()) == pytest.approx(127.0, abs=0.1)
