"""Seconds for people, whole nanoseconds for the clock."""

from typing import Annotated

from annotated_types import Ge, Gt, Interval

Seconds = Annotated[float, Ge(0)]
Positive = Annotated[float, Gt(0)]
Share = Annotated[float, Interval(ge=0, le=1)]

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
NS_PER_US = 1_000


def to_ns(seconds: float) -> int:
    """Return `seconds` as whole nanoseconds, rounded to the nearest.

    >>> to_ns(0.1)
    100000000
    """
    return round(seconds * NS_PER_S)


def to_s(ns: int) -> float:
    """Return nanoseconds as seconds.

    >>> to_s(1_500_000_000)
    1.5
    """
    return ns / NS_PER_S


def duration(seconds: float) -> str:
    """Return a duration as a person would write it.

    >>> [duration(s) for s in (0.0421, 1.5, 59.9, 3000.0, 9000.0)]
    ['42 ms', '1.50 s', '59.9 s', '50.0 min', '2.5 h']
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 120:
        return f"{seconds:.1f} s"
    if seconds < 7200:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h"
