"""The retry law of a unit, from the times at which it was seen to try."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.errors import ConfigError
from bench.events import ExchangeFailed, RequestSent, ResponseReceived
from bench.fleet.retry_law import RetryLaw
from bench.recording import Recording

LEAST_WAITS = 12  # assumed: below that, a fit says more about chance than about the unit
FIXED = 0.02  # a spread below this share of the wait is taken for timers, not for jitter
FACTORS = tuple(1 + 0.1 * step for step in range(31))  # 1.0 to 4.0
CAP_STEPS = 60
PUSH_METHODS = ("WEBSOCKET", "MQTT")


@dataclass(frozen=True)
class Wait:
    """A wait before a try, and after how many failures in a row."""

    level: int
    wait_s: float


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


def waits_in(recording: Recording, party: str) -> Iterator[Wait]:
    """Yield the waits of a party between a failed try for its push channel and the next one.

    The wait after a lost channel is left out: how long the channel lived decides its level, by a
    rule that only the unit knows.
    """
    pushing: set[str] = set()
    failed_ns: int | None = None
    level = 0
    for entry in recording.entries:
        event = entry.event
        if getattr(event, "party", None) != party:
            continue
        if isinstance(event, RequestSent) and event.method in PUSH_METHODS:
            pushing.add(event.exchange)
            if failed_ns is not None:
                yield Wait(level, (entry.t_ns - failed_ns) / 1e9)
                failed_ns = None
        elif isinstance(event, ExchangeFailed) and event.exchange in pushing:
            level += 1
            failed_ns = entry.t_ns
        elif isinstance(event, ResponseReceived) and event.exchange in pushing:
            opened = event.status in (0, 101)
            level = 0 if opened else level + 1
            failed_ns = None if opened else entry.t_ns


def fit(waits: Iterable[Wait], *, source: str) -> Fit:
    """Return the law under which waits are most likely: uniform on [(1 - jitter) · m, m].

    m = min(cap, base · factor^level). For each factor and cap on a grid, the most likely
    base is the longest wait in units of its level, corrected for the number of waits.

    Raises:
        ConfigError: too few waits.
    """
    seen = [each for each in waits if each.wait_s > 0]
    if len(seen) < LEAST_WAITS:
        raise ConfigError(
            f"{source}: {len(seen)} waits of the telematics unit between failed tries, a fit needs "
            f"{LEAST_WAITS}: record a longer outage, or give --base, --cap and --jitter"
        )
    highest = max(each.level for each in seen)
    candidates = (
        (_likelihood(seen, factor, top), factor, top)
        for factor in FACTORS
        for top in _tops(factor, highest)
    )
    _, factor, top = max(candidates, key=lambda each: (round(each[0], 6), -each[1], -each[2]))
    low_s, high_s = _range_s(seen, factor, top)
    jitter = (high_s - low_s) / high_s
    law = RetryLaw(high_s, factor, high_s * top, jitter if jitter > FIXED else 0.0)
    return Fit(law, len(seen), top < factor**highest * (1 - 1e-9) or factor == 1)


def _tops(factor: float, highest: int) -> list[float]:
    """Return caps to try, by the base: none is above what the highest level reaches."""
    whole = math.log(factor**highest)
    return sorted({math.exp(whole * step / CAP_STEPS) for step in range(CAP_STEPS + 1)})


def _likelihood(seen: list[Wait], factor: float, top: float) -> float:
    grown = [min(top, factor**each.level) for each in seen]
    scaled = [each.wait_s / growth for each, growth in zip(seen, grown, strict=True)]
    width = max(max(scaled) - min(scaled), FIXED * max(scaled))
    return -len(seen) * math.log(width) - sum(map(math.log, grown))


def _range_s(seen: list[Wait], factor: float, top: float) -> tuple[float, float]:
    """Return the shortest and longest wait at level 0: the extremes, widened without bias."""
    scaled = [each.wait_s / min(top, factor**each.level) for each in seen]
    beyond = (max(scaled) - min(scaled)) / (len(scaled) - 1)
    return max(0.0, min(scaled) - beyond), max(scaled) + beyond
