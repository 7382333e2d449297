"""Times that a test gives: checked before they count, so that none of them blames the car."""

import math

from bench.errors import ConfigError


def checked_s(name: str, value: float) -> float:
    """Return a time in seconds; raises ConfigError for one that is none, naming the argument.

    >>> checked_s("within_s", 2)
    2.0
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{name}: {value!r} is no number")
    if not math.isfinite(value) or value < 0:
        raise ConfigError(f"{name}: {value:g} is no time: it is at least 0, and comes to an end")
    return float(value)
