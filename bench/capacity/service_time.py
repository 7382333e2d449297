"""How long a worker needs for a request."""

import math
from collections.abc import Callable
from random import Random
from typing import Literal

Law = Literal["deterministic", "exponential", "lognormal"]


def draws(law: Law, mean_s: float, sigma: float, rng: Random) -> Callable[[], float]:
    """Return what draws service times in seconds.

    Args:
        law: of which distribution.
        mean_s: their mean, whatever the distribution.
        sigma: lognormal: the standard deviation of the logarithm; the squared coefficient of
            variation is exp(sigma²) - 1.
        rng: the stream that they come from.

    >>> draws("deterministic", 0.2, 1.0, Random(1))()
    0.2
    """
    if law == "exponential":
        rate = 1 / mean_s
        return lambda: rng.expovariate(rate)
    if law == "lognormal":
        mu = math.log(mean_s) - sigma * sigma / 2
        return lambda: rng.lognormvariate(mu, sigma)
    return lambda: mean_s
