"""A toxic in another's place: what the old one has of a connection goes over to the new one."""

import asyncio

import pytest

from bench.events import FaultMet
from bench.faults.injector import parse_fault
from bench.injection import Injection
from bench.network.link import Link
from bench.seeds import stream

TEXT = bytes(range(256))


class Far:
    """A server that answers nothing and keeps what comes, with the time."""

    def __init__(self) -> None:
        self.got: list[tuple[float, bytes]] = []
        self.ended_s: float | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        now = asyncio.get_running_loop().time
        while data := await reader.read(4096):
            self.got.append((now(), data))
        self.ended_s = now()
        writer.close()

    @property
    def data(self) -> bytes:
        return b"".join(data for _, data in self.got)


class World:
    """A link with a server behind it and one connection over it."""

    def __init__(self, journal) -> None:
        self.journal, self.far = journal, Far()

    async def open(self) -> None:
        self.server = await asyncio.start_server(self.far.serve, "127.0.0.1", 0)
        upstream = self.server.sockets[0].getsockname()
        self.link = Link("client", "server", upstream, delay_s=0.0, journal=self.journal)
        address = await self.link.open("127.0.0.1")
        self.reader, self.writer = await asyncio.open_connection(*address)
        self.began_s = asyncio.get_running_loop().time()

    async def close(self) -> None:
        self.writer.close()
        self.link.close()
        self.server.close()
        await asyncio.sleep(1)

    async def send(self, text: bytes) -> None:
        for start in range(0, len(text), 1 << 16):
            self.writer.write(text[start : start + (1 << 16)])
            await self.writer.drain()

    def toxic(self, spec: str):
        fault = parse_fault(spec, source="test")
        return fault.toxic(Injection(spec, self.journal, stream(1, spec)))  # type: ignore[attr-defined]

    def met(self) -> list[str]:
        """Return what has met a toxic so far."""
        return [e.event.operation for e in self.journal.entries if isinstance(e.event, FaultMet)]

    def ago_s(self, then_s: float) -> float:
        return round(then_s - self.began_s, 3)


@pytest.fixture
def world(time, journal):
    opened = World(journal)
    time.run(opened.open())
    yield opened
    time.run(opened.close())


def test_a_new_latency_keeps_what_the_old_one_holds_and_when_it_is_due(time, world):
    async def act():
        old, new = world.toxic("latency:delay_s=1,jitter_s=0"), world.toxic("latency:jitter_s=0")
        world.link.add(old)
        world.writer.write(TEXT)
        await asyncio.sleep(0.5)
        world.link.replace(old, new)
        world.writer.write(b"later")
        await asyncio.sleep(10)

    time.run(act())
    assert world.far.data == TEXT + b"later"
    assert [world.ago_s(t) for t, _ in world.far.got] == [1.0, 4.5]


def test_a_toxic_of_another_kind_gets_nothing_and_nothing_is_lost(time, world):
    async def act():
        old, new = world.toxic("latency:delay_s=9"), world.toxic("slow_close")
        world.link.add(old)
        world.writer.write(TEXT)
        await asyncio.sleep(0.5)
        world.link.replace(old, new)
        await asyncio.sleep(0.1)

    time.run(act())
    assert (world.far.data, world.link.toxics[0].__class__.__name__) == (TEXT, "Staging")


def test_the_new_toxic_stands_where_the_old_one_stood(time, world):
    async def act():
        first, second = world.toxic("latency:delay_s=1"), world.toxic("limit_data:direction=up")
        world.link.add(first)
        world.link.add(second)
        new = world.toxic("latency:delay_s=2,jitter_s=0")
        remove = world.link.replace(first, new)
        assert world.link.toxics == [new, second]
        remove()
        assert world.link.toxics == [second]

    time.run(act())


def test_bytes_are_counted_on_from_where_the_old_limit_stood(time, world):
    async def act():
        old = world.toxic("limit_data:after_bytes=300,direction=up")
        world.link.add(old)
        world.writer.write(TEXT)
        await asyncio.sleep(0.1)
        world.link.replace(old, world.toxic("limit_data:after_bytes=260,direction=up"))
        world.writer.write(b"abcdefgh")
        await asyncio.sleep(0.1)

    time.run(act())
    assert world.far.data == TEXT + b"abcd"
    assert world.far.ended_s is not None


