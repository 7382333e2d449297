"""How one unit tries again: the shape of its back-off."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from bench.errors import ConfigError, nearest

# AWS Architecture Blog, "Exponential Backoff And Jitter"; "none" is plain doubling
SHARES = {"none": 0.0, "equal": 0.5, "full": 1.0}
DECORRELATED = "decorrelated"
LAWS = (*SHARES, DECORRELATED)
GROWTH = 3.0  # decorrelated: the next wait is drawn from [base, 3 × the last one]
MOST_LEVELS = 2000
MOST_DRAWN = 5000
CHAIN = 40_000  # within 1 % of the mean, in some 20 ms


@dataclass(frozen=True)
class RetryLaw:
    """Waits between the tries of one unit, all in seconds.

    After the n-th failure in a row (from 0) the longest wait is min(cap, base · factor^n); the
    share `jitter` of it is drawn uniformly, the rest is fixed: 0 is plain doubling, 1/2 is "equal"
    and 1 is "full" jitter. Decorrelated: min(cap, U(base, 3 · the last wait)).

    Attributes:
        base_s, factor, cap_s: the growth of the longest wait.
        jitter: the share that is drawn.
        decorrelated: draws from the last wait instead; `factor` and `jitter` then mean nothing.
        obeys_retry_after: never tries before the time that an answer's Retry-After names.
        drawn: waits that are the same in every car, by number of failures ("shared seed").
    """

    base_s: float = 2.0
    factor: float = 2.0
    cap_s: float = 120.0
    jitter: float = 1.0
    decorrelated: bool = False
    obeys_retry_after: bool = False
    drawn: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Raises ConfigError: no unit could wait like this."""
        if not 0 < self.base_s < math.inf:
            raise ConfigError(f"retry law: base {self.base_s:g} s: must be above 0")
        if not self.base_s <= self.longest_s < math.inf:
            raise ConfigError(
                f"retry law: cap {self.cap_s:g} s: must be at least the base, {self.base_s:g} s"
            )
        if not 1 <= self.factor < math.inf:
            raise ConfigError(f"retry law: factor {self.factor:g}: must be at least 1")
        if not 0 <= self.jitter <= 1:
            raise ConfigError(f"retry law: jitter {self.jitter:g}: a share lies from 0 to 1")

    def with_jitter(self, word: str) -> "RetryLaw":
        """Return this law with a jitter by name, or with a share of it.

        Raises:
            ConfigError: no such name, and no share from 0 to 1.

        >>> RetryLaw().with_jitter("equal").jitter
        0.5
        """
        if word == DECORRELATED:
            return replace(self, decorrelated=True)
        if word in SHARES:
            return replace(self, jitter=SHARES[word], decorrelated=False)
        try:
            share = float(word)
        except ValueError:
            raise ConfigError(
                f'no jitter law named "{word}": {nearest(word, LAWS)}; or a share from 0 to 1'
            ) from None
        return replace(self, jitter=share, decorrelated=False)

    @property
    def name(self) -> str:
        """The jitter in a word, or as a share."""
        if self.decorrelated:
            return DECORRELATED
        words = {share: word for word, share in SHARES.items()}
        return words.get(self.jitter, f"{self.jitter:.2g} of the wait")

    @property
    def longest_s(self) -> float:
        """What the longest wait grows to: one that does not grow never comes to its cap.

        >>> RetryLaw(base_s=2, cap_s=120).longest_s, RetryLaw(base_s=2, factor=1).longest_s
        (120, 2)
        """
        return self.base_s if self.factor == 1 and not self.decorrelated else self.cap_s

    @property
    def levels(self) -> int:
        """How many failures in a row make a difference; the last level repeats.

        >>> RetryLaw(base_s=2, cap_s=120).levels
        7
        """
        if self.drawn:
            return len(self.drawn)
        if self.factor == 1 or self.base_s >= self.cap_s:
            return 1
        steps = math.ceil(math.log(self.cap_s / self.base_s, self.factor) - 1e-9)
        return min(steps + 1, MOST_LEVELS)

    def bounds_s(self, level: int) -> tuple[float, float]:
        """Return the shortest and the longest wait after `level` earlier failures.

        >>> RetryLaw(jitter=0.5).bounds_s(2)
        (4.0, 8.0)
        """
        if self.drawn:
            wait = self.drawn[min(level, len(self.drawn) - 1)]
            return wait, wait
        longest = self.longest_s
        if level < self.levels - 1:
            longest = min(self.cap_s, self.base_s * self.factor**level)
        return longest * (1 - self.jitter), longest

    def wait_s(self, level: int, last_s: float, rng: Random) -> float:
        """Return one wait; `last_s` is the wait before it (decorrelated jitter needs it)."""
        if self.decorrelated and not self.drawn:
            return min(self.cap_s, rng.uniform(self.base_s, GROWTH * last_s))
        return rng.uniform(*self.bounds_s(level))

    def mean_s(self) -> float:
        """Return the mean wait of a unit that has failed for long.

        Decorrelated: the mean of a long chain with a fixed seed.
        """
        if self.drawn:
            return sum(self.drawn) / len(self.drawn)
        if not self.decorrelated:
            return sum(self.bounds_s(self.levels)) / 2
        rng, wait, total = Random(1), self.base_s, 0.0
        for number in range(CHAIN + 200):
            wait = self.wait_s(0, wait, rng)
            total += wait if number >= 200 else 0.0
        return total / CHAIN

    def drawn_once(self, rng: Random, lasting_s: float) -> "RetryLaw":
        """Return the law of a fleet whose cars all draw the same waits, for so long."""
        waits: list[float] = []
        last_s = self.base_s
        while len(waits) < MOST_DRAWN and lasting_s > 0:
            last_s = self.wait_s(len(waits), last_s, rng)
            waits.append(last_s)
            lasting_s -= last_s
        return replace(self, drawn=tuple(waits))


@dataclass(frozen=True)
class TokenBucket:
    """A budget of tries in the unit: `size` at once, then one more each `refill_s` seconds."""

    size: int
    refill_s: float

    def __post_init__(self) -> None:
        """Raises ConfigError: no bucket."""
        if not 1 <= self.size <= 50:
            raise ConfigError(f"token bucket: size {self.size}: must be from 1 to 50")
        if not 0 < self.refill_s < math.inf:
            raise ConfigError(f"token bucket: refill {self.refill_s:g} s: must be above 0")


def describe(law: RetryLaw, bucket: TokenBucket | None) -> str:
    """Return a law in a line.

    >>> describe(RetryLaw(), None)
    '2 s × 2^n, at most 120 s, jitter full, Retry-After ignored'
    """
    growth = (
        f"{law.base_s:.4g} s × {law.factor:.4g}^n, at most {law.cap_s:.4g} s, jitter {law.name}"
    )
    if law.decorrelated:
        growth = f"{law.base_s:.4g} s to {law.cap_s:.4g} s, jitter {law.name}"
    parts: Sequence[str] = (
        growth,
        "Retry-After obeyed" if law.obeys_retry_after else "Retry-After ignored",
        *([f"{bucket.size} tries, then one each {bucket.refill_s:g} s"] if bucket else []),
    )
    return ", ".join(parts)
