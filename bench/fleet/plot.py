"""A projection as a small SVG: who is stranded, and what the server is asked, over time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.fleet.recovery import Recovery
from bench.fleet.waits import Floats
from bench.svg import COLOURS, document, line, rule, sample, text
from bench.units import duration

LEFT, TOP, GAP, PANEL, COLUMN, MARGIN = 46, 48, 32, 92, 250, 18
ACROSS = 3  # columns in a row
HEAD, FOOT = 34, 34  # above and below all columns
ROW = TOP + 2 * PANEL + GAP + 44
WIDE = COLUMN - LEFT
OWN, FIRST = COLOURS[0], "#a3a3a3"
DECADES = (0.1, 1.0, 10.0, 100.0, 1000.0)
STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 360, 1440, 2880)
POINTS, MEANS = 300, 85


def svg(title: str, curves: Sequence[tuple[str, Recovery]]) -> str:
    """Return a picture, complete in itself: a column each, with the first one's curves in grey.

    Args:
        title: what stands above it.
        curves: names and recoveries, of one outage and horizon.
    """
    name, first = curves[0]
    top = max(10.0, *(float(_means(each)[1].max()) for _, each in curves))
    columns = min(ACROSS, len(curves))
    rows = -(-len(curves) // columns)
    body = [text(LEFT, 22, title, size=15, weight="600")]
    for number, (_, recovery) in enumerate(curves):
        left = LEFT + number % columns * (COLUMN + MARGIN)
        down = HEAD + number // columns * ROW
        body.append(text(left, down + 22, curves[number][0], size=12, weight="600"))
        body += _frames(first, top, left, down + TOP)
        for each, colour in [(first, FIRST)] * bool(number) + [(recovery, OWN)]:
            body += _lines(each, colour, top, left, down + TOP)
    height = HEAD + rows * ROW + FOOT
    body += [sample(LEFT, height - 20, FIRST), text(LEFT + 30, height - 16, name, size=12)]
    body.append(text(LEFT + 150, height - 16, "shaded: the outage", size=12))
    return document(columns * (COLUMN + MARGIN) + MARGIN, height, title, body)


def _frames(recovery: Recovery, top: float, left: float, down: float) -> list[str]:
    """Return both panels of a column, without their curves."""
    interval = duration(max(1, len(recovery.lost) // MEANS) * recovery.step_s)
    second = down + PANEL + GAP
    return [
        _panel(left, down, "stranded", _shares(), recovery),
        _panel(left, second, f"tries ÷ capacity, mean of {interval}", _decades(top), recovery),
        _minutes(left, second + PANEL + 16, recovery),
    ]


def _lines(recovery: Recovery, colour: str, top: float, left: float, down: float) -> list[str]:
    """Return a recovery's two curves."""
    ends = _ends(len(recovery.lost), POINTS)
    stranded = down + PANEL * (1 - recovery.stranded[ends])
    means, demand = _means(recovery)
    asked = down + 2 * PANEL + GAP - PANEL * _height(demand, top)
    return [
        line(_xs(recovery, recovery.time_s[ends], left), stranded, colour),
        line(_xs(recovery, recovery.time_s[means], left), asked, colour),
    ]


def _ends(steps: int, points: int) -> NDArray[np.intp]:
    """Return the last steps of so many intervals, or of a few more."""
    size = max(1, steps // points)
    return np.minimum(np.arange(0, steps, size) + size, steps) - 1


def _xs(recovery: Recovery, time_s: Floats, left: float) -> Floats:
    from_s, to_s = recovery.time_s[0], recovery.time_s[-1]
    return np.asarray(left + (time_s - from_s) / (to_s - from_s) * WIDE)


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
    left: float, top: float, name: str, marks: Sequence[tuple[float, str]], recovery: Recovery
) -> str:
    back = float(_xs(recovery, np.array(0.0), left))
    parts = [
        f'<rect x="{left}" y="{top}" width="{back - left:.1f}" height="{PANEL}" fill="#f1f1f1"/>',
        text(left, top - 6, name, size=11),
    ]
    for share, word in marks:
        y = top + PANEL * (1 - share)
        parts.append(rule(left, left + WIDE, y))
        parts.append(text(left - 6, y + 4, word, size=10, anchor="end"))
    return "\n".join(parts)


def _minutes(left: float, y: float, recovery: Recovery) -> str:
    from_s, to_s = float(recovery.time_s[0]), float(recovery.time_s[-1])
    whole_min = (to_s - from_s) / 60
    step = next((each for each in STEPS_MIN if whole_min / each <= 6), STEPS_MIN[-1])
    parts = []
    for minute in range(int(np.ceil(from_s / 60 / step)) * step, int(to_s / 60) + 1, step):
        x = float(_xs(recovery, np.array(minute * 60.0), left))
        parts.append(text(x, y, str(minute), size=10, anchor="middle"))
    says = "minutes after the server is back"
    parts.append(text(left + WIDE / 2, y + 15, says, size=10, anchor="middle"))
    return "\n".join(parts)
