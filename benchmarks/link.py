"""What the fault link adds to a round trip while no fault is on it, against a plain relay.

    python benchmarks/link.py

An echo server, a plain asyncio relay (two protocols that write what they read) and the bench's own
link each live in a process of their own, over real sockets on loopback. The three ways take turns;
what counts is the ratio of what each relay adds to the direct way.
"""

import asyncio
import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from table import begin, row

from bench.journal import Journal
from bench.network.link import Link

Address = tuple[str, int]
LOOPBACK = "127.0.0.1"
TURNS, ROUNDS, PAYLOAD = 30, 400, b"x" * 256
BULK = 64 << 20  # bytes, one way and back
_SPAWN = multiprocessing.get_context("spawn")


class Echo(asyncio.Protocol):
    """Sends back what comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Send it back."""
        self._transport.write(data)  # type: ignore[attr-defined]  # it is a Transport


class Relay(asyncio.Protocol):
    """One side of a plain relay: writes what it reads to the other side."""

    def __init__(self, upstream: Address | None, other: "Relay | None" = None) -> None:
        self._upstream, self._other = upstream, other
        self._early: list[bytes] = []
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the other side, or be it."""
        self.transport = transport  # type: ignore[assignment]  # streams are all that it is given
        if self._upstream is not None:
            self._task = asyncio.ensure_future(self._open(self._upstream))
        elif self._other is not None:
            self._other.joined(self)

    async def _open(self, upstream: Address) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: Relay(None, self), *upstream)

    def joined(self, other: "Relay") -> None:
        """Send on what came before the far side was there."""
        self._other = other
        for data in self._early:
            self.data_received(data)

    def data_received(self, data: bytes) -> None:
        """Write it to the other side."""
        other = self._other
        if other is None or other.transport is None:
            self._early.append(data)
        else:
            other.transport.write(data)

    def connection_lost(self, _error: Exception | None) -> None:
        """Close the other side, too."""
        if self._other is not None and self._other.transport is not None:
            self._other.transport.close()


async def echo(_upstream: Address) -> Address:
    """Listen for what is to be sent back."""
    return await serve(Echo)


async def plain(upstream: Address) -> Address:
    """Listen as a plain relay."""
    return await serve(lambda: Relay(upstream))


async def ours(upstream: Address) -> Address:
    """Listen as the bench's link, without a delay of its own."""
    link = Link("phone", "api", upstream, delay_s=0.0, journal=Journal(time.monotonic_ns))
    return await link.open(LOOPBACK)


async def serve(protocol: Callable[[], asyncio.Protocol]) -> Address:
    """Listen on a free port."""
    server = await asyncio.get_running_loop().create_server(protocol, LOOPBACK, 0)
    return server.sockets[0].getsockname()


def live(start: Callable, upstream: Address, answer: Connection) -> None:
    """Start one of the above, say where it listens, and go on for ever."""

    async def main() -> None:
        answer.send(await start(upstream))
        await asyncio.Event().wait()

    asyncio.run(main())


def started(start: Callable, upstream: Address = (LOOPBACK, 0)) -> Address:
    """Start one of the above in a process of its own; return where it listens."""
    here, there = _SPAWN.Pipe()
    _SPAWN.Process(target=live, args=(start, upstream, there), daemon=True).start()
    return here.recv()


def connect(address: Address) -> socket.socket:
    """Connect, without Nagle's algorithm: asyncio switches it off, too."""
    made = socket.create_connection(address, timeout=10)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def round_trips(sock: socket.socket) -> list[float]:
    """Return what some round trips took, in µs."""
    taken = []
    for _ in range(ROUNDS):
        began_ns = time.perf_counter_ns()
        sock.sendall(PAYLOAD)
        left = len(PAYLOAD)
        while left:
            left -= len(sock.recv(left))
        taken.append((time.perf_counter_ns() - began_ns) / 1000)
    return taken


def throughput(address: Address) -> float:
    """Return how much goes there and back, in MiB a second."""
    with connect(address) as sock:
        chunk, left, sent = b"y" * (1 << 18), BULK, 0
        began_s = time.perf_counter()
        while left:
            sock.sendall(chunk)
            sent += len(chunk)
            need = len(chunk)
            while need:
                need -= len(sock.recv(min(need, 1 << 18)))
            left -= len(chunk)
    return sent / (time.perf_counter() - began_s) / (1 << 20)


def main() -> None:
    """Print the table."""
    begin()
    direct = started(echo)
    ways = {"direct": direct, "plain relay": started(plain, direct), "ours": started(ours, direct)}
    sockets = {name: connect(address) for name, address in ways.items()}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for sock in sockets.values():
        round_trips(sock)  # nobody measures a first time
    for _ in range(TURNS):
        for name, sock in sockets.items():
            taken[name] += round_trips(sock)
    middle = {name: statistics.median(values) for name, values in taken.items()}
    for name, values in taken.items():
        worst = sorted(values)[int(len(values) * 0.99)]
        row(f"round trip, {name}: median / 99th percentile", f"{middle[name]:.0f} / {worst:.0f} µs")
    added = {name: middle[name] - middle["direct"] for name in ("plain relay", "ours")}
    row(
        "added latency: ours / plain relay", f"{added['ours'] / added['plain relay']:.2f}", "<= 1.2"
    )
    rates = {name: statistics.median(throughput(ways[name]) for _ in range(3)) for name in ways}
    for name, rate in rates.items():
        row(f"throughput, {name}", f"{rate:.0f} MiB/s")
    row("throughput: ours / plain relay", f"{rates['ours'] / rates['plain relay']:.2f}")


if __name__ == "__main__":
    main()
