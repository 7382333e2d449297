"""What it costs to record a frame, against python-can's Notifier with a BLF writer.

    python benchmarks/capture.py

The frames come over python-can's `virtual` in this process. The machine's speed drifts, so read the
ratios; what is compared takes turns.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import can
from table import begin, row

from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.opening import open_channel, traits_of
from bench.clock.real import RealTime
from bench.events import FrameSeen
from bench.evidence.recording_file import RecordingWriter
from bench.journal import Journal
from bench.recording import Header

BUSES, FRAMES = 4, 40_000  # in all; in one go, as fast as they can be sent
FULL_LOAD = 32_000  # frames a second on four buses of 1 Mbit/s
HEADER = Header({}, {}, (), {}, {}, 1, "virtual")
_CHANNELS = itertools.count(1)


def flood(channels: list[str]) -> list[list[can.Message]]:
    """Return what is to be received on each bus: built before, so that sending costs the same."""
    return [
        [can.Message(arbitration_id=0x100 + n % 64, data=n.to_bytes(8), is_extended_id=False)
         for n in range(FRAMES // len(channels))]
        for _ in channels
    ]  # fmt: skip


Put = Callable[..., None]  # of a virtual bus's queue


def fill(puts: list[Put], messages: list[list[can.Message]]) -> None:
    """Put the frames where a receiver finds them, from all buses in turn, each with its time."""
    for together in zip(*messages, strict=True):
        stamp = time.time()
        for put, message in zip(puts, together, strict=True):
            message.timestamp = stamp
            put(message, block=True, timeout=None)


def filling_s(messages: list[list[can.Message]]) -> float:
    """Return the CPU time of that loop by itself: it is this file's, and nobody's cost."""

    def put(message: can.Message, *, block: bool, timeout: float | None) -> None:
        del message, block, timeout

    began_s = time.process_time()
    fill([put] * len(messages), messages)
    return time.process_time() - began_s


def theirs_cost(folder: Path) -> float:
    """Return the CPU time per frame of python-can's Notifier with a BLF writer, in µs.

    The frames are there before: what a sender does counts for nobody.
    """
    channels = [f"capture-{next(_CHANNELS)}" for _ in range(BUSES)]
    buses = [can.Bus(interface="virtual", channel=c) for c in channels]
    messages = flood(channels)
    writers = [can.BLFWriter(str(folder / f"{c}.blf")) for c in channels]
    counts = [0]

    def count(_message: can.Message) -> None:
        counts[0] += 1

    fill([bus.queue.put for bus in buses], messages)
    began_s = time.process_time()
    notifiers = [can.Notifier(b, [w, count]) for b, w in zip(buses, writers, strict=True)]
    wait_for(lambda: counts[0] == FRAMES)
    for notifier in notifiers:
        notifier.stop()
    cost_us = (time.process_time() - began_s) / FRAMES * 1e6
    for bus in buses:
        bus.shutdown()
    return cost_us


def ours_cost(folder: Path) -> float:
    """Return the CPU time per frame of our own buses with a recording on disk, in µs.

    They take a frame in the thread that puts it there: so that counts, for ours only, all but the
    loop around it.
    """
    channels = [f"capture-{next(_CHANNELS)}" for _ in range(BUSES)]
    clock = RealTime()
    journal = Journal(clock.now_ns)
    writer = RecordingWriter(folder, f"capture-{next(_CHANNELS)}")
    done = writer.sink(HEADER, journal)
    opened = [open_channel("body", "virtual", channel) for channel in channels]
    messages = flood(channels)

    async def open_buses() -> list[InterfaceBus]:
        return [
            InterfaceBus(
                channel, each, now_ns=clock.now_ns, journal=journal, causes=Causes(),
                traits=traits_of(channel, "virtual", clock.now_ns),
            )
            for channel, each in zip(channels, opened, strict=True)
        ]  # fmt: skip

    idle_s = filling_s(messages)
    began_s = time.process_time()
    buses = clock.run(open_buses())
    fill([each.queue.put for each in opened], messages)
    wait_for(lambda: sum(bus.frame_count for bus in buses) == FRAMES)

    async def close() -> None:
        for bus in buses:
            bus.close()

    clock.run(close())
    done()
    cost_us = (time.process_time() - began_s - idle_s) / FRAMES * 1e6
    clock.close()
    recorded = sum(isinstance(entry.event, FrameSeen) for entry in journal.entries)
    if recorded != FRAMES:
        raise RuntimeError(f"{FRAMES - recorded} frames were lost")
    return cost_us


def wait_for(condition: Callable[[], bool], within_s: float = 120.0) -> None:
    """Wait until something is true."""
    until_s = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until_s:
            raise TimeoutError
        time.sleep(0.005)


def capture() -> None:
    """Compare what recording a frame costs."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = [(theirs_cost(Path(folder)), ours_cost(Path(folder))) for _ in range(5)]
    theirs, own = (statistics.median(each) for each in zip(*pairs, strict=True))
    row("capture from 4 buses, python-can Notifier to BLF: CPU a frame", f"{theirs:.1f} µs")
    row("capture from 4 buses, ours to a recording: CPU a frame", f"{own:.1f} µs")
    row("capture: ours / python-can", f"{own / theirs:.2f}", "<= 1.3")
    row(f"capture: cores for {FULL_LOAD} frames/s (4 x 1 Mbit/s)",
        f"{own * FULL_LOAD / 1e6:.2f}", "< 1")  # fmt: skip


if __name__ == "__main__":
    begin()
    capture()
