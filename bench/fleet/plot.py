"""A projection as a small SVG: who is stranded, and what the server is asked, over time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.fleet.recovery import Recovery
from bench.fleet.waits import Floats
from bench.svg import COLOURS, document, line, rule, sample, text
from bench.units import duration

WIDTH, HEIGHT = 760, 430
LEFT, RIGHT, TOP, GAP, PANEL = 64, 20, 56, 46, 136
DECADES = (0.1, 1.0, 10.0, 100.0, 1000.0)
STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 360, 1440, 2880)
POINTS, MEANS = 300, 85


def svg(title: str, curves: Sequence[tuple[str, Recovery]]) -> str:
    """Return a picture, complete in itself.

    Args:
        title: what stands above it.
        curves: names and recoveries, of one outage and horizon.
    """
    first = curves[0][1]
    from_s, to_s = float(first.time_s[0]), float(first.time_s[-1])
    top = max(10.0, *(float(_means(each)[1].max()) for _, each in curves))
    interval = duration(max(1, len(first.lost) // MEANS) * first.step_s)
    body = [
        text(LEFT, 22, title, size=15, weight="600"),
        _panel(TOP, "stranded", _shares(), from_s, to_s),
        _panel(
            TOP + PANEL + GAP, f"tries ÷ capacity, mean of {interval}", _decades(top), from_s, to_s
        ),
        _minutes(from_s, to_s),
    ]
    for (_, recovery), colour in zip(curves, _colours(len(curves)), strict=True):
        ends = _ends(len(recovery.lost), POINTS)
        ys = TOP + PANEL * (1 - recovery.stranded[ends])
        body.append(line(_xs(recovery.time_s[ends], from_s, to_s), ys, colour))
        ends, demand = _means(recovery)
        ys = TOP + 2 * PANEL + GAP - PANEL * _height(demand, top)
        body.append(line(_xs(recovery.time_s[ends], from_s, to_s), ys, colour))
    body.append(_legend([name for name, _ in curves]))
    height = HEIGHT + 18 * len(curves)
    return document(WIDTH, height, title, body)


def _colours(count: int) -> list[str]:
    return [COLOURS[number % len(COLOURS)] for number in range(count)]


def _ends(steps: int, points: int) -> NDArray[np.intp]:
    """Return the last steps of so many intervals, or of a few more."""
    size = max(1, steps // points)
    return np.minimum(np.arange(0, steps, size) + size, steps) - 1


def _xs(time_s: Floats, from_s: float, to_s: float) -> Floats:
    return LEFT + (time_s - from_s) / (to_s - from_s) * (WIDTH - LEFT - RIGHT)


def _means(recovery: Recovery) -> tuple[NDArray[np.intp], Floats]:
    """Return the ends of intervals, and the mean demand in each by capacity."""
    ends = _ends(len(recovery.lost), MEANS)
    starts = np.concatenate(([0], ends[:-1] + 1))
    tries = np.add.reduceat(recovery.demand_per_s, starts) / (ends - starts + 1)
    return ends, tries / recovery.situation.server.capacity_per_s


def _height(demand: Floats, top: float) -> Floats:
    """Return heights from 0 to 1 on a logarithmic scale that begins at a tenth of the capacity."""
    return np.asarray(np.log10(np.maximum(demand, 0.1) / 0.1) / np.log10(top / 0.1))


def _shares() -> list[tuple[float, str]]:
    return [(share / 100, f"{share} %") for share in (0, 50, 100)]


def _decades(top: float) -> list[tuple[float, str]]:
    marks = [mark for mark in DECADES if mark <= top]
    return [(float(_height(np.array(mark), top)), f"{mark:g}") for mark in marks]


def _panel(
    top: float, name: str, marks: Sequence[tuple[float, str]], from_s: float, to_s: float
) -> str:
    back = LEFT + -from_s / (to_s - from_s) * (WIDTH - LEFT - RIGHT)
    parts = [
        f'<rect x="{LEFT}" y="{top}" width="{back - LEFT:.1f}" height="{PANEL}" fill="#f1f1f1"/>',
        text(LEFT, top - 7, name, size=12, weight="600"),
    ]
    for share, word in marks:
        y = top + PANEL * (1 - share)
        parts.append(rule(LEFT, WIDTH - RIGHT, y))
        parts.append(text(LEFT - 8, y + 4, word, size=11, anchor="end"))
    return "\n".join(parts)


def _minutes(from_s: float, to_s: float) -> str:
    whole_min = (to_s - from_s) / 60
    step = next((each for each in STEPS_MIN if whole_min / each <= 10), STEPS_MIN[-1])
    y = TOP + 2 * PANEL + GAP + 18
    parts = []
    for minute in range(int(np.ceil(from_s / 60 / step)) * step, int(to_s / 60) + 1, step):
        x = LEFT + (minute * 60 - from_s) / (to_s - from_s) * (WIDTH - LEFT - RIGHT)
        parts.append(text(x, y, str(minute), size=11, anchor="middle"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(text(middle, y + 18, "minutes after the server is back", size=12, anchor="middle"))
    return "\n".join(parts)


def _legend(names: Sequence[str]) -> str:
    y = TOP + 2 * PANEL + GAP + 56
    parts = []
    for number, (name, colour) in enumerate(zip(names, _colours(len(names)), strict=True)):
        row = y + 18 * number
        parts.append(sample(LEFT, row - 4, colour))
        parts.append(text(LEFT + 30, row, name, size=12))
    return "\n".join(parts)