def test_a_deadline_counts_from_where_the_old_one_began(time, world):
    async def act():
        old = world.toxic("timeout:after_s=0")
        world.link.add(old)
        await asyncio.sleep(1)
        first = world.toxic("timeout:after_s=1.5")
        world.link.replace(old, first)  # the old one had no end: this one begins now
        await asyncio.sleep(0.5)
        world.link.replace(first, world.toxic("timeout:after_s=2"))
        assert await world.reader.read() == b""
        return asyncio.get_running_loop().time()

    assert world.ago_s(time.run(act())) == 3.0


def test_a_timeout_ends_also_who_goes_on_talking(time, world):
    async def act():
        world.link.add(world.toxic("timeout:after_s=2"))
        for _ in range(8):
            world.writer.write(b"hello?")
            await asyncio.sleep(0.5)

    time.run(act())
    assert world.far.data == b""
    assert world.ago_s(world.far.ended_s) == 2.0


@pytest.mark.parametrize("direction", ["down", "both"])
def test_who_is_behind_a_timeout_learns_of_the_others_end_when_it_is_over(time, world, direction):
    async def act():
        world.link.add(world.toxic(f"timeout:after_s=1.5,direction={direction}"))
        world.writer.write_eof()  # the far side closes as soon as it hears of that
        assert await world.reader.read() == b""
        return asyncio.get_running_loop().time()

    assert world.ago_s(time.run(act())) == 1.5
    assert world.ago_s(world.far.ended_s) == (0.0 if direction == "down" else 1.5)


def test_a_timeout_that_is_cleared_hands_on_an_end_that_it_held(time, world):
    async def act():
        remove = world.link.add(world.toxic("timeout:after_s=0"))
        world.writer.close()
        await asyncio.sleep(5)
        assert world.far.ended_s is None
        remove()
        await asyncio.sleep(1)

    time.run(act())
    assert world.ago_s(world.far.ended_s) == 5.0
    assert not world.link.connections


@pytest.mark.parametrize("lost", [False, True])
def test_only_connections_that_lost_something_are_reset_with_the_end_of_a_timeout(
    time, world, lost
):
    async def act():
        remove = world.link.add(world.toxic("timeout:after_s=9"))
        if lost:
            world.writer.write(b"lost")
        await asyncio.sleep(0.1)
        remove()
        if lost:
            with pytest.raises(ConnectionResetError):
                await world.reader.read()
        else:
            world.writer.write(TEXT)
            await asyncio.sleep(20)

    time.run(act())
    assert world.far.data == (b"" if lost else TEXT)


def test_an_idle_connection_is_reset_after_a_while(time, world):
    async def act():
        world.link.add(world.toxic("reset_peer:after_s=3"))
        with pytest.raises(ConnectionResetError):
            await world.reader.read()
        return asyncio.get_running_loop().time()

    assert world.ago_s(time.run(act())) == 3.0


def test_a_reset_that_is_due_counts_from_where_the_old_one_began_and_is_put_off_by_none(
    time, world
):
    async def act():
        old = world.toxic("reset_peer:after_s=9")
        world.link.add(old)
        await asyncio.sleep(2)
        world.link.replace(old, world.toxic("reset_peer:after_s=3"))
        with pytest.raises(ConnectionResetError):
            await world.reader.read()
        return asyncio.get_running_loop().time()

    assert world.ago_s(time.run(act())) == 3.0


def test_a_reset_that_is_taken_back_does_not_come(time, world):
    async def act():
        remove = world.link.add(world.toxic("reset_peer:after_s=3"))
        await asyncio.sleep(2)
        remove()
        await asyncio.sleep(9)
        world.writer.write(TEXT)
        await asyncio.sleep(1)

    time.run(act())
    assert (world.far.data, world.met()) == (TEXT, [])


def test_a_connection_that_a_network_has_forgotten_stays_so_when_it_forgets_later(time, world):
    async def act():
        old = world.toxic("nat_rebind:idle_s=1")
        world.link.add(old)
        await asyncio.sleep(2)
        world.writer.write(b"lost")
        await asyncio.sleep(0.1)
        world.link.replace(old, world.toxic("nat_rebind:idle_s=100"))
        world.writer.write(TEXT)
        await asyncio.sleep(1)

    time.run(act())
    assert (world.far.data, world.met()) == (b"", ["unanswered up"] * 2)


