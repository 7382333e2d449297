"""A run while it happens: a live view in a terminal, a line per verdict in a pipe."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bench.dashboard.matrix import matrix
from bench.dashboard.words import STYLES
from bench.judge.verdict import Verdict
from bench.judge.worst import ORDER

REDRAWS_PER_S = 4


class ReachedLike(Protocol):
    """A verdict that was reached (what `access` yields; this room does not import it)."""

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        ...

    @property
    def final(self) -> bool:
        """Whether no repetition of its scenario is to come."""
        ...


Tell = Callable[[ReachedLike], None]


def line_of(verdict: Verdict) -> str:
    """Return a verdict in one line."""
    outage = verdict.outage or "no outage"
    head = f"{verdict.verdict.upper():12} {verdict.path} {verdict.intent}, {outage}"
    return f"{head} ({verdict.owner}): {verdict.reason}"


@contextmanager
def plain(car: str, what: str, count: int, repeat: int) -> Iterator[Tell]:
    """Print a line per verdict."""
    times = f" × {repeat}" if repeat > 1 else ""
    sys.stdout.write(f"{what} on {car}: {count} scenarios{times}\n")

    def tell(reached: ReachedLike) -> None:
        if reached.final:
            sys.stdout.write(line_of(reached.verdict) + "\n")

    yield tell


@contextmanager
def live(car: str, what: str, count: int, repeat: int) -> Iterator[Tell]:
    """Show progress, the matrix as it fills, and the last thing that went wrong."""
    console = Console()
    progress = Progress(
        TextColumn("[bold]{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), console=console,
    )  # fmt: skip
    task = progress.add_task(f"{what} on {car}", total=count * repeat)
    verdicts: list[Verdict] = []
    trouble: list[Verdict] = []

    def view() -> Group:
        parts: list[object] = [progress, counts(verdicts)]
        if trouble:
            parts.append(Text(line_of(trouble[-1]), overflow="ellipsis", no_wrap=True, style="red"))
        if verdicts:
            parts.append(matrix(verdicts))
        return Group(*parts)  # type: ignore[arg-type]

    with Live(
        console=console, get_renderable=view, refresh_per_second=REDRAWS_PER_S, transient=True
    ):

        def tell(reached: ReachedLike) -> None:
            progress.advance(task)
            if not reached.final:
                return
            verdicts.append(reached.verdict)
            if reached.verdict.verdict in {"fail", "inconclusive"}:
                trouble.append(reached.verdict)

        yield tell


def counts(verdicts: list[Verdict]) -> Text:
    """Return how many verdicts there are of each kind."""
    count: Counter[str] = Counter(verdict.verdict for verdict in verdicts)
    text = Text()
    for word in reversed(ORDER):
        if count[word]:
            text.append(f" {count[word]} {word.replace('_', ' ')} ", style=STYLES[word])
            text.append(" ")
    return text
