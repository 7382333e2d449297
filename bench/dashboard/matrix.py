"""The matrix: paths down, failures across, a cell for the worst of what came out."""

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from bench.dashboard.colours import HONEST, STYLES, style_of
from bench.judge.cells import Cells, by_layer, by_phase, cells, in_other_phases
from bench.judge.verdict import Verdict
from bench.judge.worst import LEGEND, letter
from bench.presentation.layers import Block, blocks
from bench.presentation.printable import printable

CELL, PATH_WIDTH = 3, 16


class Matrix:
    """The matrix of a run's verdicts, and one of other phases where any was asked about.

    Where names of failures do not fit side by side they stand upright; where not even these fit,
    the matrix goes on below, layer by layer.

    Args:
        verdicts: what came out so far.
        brief: a column for each layer where names do not fit side by side: it changes while it is
            looked at.
        down_only: leave the other phases out.
    """

    def __init__(
        self, verdicts: list[Verdict], *, brief: bool = False, down_only: bool = False
    ) -> None:
        others = in_other_phases(verdicts)
        other_names = {v.outage for v in others}
        down = [v for v in verdicts if v.outage not in other_names and v.tells_of_its_path]
        alone = bool(down) and not others
        self._parts = [cells(down)] if any(v.outage for v in down) or alone else []
        if others and not (down_only and down):
            self._parts.append(by_phase(others))
        self._brief = brief

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield as many tables as the width makes of it."""
        most = max(1, (options.max_width - PATH_WIDTH) // CELL)
        for part, found in enumerate(self._parts):
            if part:
                yield Text("\nother phases", style="dim")
            drawn = found
            if self._brief and not _side_by_side(found.columns, options.max_width):
                drawn = by_layer(found)  # upright names would fill a small terminal
            parted = blocks(drawn.columns, most)
            for number, block in enumerate(parted):
                yield from _headed(drawn, block, options.max_width, number)


def _headed(found: Cells, block: Block, width: int, number: int) -> RenderResult:
    """Yield a part of a matrix, with the names of its layers above it if there are several."""
    if number:
        yield Text()
    if block.layers:
        yield Text(" · ".join(block.layers), style="dim")
    yield _table(found, block.columns, width)


def _table(found: Cells, columns: Sequence[str], width: int) -> Table:
    table = Table(box=None, pad_edge=False, padding=0, show_header=True, header_style="")
    table.add_column("", no_wrap=True, min_width=PATH_WIDTH)
    names = [printable(name) for name in columns]
    fits = _side_by_side(columns, width)
    for name in names:
        header, room = (Text(name), len(name) + 2) if fits else (Text(upright(name)), CELL)
        table.add_column(header, justify="center", width=room, vertical="bottom")
    for path in found.paths:
        row = [cell(found.at(path, column)) for column in columns]
        table.add_row(Text(printable(f"{path}  ")), *row)
    return table


def _side_by_side(columns: Sequence[str], width: int) -> bool:
    """Whether the names of columns have room beside each other."""
    return PATH_WIDTH + sum(len(printable(name)) + 2 for name in columns) <= width


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
