"""A crowd of phones or cars, as data: how they ask, and what they do when they are not answered."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from bench.capacity.limits import Count
from bench.capacity.retry_law import RetryLaw
from bench.errors import ConfigError
from bench.units import Positive, Seconds, Share


@dataclass(frozen=True)
class Crowd:
    """`[cloud.population.<name>]` of a bench file: many clients that are alike.

    One of `arrivals_per_s`, `think_s` and `within_s` says how they come. Values without a source
    are assumed.

    Attributes:
        endpoint: what they ask, as in `[cloud.capacity.<endpoint>]`.
        clients: how many.
        arrivals_per_s: open: requests come at this rate, whatever became of earlier ones (Poisson).
        think_s: closed: each client asks, waits for what becomes of it, and pauses this long in the
            mean (exponential).
        within_s: once: each client asks once, at some moment of the first so many seconds, as after
            a lost connection.
        patience_s: how long a client waits for an answer.
        tries: so many tries for one thing, the first one counted (0: until it is answered).
        base_s, factor, cap_s, jitter: the wait before the next try (see docs/fleet.md); `jitter` is
            none, equal, full, decorrelated, or the share that is drawn. A factor of 1 is a fixed
            wait.
        obeys_retry_after: no try before the time that an answer names.
        retry_budget: tries again are only made as long as they are fewer than this share of the
            client's requests (None: no budget). Finagle's default is 0.2; AWS's SDKs and gRPC
            keep a bucket of tokens of the same effect.
        reserve: so many tries again are allowed beyond that.
    """

    endpoint: str = "any"
    clients: Count = 1000
    arrivals_per_s: Positive | None = None
    think_s: Positive | None = None
    within_s: Seconds | None = None
    patience_s: Positive = 5.0
    tries: Annotated[int, Ge(0)] = 3
    base_s: Positive = 1.0
    factor: Annotated[float, Ge(1)] = 2.0
    cap_s: Positive = 60.0
    jitter: str = "full"
    obeys_retry_after: bool = False
    retry_budget: Share | None = None
    reserve: Seconds = 1.0

    def __post_init__(self) -> None:
        """Raises ValueError: nobody could behave like this."""
        ways = [self.arrivals_per_s, self.think_s, self.within_s]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("needs one of arrivals_per_s, think_s and within_s")
        try:
            self.law()
        except ConfigError as error:
            raise ValueError(str(error)) from None

    def law(self) -> RetryLaw:
        """Return how a client waits between its tries; raises ConfigError."""
        return RetryLaw(self.base_s, self.factor, self.cap_s).with_jitter(self.jitter)

    @property
    def wanted_per_s(self) -> float | None:
        """Requests a second that the crowd wants while all is well (None: it comes once).

        Closed: at most, since answers take time too.
        """
        if self.arrivals_per_s is not None:
            return self.arrivals_per_s
        return None if self.think_s is None else self.clients / self.think_s
