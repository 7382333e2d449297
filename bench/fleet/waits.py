"""How many of those who fail now try again how many steps later."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.capacity.retry_law import RetryLaw, TokenBucket

Floats = NDArray[np.floating[Any]]
MOST_TOKEN_STATES = 100  # measured: with 40, times are off by a quarter; with 100, by 9 %


@dataclass(frozen=True, eq=False)
class Kernel:
    """Who waits how long after a failure at one level, and how many tokens are left then.

    A sparse matrix from tokens to steps × tokens; `first` is the step of its first row.
    """

    first: int
    rows: int
    tokens: int
    source: NDArray[np.intp]
    cell: NDArray[np.intp]
    share: Floats

    def spread(self, failed: Floats) -> Floats:
        """Return cars by step and tokens, from cars by tokens."""
        if self.tokens == 1:
            return np.asarray(self._alone * float(failed[0]))
        return self._counted(failed)

    @cached_property
    def _alone(self) -> Floats:
        return self._counted(np.ones(1))

    def _counted(self, failed: Floats) -> Floats:
        weights = failed[self.source] * self.share
        size = self.rows * self.tokens
        cars = np.bincount(self.cell, weights, size).astype(np.float64)
        return cars.reshape(self.rows, self.tokens)


class Waits:
    """Distributions of the wait over whole steps of time.

    Args:
        law: the unit's.
        bucket: the unit's budget of tries, if it has one.
        step_s: how long a step is.
        retry_after_s: what a rejection names.
        steps: how many steps there are: who waits longer is not seen again.
    """

    def __init__(
        self,
        law: RetryLaw,
        bucket: TokenBucket | None,
        step_s: float,
        retry_after_s: tuple[float, float] | None,
        steps: int,
    ) -> None:
        self.law, self.bucket, self.step_s = law, bucket, step_s
        self._steps = steps
        self.told_s = retry_after_s if law.obeys_retry_after else None
        # tokens are counted in parts: a coarser count would let synchronous cars drift apart
        self.parts = max(1, min(40, MOST_TOKEN_STATES // bucket.size)) if bucket else 1
        self.tokens = (bucket.size - 1) * self.parts + 1 if bucket else 1
        self._kernels: dict[tuple[int, bool, int], Kernel] = {}

    @cached_property
    def longest(self) -> int:
        """The longest wait there is, in steps."""
        longest_s = max(max(self.law.drawn, default=0.0), self.law.longest_s)
        longest_s = max(longest_s, self.told_s[1] if self.told_s else 0.0)
        longest_s = max(longest_s, self.bucket.refill_s if self.bucket else 0.0)
        return min(int(np.ceil(longest_s / self.step_s)), self._steps) + 2

    def kernel(self, level: int, *, told: bool, spent: int) -> Kernel:
        """Return who waits how long.

        Args:
            level: how many failures in a row there were before.
            told: whether the answer named a Retry-After.
            spent: steps that the try itself took.
        """
        key = (level, told, spent)
        if key not in self._kernels:
            splits = [
                self._by_tokens(self._shares(level, left, told=told, spent=spent), left, spent)
                for left in range(self.tokens)
            ]
            self._kernels[key] = _sparse(splits)
        return self._kernels[key]

    def first_wait(self) -> Kernel:
        """Return the wait after the connection is lost: no try was made, the bucket is full."""
        full = self.tokens - 1 + self.parts
        return _sparse([self._by_tokens(self._shares(0, full, told=False, spent=0), full, 0)])

    def told_cdf(self, at_s: Floats) -> Floats:
        """Return which share of the Retry-After times is over at each of these waits."""
        if self.told_s is None:
            return np.ones_like(at_s)
        return _uniform_cdf(at_s, *self.told_s)

    def _shares(self, level: int, tokens: int, *, told: bool, spent: int) -> Floats:
        edges_s = (np.arange(self.longest + 1) + 0.5) * self.step_s
        below = _uniform_cdf(edges_s, *self.law.bounds_s(level))
        if told:
            below = below * self.told_cdf(edges_s)
        if self.bucket and tokens < self.parts:
            token_s = (1 - tokens / self.parts) * self.bucket.refill_s - spent * self.step_s
            below = np.where(edges_s < token_s, 0.0, below)
        below[-1] = 1.0
        shares = np.diff(below, prepend=0.0)
        if spent == 0:  # nobody tries twice within a step
            shares[1] += shares[0]
            shares[0] = 0.0
        return np.asarray(shares)

    def _by_tokens(self, shares: Floats, tokens: int, spent: int) -> Floats:
        """Split shares by the tokens left after the next try; between two counts by chance."""
        if self.bucket is None:
            return shares[:, None]
        passed_s = (np.arange(len(shares)) + spent) * self.step_s
        gained = passed_s / self.bucket.refill_s
        left = np.clip(tokens / self.parts + gained, 1, self.bucket.size) - 1
        left *= self.parts
        whole = np.minimum((left + 1e-9).astype(int), self.tokens - 1)
        more = np.minimum(whole + 1, self.tokens - 1)
        split = np.zeros((len(shares), self.tokens))
        rows = np.arange(len(shares))
        np.add.at(split, (rows, whole), shares * (1 - (left - whole)))
        np.add.at(split, (rows, more), shares * (left - whole))
        return split


def _uniform_cdf(at_s: Floats, low_s: float, high_s: float) -> Floats:
    if high_s - low_s < 1e-9:
        return np.asarray(at_s >= low_s, dtype=np.float64)
    return np.asarray(np.clip((at_s - low_s) / (high_s - low_s), 0.0, 1.0))


def _sparse(splits: list[Floats]) -> Kernel:
    """Return arrays by step and tokens, one for each number of tokens before, as a kernel."""
    whole = np.stack(splits)
    source, row, column = np.nonzero(whole)
    first, last = int(row.min()), int(row.max())
    tokens = splits[0].shape[1]
    cell = (row - first) * tokens + column
    share = whole[source, row, column]
    return Kernel(first, last - first + 1, tokens, source, cell, share)
