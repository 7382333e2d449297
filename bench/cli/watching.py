"""Watching: a run that is being made, or a scenario of one played again."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.live import Live

from bench.cli.ending import say
from bench.cli.tracing import recording_of
from bench.dashboard.bus_load import BusLoad
from bench.dashboard.effects import take_effect
from bench.dashboard.panels import Dashboard
from bench.dashboard.progress import line_of
from bench.dashboard.station_state import StationState
from bench.errors import ConfigError, RecordingDamaged
from bench.evidence.following import Followed, RunFollower
from bench.evidence.gathering import is_part
from bench.evidence.recording_file import read_recording
from bench.evidence.stored_run import read_run
from bench.judge.verdict import Verdict
from bench.presentation.lines import write_lines
from bench.units import NS_PER_S, duration

LOOK_S = 0.25
PATIENCE_S = 3.0  # for the process that draws, to give the terminal back
QUIET_S = 30.0  # after that without anything new, the footer says how long it has been


class Watching:
    """What is shown of a run: the scenario that runs now, and all verdicts so far."""

    def __init__(self, run: Path) -> None:
        self._follower, self._run = RunFollower(run), run
        document = read_run(run)
        self.title = f"{document.get('what', run.name)} on {document.get('car', '?')}"
        self._followed: Followed | None = None
        self.state, self._load = StationState(), BusLoad()
        self._began = _moment(document.get("began"))
        self._ended_with = ""
        self.all_shown = False  # whatever the terminal's height
        self._planned = 0 if is_part(run) else len(document.get("planned") or ())
        self._news_s = time.monotonic()

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self._follower.over

    @property
    def cut_short(self) -> bool:
        """Whether the run has died on its way."""
        return self._follower.cut_short

    @property
    def gone(self) -> bool:
        """Whether nothing more will come of the run."""
        return self.over or self.cut_short or self._follower.moved

    @property
    def verdicts(self) -> list[Verdict]:
        """Every verdict so far."""
        return list(self._follower.verdicts.values())

    def look(self) -> list[Verdict]:
        """Take in what is new; return the new verdicts."""
        found = self._follower.new_verdicts()
        running = self._follower.running()
        if running is not None and (self._followed is None or running.name != self._followed.name):
            self._take()  # what the one before has still said
            self._followed, self.state, self._load = running, StationState(), BusLoad()
        if self._take() or found:
            self._news_s = time.monotonic()
        if self.gone and self._followed is None and not self._ended_with:
            self._take_last()
        return found

    def _take_last(self) -> None:
        """Show the end of the last scenario that has one: nothing was seen of it as it ran."""
        for verdict in reversed(self.verdicts):
            with suppress(OSError, RecordingDamaged, ConfigError):
                recording, _ = read_recording(recording_of(self._run, verdict.scenario))
                self.state = StationState(header=recording.header)
                for entry in recording.entries:
                    take_effect(self.state, entry)
                    self._load.take(entry, recording.header.bit_rates)
                self._ended_with = verdict.scenario
                return

    def _take(self) -> int:
        if self._followed is None:
            return 0
        entries = list(self._followed.entries())
        self.state.header = header = self._followed.header
        for entry in entries:
            take_effect(self.state, entry)
            if header is not None:
                self._load.take(entry, header.bit_rates)
        return len(entries)

    def dashboard(self) -> Dashboard:
        """Return what is to be drawn now."""
        within = not self.all_shown
        return Dashboard(
            self.state, self.verdicts, self.title, self._footer(), self._load, within=within
        )

    def _footer(self) -> str:
        """Return how the run stands; a name comes last, where a line may be cut off."""
        shown = f"; shown: the end of {self._ended_with}" if self._ended_with else ""
        if self.cut_short or self.over:
            return f"{self.ended or 'the run is over'}{shown}"
        if self._follower.moved:
            return f"{self._run}: the run is not here any more"
        silent_s = time.monotonic() - self._news_s
        quiet = [f"nothing new for {silent_s:.0f} s"] if silent_s > QUIET_S else []
        name = self._followed.name if self._followed is not None else "no scenario runs"
        stands = ", ".join([*self._progress(), *quiet])
        return f"{stands}: {name}" if stands else name

    @property
    def ended(self) -> str:
        """How far a run came that has died or was stopped, and in which scenario ("": neither)."""
        done = len(self._follower.verdicts)
        if not self.cut_short and done >= self._planned:
            return ""
        reached = f"{done} of {self._planned} scenarios" if self._planned else f"{done} scenarios"
        running = self._follower.running()
        how = "has died" if self.cut_short else "was stopped"
        return f"the run {how} after {reached}" + (f", in {running.name}" if running else "")

    def _progress(self) -> Iterator[str]:
        """Yield how far the run is, and how long it has taken and may take yet."""
        done, planned = len(self._follower.verdicts), self._planned
        if not planned or self._began is None:
            return
        so_far_s = (datetime.now(UTC) - self._began).total_seconds()
        if so_far_s < 0:  # somebody has set the calendar back
            yield f"{done} of {planned} scenarios"
            return
        yield f"{done} of {planned} scenarios in {duration(so_far_s)}"
        if done:
            yield f"about {duration(so_far_s / done * (planned - done))} left"


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


@contextmanager
def beside(run: Path) -> Iterator[Callable[[object], None]]:
    """Have another process follow the run in this terminal while the block lasts."""
    command = [sys.executable, "-m", "bench.cli.main", "watch", str(run)]
    # Ctrl-C is for the run: it ends the one that draws, and what is ignored now stays ignored there
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        watcher = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 our own
    finally:
        signal.signal(signal.SIGINT, before)
    with watcher:
        try:
            yield lambda _reached: None
        finally:
            watcher.terminate()
            try:
                watcher.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                watcher.kill()


def _leave(_number: int, _frame: object) -> None:
    """End in order, so that the terminal gets its cursor back."""
    raise SystemExit(0)


def follow(run: Path, *, once: bool = False) -> int:
    """Show a run until it is over, or has died; in a pipe, a line per verdict.

    Raises:
        RunFolderError: there is no run.
    """
    watching = Watching(run)
    if once:
        watching.look()
        watching.all_shown = True
        Console().print(watching.dashboard())
        return 0
    if not sys.stdout.isatty():
        return _follow_in_lines(watching)
    signal.signal(signal.SIGTERM, _leave)
    with Live(get_renderable=watching.dashboard, refresh_per_second=4, screen=False):
        while True:
            over = watching.gone  # asked first: what comes before the end is still read
            watching.look()
            if over:
                watching.all_shown = True  # the last view stays, and is not drawn over
                return 0
            time.sleep(LOOK_S)


def _follow_in_lines(watching: Watching) -> int:
    while True:
        over = watching.gone
        for verdict in watching.look():
            write_lines(line_of(verdict))
        sys.stdout.flush()
        if over:
            if watching.ended:
                say(watching.ended)
            return 0
        time.sleep(LOOK_S)


def play_again(run: Path, scenario: str, speed: float) -> int:
    """Play a finished scenario at so many times the speed at which it happened.

    Raises:
        ConfigError: the speed makes no sense.
        RunFolderError, UnknownName: there is no such run, or no such scenario in it.
    """
    if not 0 < speed <= 1e6:
        raise ConfigError(f"--speed: {speed:g} is not between 0 and 1000000")
    recording, verdict = read_recording(recording_of(run, scenario))
    state, load = StationState(header=recording.header), BusLoad()
    for entry in recording.entries:  # ahead: cyclic frames are recorded when they end
        load.take(entry, recording.header.bit_rates)
    done = [verdict] if verdict is not None else []
    footer = f"{speed:g} times as fast as it happened"
    shown = Dashboard(state, done, scenario, footer, load, within=True)
    with Live(shown, refresh_per_second=10, transient=True, console=Console()):
        for entry in recording.entries:
            _wait_until(state, entry.t_ns, speed)
            take_effect(state, entry)
    Console().print(Dashboard(state, done, scenario, load=load))
    return 0


def _wait_until(state: StationState, t_ns: int, speed: float) -> None:
    """Sleep through a pause in the recording, in steps in which the clock is seen to move."""
    for at_ns in _steps(state.t_ns, t_ns, speed):
        time.sleep((at_ns - state.t_ns) / NS_PER_S / speed)
        state.t_ns = at_ns


def _steps(from_ns: int, to_ns: int, speed: float) -> Iterator[int]:
    step_ns = max(1, round(0.1 * speed * NS_PER_S))
    yield from range(from_ns + step_ns, to_ns, step_ns)
    if to_ns > from_ns:
        yield to_ns
