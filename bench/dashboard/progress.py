"""A run while it happens: a live view in a terminal, a line per verdict in a pipe."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from bench.dashboard.colours import STYLES
from bench.dashboard.matrix import Matrix
from bench.dashboard.slow import slowest
from bench.judge.verdict import Verdict
from bench.judge.worst import BAD, ORDER
from bench.presentation.lines import write_lines
from bench.presentation.printable import printable
from bench.units import counted, duration

REDRAWS_PER_S = 4
MOST_WRONG = 3  # of what went wrong, the last so many
NUMBERS = len(" 9999/9999 0:00:00 left 0:00:00 ")
LEAST_BAR, MOST_BAR, LEAST_TITLE = 4, 40, 6


class ReachedLike(Protocol):
    """A verdict that was reached (what `access` yields; this room does not import it)."""

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        ...

    @property
    def simulated_s(self) -> float:
        """How much bench time its run took."""
        ...

    @property
    def final(self) -> bool:
        """Whether no repetition of its scenario is to come."""
        ...


Tell = Callable[[ReachedLike], None]


def line_of(verdict: Verdict) -> str:
    """Return a verdict in one line."""
    if verdict.is_test:
        return f"{verdict.verdict.upper():12} {verdict.scenario}: {verdict.reason}"
    outage = verdict.outage or "no outage"
    head = f"{verdict.verdict.upper():12} {verdict.path} {verdict.intent}, {outage}"
    return f"{head} ({verdict.owner}): {verdict.reason}"


@contextmanager
def plain(car: str, what: str, count: int, repeat: int) -> Iterator[Tell]:
    """Print a line per verdict."""
    times = f" × {repeat}" if repeat > 1 else ""
    write_lines(f"{what} on {car}: {counted(count, 'scenario')}{times}")

    def tell(reached: ReachedLike) -> None:
        if reached.final:
            write_lines(line_of(reached.verdict))

    yield tell


@contextmanager
def live(car: str, what: str, count: int, repeat: int) -> Iterator[Tell]:
    """Show progress, both times, what is slow and what went wrong, and the matrix as it fills."""
    console = Console()
    view = LiveView(console, f"{what} on {car}", count * repeat)
    with Live(
        console=console, get_renderable=view.drawn, refresh_per_second=REDRAWS_PER_S, transient=True
    ):
        yield view.tell


class LiveView:
    """A campaign in simulated time: too quick for one car to be looked at, so all at once."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console, self._title, self._bar = console, Text(printable(title)), BarColumn()
        self._progress = Progress(
            TextColumn("{task.description}", style="bold", markup=False), self._bar,
            MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
            console=console,
        )  # fmt: skip
        self._task = self._progress.add_task(title, total=total)
        self._verdicts: list[Verdict] = []
        self._simulated_s = 0.0

    def tell(self, reached: ReachedLike) -> None:
        """Take a verdict in."""
        self._progress.advance(self._task)
        self._simulated_s += reached.simulated_s
        if reached.final:
            self._verdicts.append(reached.verdict)

    def drawn(self) -> Group:
        """Return what is shown now."""
        verdicts = self._verdicts
        self._fit()
        parts: list[RenderableType] = [self._progress, self._pace(), counts(verdicts)]
        parts += slowest(verdicts)
        parts += map(told, wrong(verdicts)[-MOST_WRONG:])
        if verdicts:
            parts.append(Matrix(list(verdicts), brief=True))
        return Group(*parts)

    def _fit(self) -> None:
        """Shorten the title and the bar, not the numbers, where a terminal is narrow."""
        room = self._console.width - NUMBERS
        title = self._title.copy()
        title.truncate(max(LEAST_TITLE, room - LEAST_BAR), overflow="ellipsis")
        self._bar.bar_width = max(LEAST_BAR, min(MOST_BAR, room - title.cell_len))
        self._progress.update(self._task, description=title.plain)

    def _pace(self) -> Text:
        """Return simulated beside real time."""
        elapsed_s = self._progress.tasks[0].elapsed or 0.0
        text = Text(no_wrap=True, overflow="ellipsis", style="dim")
        text.append(f"{duration(self._simulated_s)} simulated")
        if elapsed_s > 1 and self._verdicts:
            text.append(f", {self._simulated_s / elapsed_s:,.0f} × real time")
            text.append(f", {60 * len(self._verdicts) / elapsed_s:,.0f} verdicts a minute")
        return text


def wrong(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return those that nobody wants."""
    return [each for each in verdicts if each.verdict in BAD]


def told(verdict: Verdict) -> Text:
    """Return a verdict in one line, its word in colour."""
    text = Text(printable(line_of(verdict)), no_wrap=True, overflow="ellipsis")
    text.stylize(STYLES[verdict.verdict], 0, len(verdict.verdict))
    return text


def counts(verdicts: list[Verdict]) -> Text:
    """Return how many verdicts there are of each kind."""
    count: Counter[str] = Counter(verdict.verdict for verdict in verdicts)
    text = Text()
    for word in reversed(ORDER):
        if count[word]:
            text.append(f" {count[word]} {word.replace('_', ' ')} ", style=STYLES[word])
            text.append(" ")
    return text
