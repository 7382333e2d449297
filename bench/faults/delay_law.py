"""How the delays of a link are distributed."""

import math
from random import Random
from typing import Literal

DelayLaw = Literal["uniform", "normal", "lognormal"]


def draw_delay_s(law: DelayLaw, delay_s: float, jitter_s: float, rng: Random) -> float:
    """Draw one delay, never below 0.

    Args:
        law: uniform in `delay_s` ± `jitter_s`, or with that mean and that standard deviation:
            normal, or lognormal, whose tail is long.
        delay_s: the mean.
        jitter_s: how far delays stray.
        rng: where they come from.

    >>> draw_delay_s("lognormal", 0.2, 0.0, Random(1))
    0.2
    """
    if law == "uniform" or not jitter_s:
        return max(0.0, delay_s + rng.uniform(-jitter_s, jitter_s))
    if law == "normal" or not delay_s:
        return max(0.0, rng.normalvariate(delay_s, jitter_s))
    variance = math.log1p((jitter_s / delay_s) ** 2)
    return rng.lognormvariate(math.log(delay_s) - variance / 2, math.sqrt(variance))
