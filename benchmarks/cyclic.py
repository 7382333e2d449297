"""How exactly cyclic messages keep their period, against python-can's own tasks.

    python benchmarks/cyclic.py

Everything goes over python-can's `virtual` in this process; what is compared takes turns.
"""

import asyncio
import itertools
import os
import statistics
import threading
import time
from collections.abc import Callable

import can
from table import begin, percentile, row

from bench.can.frame import Frame
from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.opening import open_channel
from bench.clock.real import RealTime
from bench.journal import Journal

CYCLIC, PERIOD_S, CYCLES_S, CYCLIC_TURNS = 20, 0.01, 2.0, 6
BEGINNING_S = 0.2  # in which threads start
BUSY_S = 0.02  # as long as a TLS handshake may take
_CHANNELS = itertools.count(1)


def periods(bus: can.BusABC, seconds: float) -> list[float]:
    """Receive for a while; return how far each period is off once all are under way, in µs."""
    last: dict[int, float] = {}
    errors = []
    begun_s = time.monotonic()
    while time.monotonic() < begun_s + BEGINNING_S + seconds:
        message = bus.recv(0.1)
        if message is None:
            continue
        before = last.get(message.arbitration_id)
        if before is not None and time.monotonic() > begun_s + BEGINNING_S:
            errors.append(abs(message.timestamp - before - PERIOD_S) * 1e6)
        last[message.arbitration_id] = message.timestamp
    return errors


def compute(seconds: float) -> None:
    """Keep the interpreter busy."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        pass


def compute_by_turns(over: threading.Event) -> None:
    """Compute half of the time."""
    while not over.wait(BUSY_S):
        compute(BUSY_S)


def their_periods(apart_s: float, *, busy: bool = False) -> list[float]:
    """Return the period errors of python-can's own tasks, begun so far apart.

    `busy`: another thread computes half of the time.

    Of those that are due together all but the first find a processor that is awake already, so only
    such as are spread over the period, as ours are, say how exactly they keep it.
    """
    channel = f"cyclic-{next(_CHANNELS)}"
    sender = can.Bus(interface="virtual", channel=channel)
    receiver = can.Bus(interface="virtual", channel=channel)
    begun_s, tasks = time.monotonic(), []
    for n in range(CYCLIC):
        time.sleep(max(0.0, begun_s + n * apart_s - time.monotonic()))
        message = can.Message(arbitration_id=0x100 + n, data=bytes(8), is_extended_id=False)
        tasks.append(sender.send_periodic(message, PERIOD_S))
    over = threading.Event()
    other = threading.Thread(target=compute_by_turns, args=(over,))
    if busy:
        other.start()
    errors = periods(receiver, CYCLES_S)
    over.set()
    for task in tasks:
        task.stop()
    sender.shutdown()
    receiver.shutdown()
    return errors


def our_periods(*, busy: bool = False, cpu: int | None = None) -> list[float]:
    """Return the period errors of our cyclic messages, with counters that change.

    `busy`: the bench's loop computes half of the time. `cpu`: as in `[bench] cpu`.
    """
    channel = f"cyclic-{next(_CHANNELS)}"
    receiver = can.Bus(interface="virtual", channel=channel)
    clock = RealTime(cpu=cpu)
    journal = Journal(clock.now_ns)

    async def start() -> InterfaceBus:
        bus = InterfaceBus(
            "body", open_channel("body", "virtual", channel), now_ns=clock.now_ns,
            journal=journal, causes=Causes(),
        )  # fmt: skip
        port = bus.port("restbus")
        table = [bytes([n] * 8) for n in range(16)]
        begun_s = time.monotonic()
        for n in range(CYCLIC):
            offset_s = begun_s + PERIOD_S * n / CYCLIC - time.monotonic()
            port.cyclic(Frame(0x100 + n, b""), table, period_s=PERIOD_S,
                        offset_s=offset_s, cause=None)  # fmt: skip
        await asyncio.sleep(0)
        return bus

    def compute_at_times() -> None:
        compute(BUSY_S)
        clock.loop.call_later(BUSY_S, compute_at_times)

    bus = clock.run(start())
    if busy:
        clock.loop.call_soon_threadsafe(compute_at_times)
    errors = periods(receiver, CYCLES_S)

    async def stop() -> None:
        bus.close()

    clock.run(stop())
    clock.close()
    receiver.shutdown()
    return errors


def cyclic() -> None:
    """Compare how far periods stray, in turns."""
    apart_s, one = PERIOD_S / CYCLIC, max(os.sched_getaffinity(0))
    contestants: dict[str, Callable[[], list[float]]] = {
        "python-can's tasks, begun at once": lambda: their_periods(0.0),
        "python-can's tasks": lambda: their_periods(apart_s),
        "ours": our_periods,
        "ours, one processor": lambda: our_periods(cpu=one),
        "python-can's tasks, a thread computes": lambda: their_periods(apart_s, busy=True),
        "ours, the loop computes": lambda: our_periods(busy=True),
        "ours, the loop computes, one processor": lambda: our_periods(busy=True, cpu=one),
    }
    errors: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(CYCLIC_TURNS):
        for name, measure in contestants.items():
            errors[name] += measure()
    for name, values in errors.items():
        row(f"{CYCLIC} messages at 10 ms, {name}: median / 99 %",
            f"{statistics.median(values):.0f} / {percentile(values, 0.99):.0f} µs")  # fmt: skip
    _, theirs, *ours, theirs_busy, busy, busy_one = (percentile(e, 0.99) for e in errors.values())
    wanted = "<= 1"
    row("cyclic sending: 99th percentile, ours / python-can", f"{ours[0] / theirs:.2f}", wanted)
    row("the same, one processor", f"{ours[1] / theirs:.2f}", wanted)
    row("the same, half of the time busy", f"{busy / theirs_busy:.2f}", wanted)
    row("the same, one processor, half of the time busy", f"{busy_one / theirs_busy:.2f}", wanted)


if __name__ == "__main__":
    begin()
    cyclic()
