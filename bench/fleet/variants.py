"""What would help: the same outage with one thing changed."""

from collections.abc import Iterator
from dataclasses import replace

from bench import seeds
from bench.capacity.retry_law import DECORRELATED, TokenBucket
from bench.fleet.closed_forms import least_cap_s
from bench.fleet.projection import project
from bench.fleet.situation import Situation


def shared_seed(situation: Situation, seed: int) -> Situation:
    """Return the bound that one unit's trace cannot exclude: all cars draw the same waits."""
    rng = seeds.stream(seed, "fleet", "shared_seed")
    lasting_s = situation.outage_s + situation.horizon_s
    return replace(situation, law=situation.law.drawn_once(rng, lasting_s))


def variants(situation: Situation) -> Iterator[tuple[str, Situation]]:
    """Yield what would be changed, in words, and the situation with that change."""
    law, server = situation.law, situation.server
    bucketless = replace(situation, bucket=None)
    for word in ("none", "equal", "full", DECORRELATED):
        if word != law.name:
            yield f"jitter {word}", replace(bucketless, law=law.with_jitter(word))
    bounded = replace(server, queue_limit=server.capacity_per_s * server.timeout_s)
    if server.queue_limit is None:
        yield "queue ≤ capacity × time-out", replace(situation, server=bounded)
    if server.retry_after_s is None or not law.obeys_retry_after:
        told = server if server.queue_limit is not None else bounded
        named = server.retry_after_s or retry_after_s(situation)
        yield (
            f"Retry-After {named[0]:.0f}–{named[1]:.0f} s, obeyed",
            replace(
                situation,
                law=replace(law, obeys_retry_after=True),
                server=replace(told, retry_after_s=named),
            ),
        )
    longer = replace(law, cap_s=max(law.cap_s, least_cap_s(situation)))
    if longer.longest_s > law.longest_s:
        yield f"cap {longer.cap_s:.0f} s", replace(situation, law=longer)
    if situation.bucket is None:
        refill_s = situation.cars / server.capacity_per_s
        budget = TokenBucket(3, refill_s)
        full = law if not law.decorrelated else law.with_jitter("full")
        yield (
            f"token bucket 3, one each {refill_s:.0f} s",
            replace(situation, law=full, bucket=budget),
        )


def retry_after_s(situation: Situation) -> tuple[float, float]:
    """Return what a server should say: the time it needs for all, spread evenly over as much."""
    needed_s = min(situation.cars / situation.server.capacity_per_s, 3600.0)
    return 0.25 * needed_s, needed_s


def least_capacity(situation: Situation, within_s: float, share: float = 0.99) -> float | None:
    """Return the least capacity, within 2 %, that brings so many back in time; None: not 1000 ×.

    A queue limit grows with the capacity.
    """
    server = situation.server
    followed = replace(situation, horizon_s=within_s)

    def suffices(factor: float) -> bool:
        limit = None if server.queue_limit is None else server.queue_limit * factor
        larger = replace(server, capacity_per_s=server.capacity_per_s * factor, queue_limit=limit)
        recovered_s = project(replace(followed, server=larger), 1.0).recovered_s(share)
        return recovered_s is not None

    low = share * situation.cars / within_s / server.capacity_per_s
    high = max(low, 1e-6)
    while not suffices(high):
        low, high = high, high * 2
        if high > 1000:
            return None
    while high / max(low, 1e-9) > 1.02:
        middle = (low * high) ** 0.5
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high * server.capacity_per_s
