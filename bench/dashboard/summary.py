"""A run when it is over: the matrix, what failed and why, who was stranded, where it all lies."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from bench.dashboard.colours import STYLES
from bench.dashboard.matrix import Matrix, legend
from bench.dashboard.progress import counts
from bench.judge.kept_working import Kept
from bench.judge.stranded import Minutes, Stranded
from bench.judge.stranding_words import doubts, elsewhere, helped, untried
from bench.judge.troubles import Trouble, lost, troubles
from bench.judge.verdict import Verdict
from bench.presentation.lines import write_lines
from bench.presentation.printable import printable
from bench.units import duration

MOST_NAMED = 12
TABLE_WIDTH = 60  # columns below which the table of owners breaks words


def show_summary(
    verdicts: list[Verdict],
    stranded: Sequence[Stranded],
    folder: Path,
    simulated_s: float,
    wall_s: float,
    compress: float = 1.0,
    kept: Sequence[Kept] = (),
) -> None:
    """Print the end of a run: with colours in a terminal, as plain lines in a pipe.

    Args:
        verdicts: what came out.
        stranded: the owners' stranded minutes.
        folder: where the evidence lies.
        simulated_s: how long it took on the bench's clock.
        wall_s: how long it took on the wall.
        compress: by what the outages' phases were divided.
        kept: what went on working by the sources of an incident, and whether it does here.
    """
    if sys.stdout.isatty():
        in_colour(Console(), verdicts, stranded)
    else:
        _in_lines(verdicts, stranded)
    if kept:
        told = "; ".join(map(str, kept))
        write_lines(f"what went on working, by the sources: {told}")
    count = dict.fromkeys(("pass", "fail", "inconclusive", "not_fitted"), 0)
    for verdict in verdicts:
        count[verdict.verdict] += 1
    said = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in count.items() if n)
    speed = f"{duration(simulated_s)} of bench time in {duration(wall_s)}"
    if compress != 1.0:
        speed += f"; phases and pauses {compress:g} times shorter, stranded minutes as in full"
    write_lines(f"{said or 'nothing was run'}; {speed}", f"evidence: {folder}")


def in_colour(console: Console, verdicts: list[Verdict], owners: Sequence[Stranded]) -> None:
    """Print the matrix, the troubles and the stranded minutes on a console."""
    console.print(Matrix(verdicts))
    console.print(legend())
    console.print()
    found = troubles(verdicts)
    for trouble in found[:MOST_NAMED]:
        console.print(_told(trouble))
    if len(found) > MOST_NAMED:
        console.print(Text(f"… and {len(found) - MOST_NAMED} more like these"))
    if gone := lost(verdicts):
        console.print(Text(printable(f"lost during the outage, and said so: {', '.join(gone)}")))
    wide = console.width >= TABLE_WIDTH
    console.print(_stranded_table(owners) if wide else Group(*map(_stranded_lines, owners)))
    console.print(counts(verdicts))


def _in_lines(verdicts: list[Verdict], owners: Sequence[Stranded]) -> None:
    if gone := lost(verdicts):
        write_lines(f"lost during the outage, and said so: {', '.join(gone)}")
    for owner in owners:
        minutes = ", ".join(f"{word.replace('_', ' ')} {m}" for word, m in owner.of.items())
        write_lines(f"stranded minutes of {owner.owner}: {minutes}{_aside(owner)}")


def _told(trouble: Trouble) -> Text:
    text = Text()
    # every word here may come from a car, a cloud or a file: Text never reads it as markup
    text.append(f" {trouble.word} ", style=STYLES[trouble.word])
    who = f"{'/'.join(trouble.intents)}, {trouble.outage} ({', '.join(trouble.owners)})"
    text.append(printable(f" {trouble.path} {who}: "), style="bold")
    text.append(printable(f"{trouble.reason} ({trouble.oracle})"))
    return text


def _stranded_table(owners: Sequence[Stranded]) -> Table:
    table = Table(title="stranded minutes, in the worst outage", title_justify="left", box=None)
    table.add_column("owner")
    for word in ("locked out", "cannot start", "cannot secure"):
        table.add_column(word, justify="right")
    table.add_column("")
    for owner in owners:
        cells = [_minutes(owner.of[w]) for w in ("locked_out", "cannot_start", "cannot_secure")]
        table.add_row(Text(printable(owner.owner)), *cells, Text(printable(_help(owner))))
    return table


def _stranded_lines(owner: Stranded) -> Text:
    """Return an owner's minutes below each other: a table has no room."""
    text = Text(f"stranded minutes of {printable(owner.owner)}:\n")
    for word, minutes in owner.of.items():
        text.append(f"  {word.replace('_', ' ')} ").append_text(_minutes(minutes)).append("\n")
    return text.append(printable(_aside(owner)))


def _minutes(minutes: Minutes) -> Text:
    return Text(str(minutes), style="bold red" if minutes.value else "dim")


def _help(owner: Stranded) -> str:
    told = [said for tell in (helped, untried, elsewhere, doubts) for said in tell(owner)]
    if owner.anyway:
        words = ", ".join(word.replace("_", " ") for word in owner.anyway)
        told.append(f"{words} without an outage, too")
    return "; ".join(told)


def _aside(owner: Stranded) -> str:
    return f" ({_help(owner)})" if _help(owner) else ""
