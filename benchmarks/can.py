"""How fast the bench is on CAN in real time, as ratios in one run against what its parts can do.

    python benchmarks/can.py

Everything goes over python-can's `virtual` in this process. The machine's speed drifts, so read the
ratios; what is compared takes turns.
"""

import asyncio
import itertools
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

# a script's folder comes first on the path, and there this file would pass for python-can
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).parent]

import can
import cantools
from cantools.tester import Tester

from bench.access.handles.bench import Bench, make_setup
from bench.can.causes import Causes
from bench.can.databases import bundled
from bench.can.expectations import BusView
from bench.can.frame import Frame
from bench.can.interface import InterfaceBus
from bench.can.opening import open_channel, traits_of
from bench.can.roles import load_roles
from bench.clock.real import RealTime
from bench.events import FrameSeen
from bench.evidence.recording_file import RecordingWriter
from bench.journal import Journal
from bench.recording import Header

TURNS, PER_TURN = 80, 25
BUSES, FRAMES = 4, 40_000  # in all; in one go, as fast as they can be sent
CYCLIC, PERIOD_S, CYCLES_S, CYCLIC_TURNS = 20, 0.01, 2.0, 6
BEGINNING_S = 0.2  # in which threads start
BUSY_S = 0.02  # as long as a TLS handshake may take
FULL_LOAD = 32_000  # frames a second on four buses of 1 Mbit/s
LOOK_BACK_NS = 5_000_000  # the message may be there before the call looks
MESSAGE, SIGNAL = "PEPS_AccessRequest", "KeySlot"
HEADER = Header({}, {}, (), {}, {}, 1, "virtual")
_CHANNELS = itertools.count(1)


def row(what: str, value: str, wanted: str = "") -> None:
    """Print one line of the table."""
    print(f"{what:70} {value:>12}   {wanted}", flush=True)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


# ── an expectation's latency ──────────────────────────────────────────────────────────────

Wait = Callable[[int], None]  # returns when the message with this number has come


