"""Where the bars and boxes of the trend page stand: figures only, the template draws them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.report.trend import Point, Times

WIDE, LEFT, RIGHT, TOP, BOTTOM = 960, 64, 8, 14, 24
BARS_HIGH, TIMES_HIGH = 190, 130
STACK = ("pass", "inconclusive", "fail", "not_fitted")  # from the axis up
TEXT_LEAST = 14  # pixels that a number needs
LABELS_MOST = 24


@dataclass(frozen=True)
class Rect:
    """A part of a bar: its colour, place, what it says, and the number in it ("": no room)."""

    word: str
    x: float
    y: float
    wide: float
    high: float
    says: str
    text: str


@dataclass(frozen=True)
class Box:
    """A run's times: a line from least to most, a box of quartiles, a stroke at the median."""

    x: float
    wide: float
    least: float
    q1: float
    median: float
    q3: float
    most: float
    says: str


@dataclass(frozen=True)
class Tick:
    """A line across, or a label below, with what it says."""

    at: float
    says: str


@dataclass(frozen=True)
class Chart:
    """A chart: its size, what is in it, its axes; `limit` is where the limit stands, if it does."""

    high: int
    bars: tuple[Rect, ...] = ()
    boxes: tuple[Box, ...] = ()
    across: tuple[Tick, ...] = ()
    below: tuple[Tick, ...] = ()
    gaps: tuple[Tick, ...] = ()
    cuts: tuple[Tick, ...] = ()
    limit: float | None = None


def counts_chart(points: Sequence[Point]) -> Chart:
    """Return the chart of verdict counts: a bar for each run."""
    step = _step(len(points))
    most = max((p.total for p in points), default=0) or 1
    scale = (BARS_HIGH - TOP - BOTTOM) / most
    bars: list[Rect] = []
    for p in points:
        y, x = float(BARS_HIGH - BOTTOM), LEFT + (p.number - 1) * step + step * 0.1
        for word in STACK:
            count = p.count(word)
            high = count * scale
            y -= high
            if count:
                says = f"{p.name}: {count} {word.replace('_', ' ')}"
                room = high >= TEXT_LEAST and step * 0.8 >= 8 * len(str(count)) + 2
                bars.append(Rect(word, _r(x), _r(y), _r(step * 0.8), _r(high), says,
                                 str(count) if room else ""))  # fmt: skip
    across = tuple(
        Tick(_r(BARS_HIGH - BOTTOM - n * scale), f"{n:g}")
        for n in _round_values(most)
        if n <= most and n == int(n)  # verdicts are counted: there is no half of one
    )
    return Chart(
        BARS_HIGH, tuple(bars), (), across, _below([p.number for p in points], step),
        tuple(Tick(_r(LEFT + (p.number - 1) * step), p.gap) for p in points if p.gap),
        tuple(Tick(_r(LEFT + (p.number - 0.5) * step), p.cut) for p in points if p.cut),
    )  # fmt: skip


def times_chart(times: Times, points: Sequence[Point]) -> Chart:
    """Return the chart of a path's times: a box for each run."""
    step = _step(len(points))
    most = max(s.most_s for s in times.spreads)
    top = max(most, times.limit_s or 0.0) if _near(times.limit_s, most) else most
    scale = (TIMES_HIGH - TOP - BOTTOM) / (top or 1.0)

    def y(value_s: float) -> float:
        return _r(TIMES_HIGH - BOTTOM - value_s * scale)

    boxes = tuple(
        Box(_r(LEFT + (s.number - 1) * step + step * 0.2), _r(step * 0.6), y(s.least_s), y(s.q1_s),
            y(s.median_s), y(s.q3_s), y(s.most_s),
            f"{points[s.number - 1].name}: median {s.median_s:.3f} s, {s.least_s:.3f} to "
            f"{s.most_s:.3f} s, {s.count} measured")
        for s in times.spreads
    )  # fmt: skip
    across = tuple(Tick(y(v), f"{v:g} s") for v in _round_values(top) if v <= top)
    limit = y(times.limit_s) if times.limit_s is not None and times.limit_s <= top else None
    return Chart(TIMES_HIGH, (), boxes, across, _below([p.number for p in points], step),
                 limit=limit)  # fmt: skip


def _near(limit_s: float | None, most_s: float) -> bool:
    """Whether a limit is near enough to be drawn without pressing all times to the ground."""
    return limit_s is not None and limit_s <= 1.5 * most_s


def _step(count: int) -> float:
    return min(64.0, (WIDE - LEFT - RIGHT) / max(1, count))


def _below(numbers: Sequence[int], step: float) -> tuple[Tick, ...]:
    every = math.ceil(len(numbers) / LABELS_MOST) if numbers else 1
    return tuple(Tick(_r(LEFT + (n - 0.5) * step), str(n)) for n in numbers if (n - 1) % every == 0)


def _round_values(most: float) -> list[float]:
    """Return the values at which lines go across: round ones, three to six of them.

    >>> _round_values(9), _round_values(0.34)
    ([0, 2, 4, 6, 8], [0.0, 0.1, 0.2, 0.3])
    """
    if most <= 0:
        return [0.0]
    power = 10 ** math.floor(math.log10(most / 3))
    step = next(n * power for n in (1, 2, 5, 10) if most / (n * power) <= 6)
    return [round(step * n, 9) for n in range(int(most / step) + 1)]


def _r(value: float) -> float:
    return round(value, 1)
