"""The matrix: paths down, failures across, a cell for the worst of what came out."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.dashboard.colours import HONEST, STYLES, style_of
from bench.judge.cells import Cells, by_phase, cells, in_other_phases
from bench.judge.verdict import Verdict
from bench.judge.worst import LEGEND, letter

CELL, PATH_WIDTH, LEAST_WIDTH = 3, 16, 80


def matrix(verdicts: list[Verdict]) -> Group:
    """Return the matrix of a run's verdicts, and one of other phases where any was asked about.

    Where names of failures do not fit side by side into 80 columns they stand upright, so that
    twenty of them do.
    """
    others = in_other_phases(verdicts)
    down = [v for v in verdicts if v not in others and v.tells_of_its_path]
    if not down and not others:
        return Group()
    parts = [_table(cells(down))] if any(v.outage for v in down) or not others else []
    if others:
        parts.append(_table(by_phase(others)))
    return Group(*parts)


def _table(found: Cells) -> Table:
    table = Table(box=None, pad_edge=False, padding=0, show_header=True, header_style="")
    table.add_column("", no_wrap=True)
    fits = PATH_WIDTH + sum(len(name) + 2 for name in found.columns) <= LEAST_WIDTH
    for name in found.columns:
        header, width = (Text(name), len(name) + 2) if fits else (Text(upright(name)), CELL)
        table.add_column(header, justify="center", width=width, vertical="bottom")
    for path in found.paths:
        row = [cell(found.at(path, column)) for column in found.columns]
        table.add_row(Text(f"{path}  "), *row)
    return table


def upright(name: str) -> str:
    r"""Return a name with one letter a line.

    >>> upright("ab")
    'a\nb'
    """
    short = name.replace("http_status:retry_after_s=30.0", "503+retry-after")
    return "\n".join(short.replace("_", "-")[:22])


def cell(verdicts: list[Verdict]) -> Text:
    """Return a cell: a letter on the colour of the worst verdict."""
    if not verdicts:
        return Text(" " * CELL)
    return Text(letter(verdicts).center(CELL), style=style_of(verdicts))


def legend() -> Text:
    """Return what the letters mean."""
    text = Text()
    for word, mark, meaning in LEGEND:
        text.append(f" {mark} ", style=HONEST if mark == "H" else STYLES[word])
        text.append(f" {meaning}   ")
    return text