def test_what_is_beyond_a_limit_is_lost_and_the_limit_is_met_once(time, world):
    async def act():
        world.link.add(world.toxic("limit_data:after_bytes=260,direction=up"))
        for text in (TEXT, b"abcdefgh", b"more"):
            world.writer.write(text)
        await asyncio.sleep(1)

    time.run(act())
    assert world.far.data == TEXT + b"abcd"
    assert world.met() == ["connection closed up"]


def test_an_end_comes_late_once_and_the_bytes_before_it_do_not(time, world):
    async def act():
        world.link.add(world.toxic("slow_close:delay_s=3"))
        world.writer.write(TEXT)
        world.writer.write_eof()
        await asyncio.sleep(9)

    time.run(act())
    assert [world.ago_s(t) for t, _ in world.far.got] == [0.0]
    assert world.ago_s(world.far.ended_s) == 3.0
    assert "end delayed up" in world.met()


def test_an_end_that_is_held_comes_with_the_clearing(time, world):
    async def act():
        remove = world.link.add(world.toxic("slow_close:delay_s=30"))
        world.writer.write_eof()
        await asyncio.sleep(2)
        remove()
        await asyncio.sleep(60)

    time.run(act())
    assert world.ago_s(world.far.ended_s) == 2.0


def test_a_connection_that_carries_nothing_and_is_closed_has_met_that(time, world):
    async def act():
        world.link.add(world.toxic("timeout:after_s=3"))
        await asyncio.sleep(9)

    time.run(act())
    assert world.ago_s(world.far.ended_s) == 3.0
    assert world.met()[0].startswith("connection closed")


def test_bytes_over_a_narrow_link_trickle_in(time, world):
    async def act():
        world.link.add(world.toxic("bandwidth:bytes_per_s=100"))
        world.writer.write(TEXT)
        await asyncio.sleep(10)

    time.run(act())
    assert world.far.data == TEXT
    times = [world.ago_s(t) for t, _ in world.far.got]
    assert times[0] == 0.1
    assert times[-1] == 2.56


def test_a_sender_waits_behind_what_is_held_and_nothing_is_lost(time, world):
    text = TEXT * (48 << 10)  # 12 MiB, of which at most 4 are held

    async def act():
        world.link.add(world.toxic("bandwidth:bytes_per_s=1000000"))
        await world.send(text)
        sent_s = asyncio.get_running_loop().time()
        await asyncio.sleep(20)
        return sent_s

    assert 5 < world.ago_s(time.run(act())) < 13
    assert world.far.data == text


def test_who_was_held_back_goes_on_when_the_toxic_is_taken_off(time, world):
    text = TEXT * (48 << 10)

    async def act():
        remove = world.link.add(world.toxic("latency:delay_s=1000"))
        sending = asyncio.ensure_future(world.send(text))
        await asyncio.sleep(1)
        waits = not sending.done()
        remove()
        await sending
        await asyncio.sleep(1)
        return waits

    assert time.run(act())
    assert world.far.data == text


def test_pieces_vary_in_size_and_nothing_is_lost(time, world):
    async def act():
        world.link.add(world.toxic("slicer:bytes_each=20,bytes_vary=10,gap_s=0.1"))
        world.writer.write(TEXT)
        await asyncio.sleep(20)

    time.run(act())
    sizes = [len(data) for _, data in world.far.got]
    assert world.far.data == TEXT
    assert all(10 <= size <= 30 for size in sizes[:-1])
    assert len(set(sizes)) > 3


def test_only_what_is_longer_than_a_piece_is_sliced(time, world):
    async def act():
        world.link.add(world.toxic("slicer:bytes_each=100,gap_s=0.5"))
        world.writer.write(TEXT[:100])
        await asyncio.sleep(1)
        assert world.met() == []
        world.writer.write(TEXT[:101])
        await asyncio.sleep(1)

    time.run(act())
    assert [len(data) for _, data in world.far.got] == [100, 100, 1]
    assert [world.ago_s(t) for t, _ in world.far.got] == [0.0, 1.0, 1.5]
    assert world.met() == ["sliced up"]
