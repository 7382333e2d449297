"""Times and amounts that a test gives: checked before they count, so that none blames the car."""

import math

from bench.errors import ConfigError


def checked_s(name: str, value: float) -> float:
    """Return a time in seconds; raises ConfigError for one that is none, naming the argument.

    >>> checked_s("within_s", 2)
    2.0
    """
    return _not_negative(name, value, "is no time: it is at least 0, and comes to an end")


def checked_amount(name: str, value: float, unit: str) -> float:
    """Return an amount that is at least 0; raises ConfigError for another, naming the argument.

    >>> checked_amount("volts", 12, "V")
    12.0
    """
    return _not_negative(name, value, f"{unit} makes no sense: it is at least 0 {unit}")


def _not_negative(name: str, value: object, wrong: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{name}: {value!r} is no number")
    if not math.isfinite(value) or value < 0:
        raise ConfigError(f"{name}: {value:g} {wrong}")
    return float(value)
