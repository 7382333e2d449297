"""Lines in frames, side by side, with as much of each as a terminal has room for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rich.console import Console, ConsoleOptions, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

LEAST = 3  # lines of a frame: its borders, and one of what stands in it


@dataclass(frozen=True)
class Frame:
    """Lines under a title.

    Attributes:
        newest: where room is short, its first line stays and its last ones (else its first ones).
    """

    title: str
    lines: Sequence[Text]
    newest: bool = False

    def drawn(self, height: int | None = None) -> Panel:
        """Return it so many lines high, borders included (None: as high as it is)."""
        inside = Group(*self.lines)
        return Panel(inside, title=self.title, title_align="left", padding=(0, 1), height=height)

    def within(self, height: int, console: Console, options: ConsoleOptions) -> Panel:
        """Return it no higher than so many lines, borders included."""
        if self.height(console, options) <= height:
            return self.drawn()
        kept = max(1, height - 2)
        if self.newest and kept > 1:
            return replace(self, lines=[self.lines[0], *self.lines[1 - kept :]]).drawn(height)
        return self.drawn(height)

    def height(self, console: Console, options: ConsoleOptions) -> int:
        """Return how many lines all of it takes."""
        return len(console.render_lines(self.drawn(), options, pad=False))


def frame(title: str, lines: Iterable[Text], *, newest: bool = False) -> Frame:
    """Return a frame, which says so if there is nothing in it."""
    return Frame(title, list(lines) or [Text("nothing yet", style="dim")], newest)


def grid(
    frames: Sequence[Frame],
    across: int,
    console: Console,
    options: ConsoleOptions,
    most: int | None = None,
) -> Table:
    """Return frames in rows of so many.

    Args:
        frames: what is shown; the last ones are left out where not even a line of each has room.
        across: how many stand side by side.
        console: the terminal.
        options: its size.
        most: lines that there are for all of it (None: no end of them).
    """
    each = options.update_width(options.max_width // across)
    rows = [frames[first : first + across] for first in range(0, len(frames), across)]
    heights = [max(one.height(console, each) for one in row) for row in rows]
    if most is not None:
        heights = _lowered(heights, most)
    table = Table.grid(expand=True)
    for _ in range(across):
        table.add_column(ratio=1)
    for row, height in zip(rows, heights, strict=False):
        drawn = [one.within(height, console, each) for one in row]
        table.add_row(*drawn, *[""] * (across - len(drawn)))
    return table


def _lowered(heights: Sequence[int], most: int) -> list[int]:
    """Return heights that fit: the highest ones lose lines first, the last ones all of them.

    >>> _lowered([10, 6, 5], 18), _lowered([10, 6, 5], 7)
    ([7, 6, 5], [3, 3])
    """
    lowered = list(heights)
    while sum(lowered) > most and lowered:
        highest = max(lowered)
        if highest > LEAST:
            lowered[lowered.index(highest)] -= 1
        else:
            lowered.pop()
    return lowered
