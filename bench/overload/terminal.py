"""Courses in the terminal: a table, and the goodput of each over time."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.overload.course import Course
from bench.presentation.printable import printable
from bench.units import duration

BARS = " ▁▂▃▄▅▆▇█"
WIDTH = 60


def show(console: Console, courses: Sequence[Course]) -> None:
    """Print a row for each course, and what it served over time."""
    table = Table(box=None, pad_edge=False)
    table.add_column("situation", no_wrap=True)
    for name in ("capacity/s", "before/s", "served during/s", "after/s", "tries each",
                 "queue", "healed after"):  # fmt: skip
        table.add_column(name, justify="right", no_wrap=True)
    for course in courses:
        situation = course.situation
        during = course.between(situation.calm_until_s, situation.quiet_from_s)
        tries = max(during.amplification, course.after.amplification)
        table.add_row(
            Text(_short(course)), f"{situation.capacity.per_s:.4g}",
            f"{course.before.good_per_s:.0f}", f"{during.good_per_s:.0f}",
            f"{course.after.good_per_s:.0f}", f"{tries:.2f}",
            f"{max(each.waiting for each in course.intervals):,}", _healed(course),
        )  # fmt: skip
    console.print(table)
    console.print()
    for course in courses:
        console.print(Text(f"{_short(course):20} {bars(course)}"))


def bars(course: Course, width: int = WIDTH) -> str:
    """Return what was served over time, as bars; the tallest is the most."""
    width = min(width, len(course.intervals))
    step_s = course.situation.duration_s / width
    good = [course.between(n * step_s, (n + 1) * step_s).good_per_s for n in range(width)]
    most = max(good) or 1.0
    return "".join(BARS[round(each / most * (len(BARS) - 1))] for each in good)


def _short(course: Course) -> str:
    """Return a situation's name, without the folder of its file."""
    return printable(Path(course.name).stem)


def _healed(course: Course) -> str:
    if course.metastable:
        return "never: metastable"
    if course.healed_s is None:
        return "not yet"
    return duration(course.healed_s) if course.healed_s else "at once"
