"""Courses as a small SVG, one column each: what is asked and served, who waits, how long."""

import math
from collections.abc import Callable, Sequence

from bench.capacity.tally import Interval
from bench.overload.course import Course
from bench.svg import COLOURS, document, line, rule, sample, text
from bench.units import duration

LEFT, TOP, GAP, PANEL, COLUMN, MARGIN = 52, 66, 34, 96, 300, 30
ACROSS = 3  # columns in a row
LEGEND = 66
BLUE, RED, GREEN, VIOLET = COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[3]
Value = Callable[[Interval], float | None]
PANELS: tuple[tuple[str, tuple[tuple[Value, str], ...]], ...] = (
    (
        "per second",
        (
            (lambda i: i.offered / i.lasted_s, RED),
            (lambda i: i.first / i.lasted_s, BLUE),
            (lambda i: i.good / i.lasted_s, GREEN),
        ),
    ),
    ("waiting", ((lambda i: float(i.waiting), VIOLET),)),
    ("latency of what was served, s", ((lambda i: i.latency_s, GREEN),
                                       (lambda i: i.latency_95_s, BLUE))),
)  # fmt: skip
LEGENDS = (
    (RED, "tries"), (BLUE, "wanted (latency: 95th percentile)"),
    (GREEN, "served in time (latency: median)"), (VIOLET, "queue"),
)  # fmt: skip
ROW = TOP + len(PANELS) * (PANEL + GAP) + 10


def svg(courses: Sequence[Course]) -> str:
    """Return a picture, complete in itself; the trigger of each course is grey."""
    columns = min(ACROSS, len(courses))
    rows = -(-len(courses) // columns)
    width, height = columns * (COLUMN + MARGIN) + MARGIN, rows * ROW + LEGEND
    body: list[str] = []
    for number, course in enumerate(courses):
        left = LEFT + number % columns * (COLUMN + MARGIN)
        body += _column(course, left, number // columns * ROW)
    for number, (colour, words) in enumerate(LEGENDS):
        x, y = LEFT + 300 * (number % 2), rows * ROW + 18 + 20 * (number // 2)
        body += [sample(x, y - 4, colour), text(x + 30, y, words, size=12)]
    return document(width, height, "; ".join(each.situation.title for each in courses), body)


def _column(course: Course, left: float, top: float) -> list[str]:
    width = COLUMN - LEFT + 20
    duration_s = course.situation.duration_s
    parts = [text(left, top + 30, course.situation.title, size=11, weight="600")]
    for number, (name, lines) in enumerate(PANELS):
        y = top + TOP + number * (PANEL + GAP)
        values = [[value(each) for each in course.intervals] for value, _ in lines]
        most = _round(max((v for row in values for v in row if v is not None), default=1.0))
        for trigger in course.situation.triggers:
            x = left + trigger.at_s / duration_s * width
            wide = trigger.lasts_s / duration_s * width
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{PANEL}" fill="#e7e7e7"/>'
            )
        parts.append(text(left, y - 6, name, size=11))
        for share in (0.0, 0.5, 1.0):
            at = y + PANEL * (1 - share)
            parts.append(rule(left, left + width, at))
            parts.append(text(left - 6, at + 4, f"{share * most:g}", size=10, anchor="end"))
        for row, (_, colour) in zip(values, lines, strict=True):
            for xs, ys in _pieces(course, row, most):
                parts.append(
                    line([left + x * width for x in xs], [y + PANEL * (1 - v) for v in ys], colour)
                )
    parts.append(text(left + width, top + ROW - GAP + 4, duration(duration_s), size=10,
                      anchor="end"))  # fmt: skip
    return parts


def _pieces(
    course: Course, row: Sequence[float | None], most: float
) -> list[tuple[list[float], list[float]]]:
    """Return a line's stretches: it is interrupted where there is no value."""
    pieces: list[tuple[list[float], list[float]]] = []
    open_ = False
    for interval, value in zip(course.intervals, row, strict=True):
        if value is None:
            open_ = False
            continue
        if not open_:
            pieces.append(([], []))
            open_ = True
        pieces[-1][0].append(interval.until_s / course.situation.duration_s)
        pieces[-1][1].append(min(1.0, value / most))
    return pieces


def _round(most: float) -> float:
    """Return a round number that is not below."""
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= most)
