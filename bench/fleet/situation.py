"""What a projection is of: how many cars, for how long, against which server."""

import math
from dataclasses import dataclass

from bench.capacity.retry_law import RetryLaw, TokenBucket
from bench.errors import ConfigError

MOST_CARS = 100_000_000
LONGEST_S = 3 * 86_400.0


@dataclass(frozen=True)
class Server:
    """What the cars reconnect to.

    Attributes:
        capacity_per_s: connections that it completes a second.
        timeout_s: how long a car waits for its turn. One that gave up still costs its service:
            that is what sustains an overload.
        queue_limit: requests that may wait; what comes above it is rejected at once. None: all
            may, 0: it sheds what it cannot serve.
        reject_cost: service units that a rejection costs.
        retry_after_s: from and to which wait a rejection names, drawn for each; None: none.
        told_when_down: whether answers during the outage name it too.
    """

    capacity_per_s: float
    timeout_s: float = 10.0
    queue_limit: float | None = None
    reject_cost: float = 0.0
    retry_after_s: tuple[float, float] | None = None
    told_when_down: bool = False

    def __post_init__(self) -> None:
        """Raises ConfigError: no server is like this."""
        _above_zero("capacity", self.capacity_per_s)
        if not 1 <= self.timeout_s < math.inf:
            raise ConfigError(f"timeout {self.timeout_s:g} s: must be at least 1 s")
        if self.queue_limit is not None and not 0 <= self.queue_limit < math.inf:
            raise ConfigError(f"queue {self.queue_limit:g}: must be 0 or more")
        if not 0 <= self.reject_cost < 1:
            raise ConfigError(f"reject cost {self.reject_cost:g}: must be from 0 to below 1")
        if self.retry_after_s is not None:
            low, high = self.retry_after_s
            if not 0 <= low <= high <= 86_400:
                raise ConfigError(f"Retry-After {low:g} s to {high:g} s: 0 ≤ from ≤ to ≤ 1 day")


@dataclass(frozen=True)
class Situation:
    """One outage of one fleet.

    Attributes:
        cars: how many lose their connection.
        outage_s: from the first loss until the server is back.
        horizon_s: how long the recovery is followed.
        drop_spread_s: the losses are spread evenly over so long.
        fails_after_s: how long a try takes to fail during the outage (0: refused at once).
    """

    law: RetryLaw
    server: Server
    cars: int = 1_000_000
    outage_s: float = 3000.0
    horizon_s: float = 7200.0
    drop_spread_s: float = 60.0
    fails_after_s: float = 0.0
    bucket: TokenBucket | None = None

    def __post_init__(self) -> None:
        """Raises ConfigError: it cannot be projected."""
        if not 1 <= self.cars <= MOST_CARS:
            raise ConfigError(f"cars {self.cars}: must be from 1 to {MOST_CARS:,}")
        _above_zero("outage", self.outage_s)
        _above_zero("horizon", self.horizon_s)
        if self.outage_s + self.horizon_s > LONGEST_S:
            raise ConfigError("outage and horizon: together at most 3 days")
        if not 0 <= self.drop_spread_s <= self.outage_s:
            raise ConfigError(
                f"drop spread {self.drop_spread_s:g} s: from 0 to the outage, {self.outage_s:g} s"
            )
        if not 0 <= self.fails_after_s <= 3600:
            raise ConfigError(f"failing after {self.fails_after_s:g} s: from 0 to 3600 s")
        if self.bucket and self.law.decorrelated and not self.law.drawn:
            raise ConfigError("token bucket: not with decorrelated jitter: its state is not kept")

    @property
    def ideal_s(self) -> float:
        """How long the server needs for 99 % of them at best."""
        return 0.99 * self.cars / self.server.capacity_per_s


def _above_zero(what: str, value: float) -> None:
    if not 0 < value < math.inf:
        raise ConfigError(f"{what} {value:g}: must be above 0")