class Sender:
    """Sends a message from a thread of its own, a moment after it was asked to."""

    def __init__(self, channel: str) -> None:
        self.database = cantools.database.load_file(bundled("body.dbc"))
        self._message = self.database.get_message_by_name(MESSAGE)
        self._bus = can.Bus(interface="virtual", channel=channel)
        self._asked = threading.Event()
        self._number = 0
        self.sent_ns = 0
        self._over = False
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def ask(self, number: int) -> None:
        """Send the message with this number in a moment."""
        self._number = number
        self._asked.set()

    def _live(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            if self._over:
                return
            values = dict.fromkeys((s.name for s in self._message.signals), 0)
            data = self._message.encode({**values, SIGNAL: self._number}, strict=False)
            message = can.Message(
                arbitration_id=self._message.frame_id, data=data, is_extended_id=False
            )
            time.sleep(0.001)  # the other side waits by now
            self.sent_ns = time.perf_counter_ns()
            self._bus.send(message)

    def close(self) -> None:
        """End the thread."""
        self._over = True
        self._asked.set()
        self._thread.join()
        self._bus.shutdown()


def latencies(wait: Wait, sender: Sender) -> list[float]:
    """Return, for some messages, the time from sending to the return of `wait`, in µs."""
    taken = []
    for number in range(PER_TURN):
        sender.ask(number % 250)
        wait(number % 250)
        taken.append((time.perf_counter_ns() - sender.sent_ns) / 1000)
    return taken


def plain_loop(channel: str, sender: Sender) -> tuple[Wait, Callable[[], None]]:
    """Return a wait that is a loop around `recv`."""
    bus = can.Bus(interface="virtual", channel=channel)
    definition = sender.database.get_message_by_name(MESSAGE)

    def wait(number: int) -> None:
        while True:
            message = bus.recv(1.0)
            if message is None:
                raise TimeoutError
            right = message.arbitration_id == definition.frame_id
            if right and definition.decode(message.data)[SIGNAL] == number:
                return

    return wait, bus.shutdown


def tester(channel: str, sender: Sender) -> tuple[Wait, Callable[[], None]]:
    """Return a wait that is cantools.tester's."""
    bus = can.Bus(interface="virtual", channel=channel)
    made = Tester("", sender.database, bus)

    def wait(number: int) -> None:
        if made.expect(MESSAGE, {SIGNAL: number}, timeout=1.0) is None:
            raise TimeoutError

    def close() -> None:
        made._notifier.stop()  # noqa: SLF001 it has no method that does
        bus.shutdown()

    return wait, close


def ours(channel: str, folder: Path) -> tuple[Wait, Callable[[], None]]:
    """Return a wait that is ours: a bus, its journal, a recording on disk, an expectation."""
    clock = RealTime()
    journal = Journal(clock.now_ns)
    done = RecordingWriter(folder, channel).sink(HEADER, journal)
    roles = load_roles("body.toml", [], folder)

    async def open_bus() -> InterfaceBus:
        return InterfaceBus(
            "body", open_channel("body", "virtual", channel), now_ns=clock.now_ns,
            journal=journal, causes=Causes(),
        )  # fmt: skip

    bus = clock.run(open_bus())
    view = BusView(bus.port("bench"), roles, journal)

    def wait(number: int) -> None:
        since_ns = clock.now_ns() - LOOK_BACK_NS
        view.expect_here(MESSAGE, within_s=1.0, since_ns=since_ns, **{SIGNAL: number})

    async def close_bus() -> None:
        bus.close()

    def close() -> None:
        clock.run(close_bus())
        done()
        clock.close()

    return wait, close


def whole_bench(channel: str, folder: Path) -> tuple[Wait, Callable[[], None]]:
    """Return the same as a test has it: with a simulated car on the bus, cloud, phone and all."""
    file = folder / "bench.toml"
    file.write_text(
        f'[bench]\ntime = "real"\n[can.body]\ninterface = "virtual"\nchannel = "{channel}"\n'
    )
    bench = Bench(make_setup(file)).open()

    def wait(number: int) -> None:
        since_s = bench.now_s - LOOK_BACK_NS / 1e9
        bench.can.body.expect(MESSAGE, within_s=1.0, since_s=since_s, **{SIGNAL: number})

    def close() -> None:
        bench.close()

    return wait, close


Made = tuple[Wait, Callable[[], None]]


def _plain(channel: str, sender: Sender, _folder: Path) -> Made:
    return plain_loop(channel, sender)


def _tester(channel: str, sender: Sender, _folder: Path) -> Made:
    return tester(channel, sender)


def _ours(channel: str, _sender: Sender, folder: Path) -> Made:
    return ours(channel, folder)


def _bench(channel: str, _sender: Sender, folder: Path) -> Made:
    return whole_bench(channel, folder)


CONTESTANTS: dict[str, Callable[[str, Sender, Path], Made]] = {
    "plain": _plain, "tester": _tester, "ours": _ours, "bench": _bench
}  # fmt: skip


def compete(name: str, asked: Connection) -> None:
    """Measure a few whenever asked, in a process of one's own: settings of another do not help."""
    with tempfile.TemporaryDirectory() as folder:
        sender = Sender("latency")
        wait, close = CONTESTANTS[name]("latency", sender, Path(folder))
        asked.send([])
        while asked.recv():
            asked.send(latencies(wait, sender))
        close()
        sender.close()


def expectation() -> None:
    """Compare how long an expectation takes."""
    spawn = multiprocessing.get_context("spawn")
    ends, processes = {}, []
    for name in CONTESTANTS:
        ends[name], theirs = spawn.Pipe()
        processes.append(spawn.Process(target=compete, args=(name, theirs), daemon=True))
        processes[-1].start()
        ends[name].recv()
    taken: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for _ in range(TURNS):
        for name, end in ends.items():
            end.send(True)
            taken[name] += end.recv()
    for end, process in zip(ends.values(), processes, strict=True):
        end.send(False)
        process.join()
    tell(list(taken.values()))


def tell(taken: list[list[float]]) -> None:
    """Print what was measured."""
    plain, theirs, own, bench = taken
    for name, values in (
        ("plain receive loop", plain), ("cantools.tester", theirs), ("ours", own),
        ("ours, with a simulated car on the bus", bench),
    ):  # fmt: skip
        row(f"expectation, {name}: median / 99th percentile",
            f"{statistics.median(values):.0f} / {percentile(values, 0.99):.0f} µs")  # fmt: skip
    ratio = statistics.median(own) / statistics.median(theirs)
    row("expectation: median, ours / cantools.tester", f"{ratio:.2f}", "<= 1")
    ratio = percentile(own, 0.99) / percentile(theirs, 0.99)
    row("expectation: 99th percentile, ours / cantools.tester", f"{ratio:.2f}", "<= 0.5")
    ratio = statistics.median(own) / statistics.median(plain)
    row("expectation: median, ours / plain loop", f"{ratio:.2f}", "stretch <= 1.5")


# ── capture ───────────────────────────────────────────────────────────────────────────────


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


# ── cyclic sending ────────────────────────────────────────────────────────────────────────


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


def our_periods(*, busy: bool = False) -> list[float]:
    """Return the period errors of our cyclic messages, with counters that change.

    `busy`: the bench's loop computes half of the time.
    """
    channel = f"cyclic-{next(_CHANNELS)}"
    receiver = can.Bus(interface="virtual", channel=channel)
    clock = RealTime()
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
    apart_s = PERIOD_S / CYCLIC
    contestants: dict[str, Callable[[], list[float]]] = {
        "python-can's tasks, begun at once": lambda: their_periods(0.0),
        "python-can's tasks": lambda: their_periods(apart_s),
        "ours": our_periods,
        "python-can's tasks, a thread computes": lambda: their_periods(apart_s, busy=True),
        "ours, the loop computes": lambda: our_periods(busy=True),
    }
    errors: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(CYCLIC_TURNS):
        for name, measure in contestants.items():
            errors[name] += measure()
    for name, values in errors.items():
        row(f"{CYCLIC} messages at 10 ms, {name}: median / 99 %",
            f"{statistics.median(values):.0f} / {percentile(values, 0.99):.0f} µs")  # fmt: skip
    _, theirs, own, theirs_busy, own_busy = (percentile(each, 0.99) for each in errors.values())
    row("cyclic sending: 99th percentile, ours / python-can", f"{own / theirs:.2f}", "<= 1")
    row("the same, half of the time busy", f"{own_busy / theirs_busy:.2f}", "<= 1")


def main() -> None:
    """Print the table."""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    wanted = sys.argv[1:] or ["expectation", "capture", "cyclic"]
    for name in wanted:
        {"expectation": expectation, "capture": capture, "cyclic": cyclic}[name]()


if __name__ == "__main__":
    main()
