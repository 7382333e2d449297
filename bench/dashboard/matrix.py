"""The matrix: paths down, failures across, a cell for the worst of what came out."""

from collections import defaultdict

from rich.table import Table
from rich.text import Text

from bench.dashboard.words import LEGEND, STYLES, letter, worst
from bench.judge.verdict import Verdict

BASELINE = "no outage"
CELL = 3


def columns_of(verdicts: list[Verdict]) -> list[str]:
    """Return the columns, the baseline first."""
    outages = dict.fromkeys(v.outage for v in verdicts if v.outage is not None)
    return [BASELINE, *outages]


def matrix(verdicts: list[Verdict]) -> Table:
    """Return the matrix of a run's verdicts.

    Names of failures stand upright above their columns, so that twenty of them fit beside a path's
    name into 80 columns.
    """
    cells: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        cells[verdict.path, verdict.outage or BASELINE].append(verdict)
    columns = columns_of(verdicts)
    table = Table(box=None, pad_edge=False, padding=0, show_header=True, header_style="")
    table.add_column("", no_wrap=True)
    for name in columns:
        table.add_column(Text(upright(name)), justify="center", width=CELL, vertical="bottom")
    for path in dict.fromkeys(v.path for v in verdicts):
        row = [cell(cells.get((path, column), [])) for column in columns]
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
    return Text(letter(verdicts).center(CELL), style=STYLES[worst(verdicts)])


def legend() -> Text:
    """Return what the letters mean."""
    text = Text()
    for word, mark, meaning in LEGEND:
        text.append(f" {mark} ", style=STYLES[word])
        text.append(f" {meaning}   ")
    return text
