"""The world of one test: an open station, its clock, and what is recorded of it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from bench.access import starting_state
from bench.access.handles.answer import Answer
from bench.access.handles.block import Blocks
from bench.access.handles.durations import checked_s
from bench.access.handles.on_loop import on_loop
from bench.access.handles.setup import Setup
from bench.access.header import header_at
from bench.access.intent import Intent
from bench.access.runner import end, make_time
from bench.errors import ConfigError, ExpectationFailed
from bench.events import ActSensed, Noted
from bench.faults.injector import Armed, spec_of
from bench.journal import Entry, Journal
from bench.judge.verdict import TEST
from bench.network.wiretap import Wiretap
from bench.recording import Header, Recording
from bench.station.beginning import begin
from bench.station.opening import open_station
from bench.station.plan import Plan
from bench.station.station import Station

T = TypeVar("T")
SETTLE_S = 4.5  # the telematics unit is connected, everybody has reported
GIVE_UP_S = 50.0


@dataclass(frozen=True)
class Failed:
    """An expectation that failed, and how many entries had been recorded by then."""

    error: ExpectationFailed
    entries: int


class World:
    """The world of one test: an open station on a clock, from `open` to `close`.

    Args:
        setup: what is needed.
        name: what its recording is called.
        test: what pytest calls the test, to run it again by ("": there is none).

    Attributes:
        stimulus_ns: from when on expectations look that say nothing else.
        failed: the expectation that failed, if one has.
        armed: the faults that were armed so far.
        blocks: calls that act inside a `with` block.
        answers: what the test has asked of attempts and has to look at.
    """

    def __init__(self, setup: Setup, name: str = "session", test: str = "") -> None:
        self.setup, self.name, self._test = setup, name, test
        self.time = make_time(setup.file)
        self.journal = Journal(self.time.now_ns)
        self.stimulus_ns = 0
        self.failed: Failed | None = None
        self.armed: list[Armed] = []
        self.blocks = Blocks()
        self.answers: list[Answer] = []
        self._recording: Recording | None = None
        self._done: Callable[[], None] = lambda: None
        self._undo = ExitStack()

    def open(self, sink: Any = None, tap: Wiretap | None = None) -> Self:
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
        """Make what is held in a test's hands: a world alone has nothing of it."""

    async def _open(self, tap: Wiretap | None) -> Station:
        setup = self.setup
        plan = Plan(setup.owner, setup.locked, setup.mode, setup.seed, defects=setup.defects)
        return await open_station(setup.file, setup.model, plan, self.time, self.journal, tap)

    async def _settle(self) -> None:
        await begin(self.station)
        await asyncio.sleep(SETTLE_S)
        # a real car stands as the test before has left it
        await starting_state.reach(self.station, self.header.starting_state)
        starting_state.check(self.station, self.header.starting_state)
        self.station.worst_lateness_ns()  # waking up is not what punctuality is asked of

    def _make_header(self) -> Header:
        setup = self.setup
        intent = Intent("door", setup.locked, setup.mode)
        scenario = {
            "id": self.name,
            "test": self._test,
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
            self.station, scenario, limits={},
            state=starting_state.of_a_test(intent, self.station), seed=setup.seed,
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

    def run(self, coro: Coroutine[Any, Any, T], *, lasts_s: float = 0.0) -> T:
        """Run a coroutine on the bench's loop and return what it returns.

        Args:
            coro: what to do.
            lasts_s: bench time that it may take. In real time, a call that takes ten minutes longer
                is taken for a hang.

        Raises:
            StationError: it hung; ConfigError: the bench is closed.
        """
        if self._recording is not None:
            coro.close()
            raise ConfigError(
                "the bench is closed: its scenario ends with the test, before a fixture's clean-up "
                "(nothing has to be cleaned up: the next test sees to its own starting state)"
            )
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

    def note(self, text: str) -> None:
        """Write a line of the test's own into its story: a step, a number that it has read."""
        self.run(on_loop(lambda: self.journal.write(Noted(text))))

    def answered(self, answer: Answer) -> Answer:
        """Remember an answer that the test has to look at, and return it."""
        self.answers.append(answer)
        return answer

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
        outage = ", ".join(spec_of(each.fault) for each in self.armed)
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

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, *_exc: object) -> None:
        self.close()
