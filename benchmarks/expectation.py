"""How long an expectation takes, from the frame sent to the call returned.

    python benchmarks/expectation.py

Over python-can's `virtual`, whose two ends live in one process, and over sockets (`udp_multicast`).
On any processor, and, as with `[bench] cpu`, on one.
The machine's speed drifts, so read the ratios; what is compared takes turns. Each row has median
and 99th percentile.
"""

import multiprocessing
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import can
import cantools
from cantools.tester import Tester
from table import begin, percentile, row

from bench.access.handles.bench import Bench, make_setup
from bench.can.databases import bundled
from bench.can.expectations import BusView
from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.opening import open_channel, traits_of
from bench.can.roles import load_roles
from bench.clock.real import RealTime
from bench.evidence.recording_file import RecordingWriter
from bench.journal import Journal
from bench.recording import Header

TURNS, PER_TURN = 80, 25
LOOK_BACK_NS = 5_000_000  # the message may be there before the call looks
MESSAGE, SIGNAL = "PEPS_AccessRequest", "KeySlot"
HEADER = Header({}, {}, (), {}, {}, 1, "virtual")


@dataclass(frozen=True)
class Wire:
    """Where the frames come over; each process has its own."""

    interface: str
    channel: str
    options: dict[str, Any] = field(default_factory=dict)

    def open(self) -> can.BusABC:
        """Return one more end of it."""
        return open_channel("body", self.interface, self.channel, **self.options)


def virtual(_number: int) -> Wire:
    """Return python-can's virtual bus."""
    return Wire("virtual", "latency")


def sockets(number: int) -> Wire:
    """Return a multicast group on this computer, with a port for each contestant."""
    return Wire("udp_multicast", "239.74.163.2", {"port": 43_200 + number, "hop_limit": 0})


Wait = Callable[[int], None]  # returns when the message with this number has come
Made = tuple[Wait, Callable[[], None]]  # and what closes it


class Sender:
    """Sends a message from a thread of its own, a moment after it was asked to."""

    def __init__(self, wire: Wire) -> None:
        self.database = cantools.database.load_file(bundled("body.dbc"))
        self._message = self.database.get_message_by_name(MESSAGE)
        self._bus = wire.open()
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


def plain_loop(wire: Wire, sender: Sender, _folder: Path) -> Made:
    """Return a wait that is a loop around `recv`."""
    bus = wire.open()
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


def tester(wire: Wire, sender: Sender, _folder: Path) -> Made:
    """Return a wait that is cantools.tester's."""
    bus = wire.open()
    made = Tester("", sender.database, bus)

    def wait(number: int) -> None:
        if made.expect(MESSAGE, {SIGNAL: number}, timeout=1.0) is None:
            raise TimeoutError

    def close() -> None:
        made._notifier.stop()  # noqa: SLF001 it has no method that does
        bus.shutdown()

    return wait, close


def ours(wire: Wire, _sender: Sender, folder: Path, cpu: int | None = None) -> Made:
    """Return a wait that is ours: a bus, its journal, a recording on disk, an expectation."""
    clock = RealTime(cpu=cpu)
    journal = Journal(clock.now_ns)
    done = RecordingWriter(folder, "latency").sink(HEADER, journal)
    roles = load_roles("body.toml", [], folder)

    async def open_bus() -> InterfaceBus:
        return InterfaceBus(
            "body", wire.open(), now_ns=clock.now_ns, journal=journal, causes=Causes(),
            traits=traits_of("body", wire.interface, clock.now_ns),
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


def whole_bench(wire: Wire, _sender: Sender, folder: Path, cpu: int | None = None) -> Made:
    """Return the same as a test has it: with a simulated car on the bus, cloud, phone and all."""
    file = folder / "bench.toml"
    processor = "" if cpu is None else f"cpu = {cpu}\n"
    file.write_text(
        f'[bench]\ntime = "real"\n{processor}[can.body]\n'
        f'interface = "{wire.interface}"\nchannel = "{wire.channel}"\n'
    )
    bench = Bench(make_setup(file)).open()

    def wait(number: int) -> None:
        since_s = bench.now_s - LOOK_BACK_NS / 1e9
        bench.can.body.expect(MESSAGE, within_s=1.0, since_s=since_s, **{SIGNAL: number})

    def close() -> None:
        bench.close()

    return wait, close


ONE = max(os.sched_getaffinity(0))
CONTESTANTS: dict[str, Callable[[Wire, Sender, Path], Made]] = {
    "plain": plain_loop, "tester": tester,
    "ours": ours, "ours, one": partial(ours, cpu=ONE),
    "bench": whole_bench, "bench, one": partial(whole_bench, cpu=ONE),
}  # fmt: skip


def compete(name: str, wire: Wire, asked: Connection) -> None:
    """Measure a few whenever asked, in a process of one's own: settings of another do not help."""
    with tempfile.TemporaryDirectory() as folder:
        sender = Sender(wire)
        wait, close = CONTESTANTS[name](wire, sender, Path(folder))
        asked.send([])
        while asked.recv():
            asked.send(latencies(wait, sender))
        close()
        sender.close()


def measured(names: tuple[str, ...], wire_of: Callable[[int], Wire]) -> dict[str, list[float]]:
    """Return what each contestant took, in µs."""
    spawn = multiprocessing.get_context("spawn")
    ends, processes = {}, []
    for number, name in enumerate(names):
        ends[name], theirs = spawn.Pipe()
        arguments = (name, wire_of(number), theirs)
        processes.append(spawn.Process(target=compete, args=arguments, daemon=True))
        processes[-1].start()
        ends[name].recv()
    taken: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(TURNS):
        for name, end in ends.items():
            end.send(True)
            taken[name] += end.recv()
    for end, process in zip(ends.values(), processes, strict=True):
        end.send(False)
        process.join()
    return taken


WORDS = {
    "plain": "plain receive loop",
    "tester": "cantools.tester",
    "ours": "ours",
    "ours, one": "ours, one processor",
    "bench": "ours, with a simulated car on the bus",
    "bench, one": "ours, with a simulated car on the bus, one processor",
}
WANTED = {"tester": "<= 1 / <= 0.5", "plain": "stretch <= 1.5 /"}


def against(where: str, name: str, peer: str, taken: dict[str, list[float]]) -> None:
    """Print the ratio of two medians, and of two 99th percentiles."""
    own, theirs = taken[name], taken[peer]
    median = statistics.median(own) / statistics.median(theirs)
    last = percentile(own, 0.99) / percentile(theirs, 0.99)
    wanted = WANTED[peer] if where == "virtual" and name != "plain" else ""
    row(f"{where}: {WORDS[name]} against {WORDS[peer]}", f"{median:.2f} / {last:.2f}", wanted)


def tell(where: str, taken: dict[str, list[float]]) -> None:
    """Print what was measured over one wire: each time the median, and the 99th percentile."""
    for name, values in taken.items():
        median, last = statistics.median(values), percentile(values, 0.99)
        row(f"{where}, {WORDS[name]}", f"{median:.0f} / {last:.0f} µs")
    against(where, "plain", "tester", taken)
    for name in taken:
        if name.startswith("ours"):
            against(where, name, "tester", taken)
            against(where, name, "plain", taken)


def expectation() -> None:
    """Compare how long an expectation takes."""
    tell("virtual", measured(tuple(CONTESTANTS), virtual))
    tell("sockets", measured(("plain", "tester", "ours", "ours, one"), sockets))


if __name__ == "__main__":
    begin()
    expectation()
