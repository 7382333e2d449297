"""Seconds for people, whole nanoseconds for the clock."""

import re
from collections.abc import Collection
from math import inf
from typing import Annotated

from annotated_types import Ge, Gt, Interval, Lt

Seconds = Annotated[float, Ge(0), Lt(inf)]
Finite = Annotated[float, Interval(gt=-inf, lt=inf)]
Positive = Annotated[float, Gt(0), Lt(inf)]
Times = Annotated[float, Ge(1), Lt(inf)]  # by how much more
Share = Annotated[float, Interval(ge=0, le=1)]
Count = Annotated[int, Ge(0)]
AtLeastOne = Annotated[int, Ge(1)]

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
NS_PER_US = 1_000
S_PER_DAY = 86_400.0


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


def counted(count: int, what: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "opening"), counted(0, "opening")
    ('1 opening', '0 openings')
    """
    return f"{count} {what}{'' if count == 1 else 's'}"


def some(names: Collection[str], most: int) -> str:
    """Return the first ones of some names, and how many more there are.

    >>> some(["a", "b", "c", "d"], 2), some(["a", "b"], 2)
    ('a, b and 2 more', 'a, b')
    """
    said, more = ", ".join(list(names)[:most]), len(names) - most
    return f"{said} and {more} more" if more > 0 else said


_UNITS_S = {"d": S_PER_DAY, "h": 3600.0, "min": 60.0, "m": 60.0, "s": 1.0}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|min|m|s)\s*")


def parse_duration(text: str) -> float:
    """Return seconds from a duration as people write it; raises ValueError for anything else.

    >>> parse_duration("8h"), parse_duration("1h 30min"), parse_duration("90 s")
    (28800.0, 5400.0, 90.0)
    """
    whole = text.strip()
    if not re.fullmatch(f"(?:{_LENGTH.pattern})+", whole):
        raise ValueError(f'"{text}" is not a duration: write 8h, 90min, 45s or 1h30min')
    return sum(float(number) * _UNITS_S[unit] for number, unit in _LENGTH.findall(whole))


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
