"""A run when it is over: the matrix, what failed and why, who was stranded, where it all lies."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.dashboard.matrix import legend, matrix
from bench.dashboard.progress import counts
from bench.dashboard.words import STYLES
from bench.judge.verdict import Verdict
from bench.units import duration

MOST_NAMED = 12


class StrandedLike(Protocol):
    """One owner's stranded minutes (what `access` computes; this room does not import it)."""

    @property
    def owner(self) -> str:
        """By name."""
        ...

    @property
    def minutes(self) -> dict[str, float]:
        """Per word (locked_out, cannot_start, cannot_secure)."""
        ...

    @property
    def would_help(self) -> tuple[str, ...]:
        """Paths that went on working, and that the owner does not carry."""
        ...


def show_summary(
    verdicts: list[Verdict],
    stranded: Sequence[StrandedLike],
    folder: Path,
    simulated_s: float,
    wall_s: float,
) -> None:
    """Print the end of a run: with colours in a terminal, as plain lines in a pipe."""
    if sys.stdout.isatty():
        _in_colour(verdicts, stranded)
    else:
        _in_lines(stranded)
    count = dict.fromkeys(("pass", "fail", "inconclusive", "not_fitted"), 0)
    for verdict in verdicts:
        count[verdict.verdict] += 1
    said = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in count.items() if n)
    speed = f"{duration(simulated_s)} simulated in {duration(wall_s)}"
    sys.stdout.write(f"{said or 'nothing was run'}; {speed}\nevidence: {folder}\n")


def _in_colour(verdicts: list[Verdict], owners: Sequence[StrandedLike]) -> None:
    console = Console()
    console.print(matrix(verdicts))
    console.print(legend())
    console.print()
    for verdict in _troubles(verdicts):
        console.print(_trouble(verdict))
    console.print(_stranded_table(owners))
    console.print(counts(verdicts))


def _in_lines(owners: Sequence[StrandedLike]) -> None:
    for owner in owners:
        minutes = ", ".join(f"{word.replace('_', ' ')} {m:g}" for word, m in owner.minutes.items())
        sys.stdout.write(f"stranded minutes of {owner.owner}: {minutes}{_help(owner)}\n")


def _troubles(verdicts: list[Verdict]) -> list[Verdict]:
    bad = [v for v in verdicts if v.verdict == "fail"]
    doubtful = [v for v in verdicts if v.verdict == "inconclusive"]
    return [*bad, *doubtful][:MOST_NAMED]


def _trouble(verdict: Verdict) -> Text:
    text = Text()
    text.append(f" {verdict.verdict} ", style=STYLES[verdict.verdict])
    outage = verdict.outage or "no outage"
    # every word here may come from a car, a cloud or a file: Text never reads it as markup
    text.append(f" {verdict.path} {verdict.intent}, {outage}, {verdict.owner}: ", style="bold")
    text.append(f"{verdict.reason} ({verdict.oracle})")
    return text


def _stranded_table(owners: Sequence[StrandedLike]) -> Table:
    table = Table(title="stranded minutes, in the worst outage", title_justify="left", box=None)
    table.add_column("owner")
    for word in ("locked out", "cannot start", "cannot secure"):
        table.add_column(word, justify="right")
    table.add_column("would have helped")
    for owner in owners:
        cells = [
            _minutes(owner.minutes[w]) for w in ("locked_out", "cannot_start", "cannot_secure")
        ]
        table.add_row(Text(owner.owner), *cells, Text(", ".join(owner.would_help)))
    return table


def _minutes(minutes: float) -> Text:
    return Text(f"{minutes:g}", style="bold red" if minutes else "dim")


def _help(owner: StrandedLike) -> str:
    return f" (would have helped: {', '.join(owner.would_help)})" if owner.would_help else ""
