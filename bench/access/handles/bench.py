"""The bench in a test's hands."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from bench.access import starting_state
from bench.access.handles.asleep import until_asleep
from bench.access.handles.can import CanHandle
from bench.access.handles.car import CarHandle
from bench.access.handles.cloud import CloudHandle
from bench.access.handles.diagnosis import DiagnosisHandle
from bench.access.handles.durations import checked_amount, checked_s
from bench.access.handles.instruments import MetersHandle, RelaysHandle, SuppliesHandle
from bench.access.handles.lin import LinHandle
from bench.access.handles.owner import OwnerHandle
from bench.access.handles.telematics import TelematicsHandle
from bench.access.handles.thief import ThiefHandle
from bench.access.handles.wanted import check_wanted
from bench.access.header import header_at
from bench.access.intent import Intent
from bench.access.runner import end
from bench.car.model import CarModel, load_car
from bench.clock.real import RealTime
from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase
from bench.config.bench_file import StationFile, load_bench
from bench.errors import ExpectationFailed
from bench.events import ActSensed
from bench.file_name import FileName
from bench.journal import Entry, Journal
from bench.judge.verdict import TEST
from bench.network.wiretap import Wiretap
from bench.recording import Header, Recording
from bench.station.plan import Plan
from bench.station.station import Station, open_station

T = TypeVar("T")
SETTLE_S = 4.5  # the telematics unit is connected, everybody has reported
GIVE_UP_S = 50.0


@dataclass(frozen=True)
class Setup:
    """What a test needs of a bench.

    Attributes:
        file: the station.
        model: the car.
        owner: who acts, by name.
        locked: whether the car is locked at the beginning.
        mode: its power mode at the beginning.
        seed: of all randomness.
        defects: switched on beside those of the car file.
    """

    file: StationFile
    model: CarModel
    owner: str = "phone_only"
    locked: bool = True
    mode: str = "off"
    seed: int = 1
    defects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """An expectation that failed, and how many entries had been recorded by then."""

    error: ExpectationFailed
    entries: int


def make_setup(
    bench_file: FileName | None = None, *, car: FileName | None = None, **rest: Any
) -> Setup:
    """Return a setup from a bench file and a car's name.

    Args:
        bench_file: the bench file (default as on the command line).
        car: a car's name or file (default: the bench file's).
        **rest: of `Setup`: owner, locked, mode, seed, defects.

    Raises:
        ConfigError: a file, a name or a value is wrong.
    """
    check_wanted(rest)
    file = load_bench(bench_file)
    chosen = car or file.content.bench.car or "sound"
    model = load_car(chosen, Path.cwd() if car else file.base)
    if rest.get("seed") is None:
        rest["seed"] = file.content.bench.seed
    return Setup(file, model, **rest)


class Bench:
    """An open bench: one world, from `open` to `close`.

    Every call returns when what it did is done on the bench's clock. In simulated time the loop
    runs while a call waits; in real time it lives on a thread.

    Args:
        setup: what is needed.
        name: what its recording is called.
    """

    def __init__(self, setup: Setup, name: str = "session") -> None:
        self.setup, self.name = setup, name
        simulated = setup.file.content.bench.time == "simulated"
        self.time: Timebase = SimulatedTime() if simulated else RealTime()
        self.journal = Journal(self.time.now_ns)
        self.stimulus_ns = 0
        self.failed: Failed | None = None
        self._recording: Recording | None = None
        self._done: Callable[[], None] = lambda: None
        self._undo = ExitStack()

    def open(self, sink: Any = None, tap: Wiretap | None = None) -> "Bench":
        """Open the station, begin, and wait until everybody has settled.

        Args:
            sink: as in `run_scenario`.
            tap: listens to the network.

        Where this fails, everything that was opened is closed as by `close`.
        """
        with ExitStack() as undo:
            undo.callback(self.time.close)
            self.station: Station = self.time.run(self._open(tap))
            undo.callback(self._shut)
            self.header = self._make_header()
            if sink is not None:
                self._done = sink(self.header, self.journal)
            self.time.run(self._settle())
            self._hand_out()
            undo.callback(self.journal.watch(self._on_entry))
            self.stimulate()  # what was sent while the bench was set up answers no test
            self._undo = undo.pop_all()
        return self

    def _on_entry(self, entry: Entry) -> None:
        """Take an owner's act for a stimulus when it is sensed: the way to the car comes before."""
        if isinstance(entry.event, ActSensed):
            self.stimulus_ns = entry.t_ns

    def _hand_out(self) -> None:
        """Make what a test holds in its hands."""
        self.owner = OwnerHandle(self)
        self.cloud = CloudHandle(self)
        self.can = CanHandle(self)
        self.lin = LinHandle(self)
        self.relays = RelaysHandle(self)
        self.supplies = SuppliesHandle(self)
        self.meters = MetersHandle(self)
        self.telematics = TelematicsHandle(self)
        self.car = CarHandle(self)
        self.thief = ThiefHandle(self)
        self.diagnosis = DiagnosisHandle(self)

    async def _open(self, tap: Wiretap | None) -> Station:
        setup = self.setup
        plan = Plan(setup.owner, setup.locked, setup.mode, setup.seed, defects=setup.defects)
        return await open_station(setup.file, setup.model, plan, self.time, self.journal, tap)

    async def _settle(self) -> None:
        await self.station.begin()
        await asyncio.sleep(SETTLE_S)
        starting_state.check(self.station, self.header.starting_state)
        self.station.worst_lateness_ns()  # waking up is not what punctuality is asked of

    def _make_header(self) -> Header:
        setup = self.setup
        intent = Intent("door", setup.locked, setup.mode)
        scenario = {
            "id": self.name,
            "car": setup.model.name,
            "owner": setup.owner,
            "path": TEST,
            "intent": TEST,
            "needs_cloud": False,
            "give_up_s": GIVE_UP_S,
            "helps": True,
            "outage": None,
            "phases": [],
            "timeline": {},
            "defects": [*setup.model.file.defects, *setup.defects],
        }
        return header_at(
            self.station, scenario, limits={}, state=starting_state.declared(intent),
            seed=setup.seed,
        )  # fmt: skip

    # ── time ──────────────────────────────────────────────────────────────────────────────

    @property
    def now_s(self) -> float:
        """The bench time, in seconds."""
        return self.time.now_ns() / 1e9

    def wait(self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0) -> None:
        """Let bench time pass; raises ConfigError for a time that is none."""
        parts = (("seconds", seconds, 1), ("minutes", minutes, 60), ("hours", hours, 3600))
        lasts_s = sum(unit * checked_s(name, n) for name, n, unit in parts)
        self.run(asyncio.sleep(lasts_s), lasts_s=lasts_s)

    def expect_asleep(
        self, *, within_s: float, quiet_s: float = 2.0, limit_ma: float | None = None
    ) -> None:
        """Wait until the car sleeps: every bus silent, and next to no current.

        Args:
            within_s: how long it may take.
            quiet_s: silence that counts as sleep; longer than any cycle.
            limit_ma: the most that all supplies together may give (a parked car draws some
                10 to 50 mA); None where no supply can measure.

        Raises:
            StillAwake: which bus, or which supply, and how far from asleep.
        """
        within_s, quiet_s = checked_s("within_s", within_s), checked_s("quiet_s", quiet_s)
        if limit_ma is not None:
            limit_ma = checked_amount("limit_ma", limit_ma, "mA")
        asleep = until_asleep(self.station, within_s, quiet_s, limit_ma)
        self.run(asleep, lasts_s=within_s)

    def run(self, coro: Coroutine[Any, Any, T], *, lasts_s: float = 0.0) -> T:
        """Run a coroutine on the bench's loop and return what it returns.

        Args:
            coro: what to do.
            lasts_s: bench time that it may take. In real time, a call that takes ten minutes longer
                is taken for a hang.

        Raises:
            StationError: it hung.
        """
        self.station.buses.flush()  # what an expectation has seen, the loop knows, too
        self.station.lin.flush()
        with self.noting_failure():
            return self.time.run(coro, lasts_s=lasts_s)

    @contextmanager
    def noting_failure(self) -> Iterator[None]:
        """Remember how far the recording was when an expectation failed inside the block."""
        try:
            yield
        except ExpectationFailed as error:
            self.failed = Failed(error, len(self.journal.entries))
            raise

    def stimulate(self) -> int:
        """Remember this moment: expectations without `since` look from here on."""
        self.stimulus_ns = self.time.now_ns()
        return self.stimulus_ns

    def allow(self, seconds: float) -> Any:
        """Return a context in which a call may keep the bench's loop busy for so long.

        Without it, a loop that is silent for longer than `[bench] heartbeat_s` hangs: the guardian
        kills the run and makes the bench safe.
        """
        hold, seconds = self.station.guarded.hold, checked_s("seconds", seconds)
        return nullcontext() if hold is None else hold.allowing(seconds)

    # ── the end ───────────────────────────────────────────────────────────────────────────

    def recording(self) -> Recording:
        """Return what has been recorded so far (complete after `close`)."""
        if self._recording is not None:
            return self._recording
        return Recording(self._header_now(), self.journal.entries)

    def _header_now(self) -> Header:
        outage = ", ".join(self.cloud.armed_specs) if hasattr(self, "cloud") else ""
        return replace(self.header, scenario={**self.header.scenario, "outage": outage or None})

    def close(self) -> Recording:
        """End: instruments safe, everything closed, the recording complete."""
        if self._recording is None:
            try:
                self._undo.close()
            finally:
                self._recording = Recording(self._header_now(), self.journal.entries)
        return self._recording

    def _shut(self) -> None:
        """Close the station, and its recording in any case."""
        try:
            self.time.run(self._close())
        finally:
            self._done()

    async def _close(self) -> None:
        if unsafe := await end(self.station):
            raise unsafe

    def __repr__(self) -> str:
        return f"<bench {self.setup.file.content.bench.name!r} at {self.now_s:.3f} s>"

    def __enter__(self) -> "Bench":
        return self.open()

    def __exit__(self, *_exc: object) -> None:
        self.close()


def open_bench(bench_file: FileName | None = None, **rest: Any) -> Bench:
    """Return a bench for a script, to be used as a context manager.

    Args:
        bench_file: the bench file, as text or a path (default as on the command line).
        **rest: what `make_setup` takes: car (a name or a file), owner, locked, mode, seed, defects.
    """
    return Bench(make_setup(bench_file, **rest))
