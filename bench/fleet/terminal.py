"""A projection in the terminal: a table, and how many are stranded over time."""

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.fleet.recovery import Recovery
from bench.presentation.printable import printable
from bench.units import duration

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 60
Told = Callable[[Recovery], str]
COLUMNS: dict[str, Told] = {
    "demand÷C": lambda each: f"{each.settled_down:.3g}",
    "peak": lambda each: f"{each.peak_down:.3g}",
    "50 %": lambda each: _time(each, 0.5),
    "90 %": lambda each: _time(each, 0.9),
    "99 %": lambda each: _time(each, 0.99),
    "at +15 min": lambda each: f"{each.stranded_at(900):.1%}",
    "tries/car": lambda each: f"{each.tries_per_car:.3g}",
}
WHOLE = 100  # columns from which the table has all of its own
FEW = {"demand÷C", "99 %", "at +15 min", "tries/car"}  # in a terminal that is narrower


def show(console: Console, rows: Sequence[tuple[str, Recovery]]) -> None:
    """Print a row for each recovery, and the curve of the first."""
    shown = COLUMNS if console.width >= WHOLE else {n: c for n, c in COLUMNS.items() if n in FEW}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), collapse_padding=True)
    table.add_column("fleet", no_wrap=True)
    for name in shown:
        table.add_column(name, justify="right", no_wrap=True)
    for name, each in rows:
        table.add_row(Text(printable(name)), *(told(each) for told in shown.values()))
    console.print(table)
    first = rows[0][1]
    console.print()
    console.print(Text(f"stranded  {bars(first)}"))
    down = round(WIDTH * first.restored / len(first.lost))
    console.print(Text("          " + "─" * down + "┴ the server is back", style="dim"))


def bars(recovery: Recovery, width: int = WIDTH) -> str:
    """Return the share that is stranded as a row of bars, a space where nobody is."""
    length = len(recovery.stranded)
    shares = [recovery.stranded[(number + 1) * length // width - 1] for number in range(width)]
    return "".join(
        " " if share < 0.001 else BARS[min(len(BARS) - 1, int(share * len(BARS)))]
        for share in shares
    )


def _time(recovery: Recovery, share: float) -> str:
    found_s = recovery.recovered_s(share)
    if found_s is not None:
        return duration(found_s)
    return "never" if recovery.metastable else "later"
