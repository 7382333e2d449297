"""The retry law of a unit, from the times at which it was seen to try."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.capacity.retry_law import RetryLaw
from bench.errors import ConfigError
from bench.judge.discipline import back_off
from bench.judge.discipline.tries import Wait


@dataclass(frozen=True)
class Fit:
    """A law and what it was fitted to.

    Attributes:
        waits: how many waits were seen.
        cap_seen: whether the waits stopped growing; if not, the cap is only the longest one.
    """

    law: RetryLaw
    waits: int
    cap_seen: bool


def fit(waits: Iterable[Wait], *, source: str) -> Fit:
    """Return the law under which waits are most likely (see `bench.judge.discipline.back_off`).

    Raises:
        ConfigError: too few waits.
    """
    seen = list(waits)
    found = back_off.fit(seen)
    if found is None:
        raise ConfigError(
            f"{source}: {len(seen)} waits of the telematics unit between failed tries, a fit needs "
            f"{back_off.LEAST_WAITS}: record a longer outage, or give --base, --cap and --jitter"
        )
    law = RetryLaw(found.base_s, found.factor, found.cap_s, found.jitter)
    return Fit(law, found.waits, found.cap_seen)
