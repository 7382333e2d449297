"""What a group of endpoints can take, as data."""

import math
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt

from bench.capacity.service_time import Law
from bench.units import Positive, Seconds

Count = Annotated[int, Ge(1)]
OrNever = Annotated[float, Gt(0)]  # seconds; inf: never


@dataclass(frozen=True)
class Limits:
    """`[cloud.capacity.<endpoint>]` of a bench file: instances behind a load balancer.

    Values without a source are assumed. "AWS": the defaults of an Application Load Balancer and
    its target groups; "nginx": those of its proxy module.

    Attributes:
        targets: instances behind the load balancer.
        workers: requests that one instance works on at a time.
        queue: requests that wait in one instance; the next one is answered 503 (inf: no bound).
        service_s: mean time that a worker needs.
        law: how that time is distributed.
        sigma: lognormal: the standard deviation of its logarithm.
        abandoned: whether work that nobody waits for any more still costs its service ("served",
            as most servers do, who do not look), or is left out when its turn comes ("skipped").
        balance: how an instance is chosen.
        connect_timeout_s: an instance that is gone without a word: 504 after that (AWS: 10 s).
        response_timeout_s: an instance that does not answer: 504 after that (AWS idle time-out and
            nginx proxy_read_timeout: 60 s).
        queue_timeout_s: a request that waits longer for its turn is taken out and answered 503
            (HAProxy "timeout queue"; inf: never).
        retry_after_s: what a 503 of a full queue names as Retry-After (0: nothing).
        retry_after_spread_s: up to so much more, drawn for each.
        check_interval_s: how often the load balancer asks an instance how it is; the question
            waits in the instance's queue like any other (AWS: 30 s; inf: never).
        check_timeout_s: how long it waits for the answer (AWS: 5 s).
        unhealthy_after: failures in a row until an instance is given nothing more (AWS: 2).
        healthy_after: answers in a row until it is given something again (AWS: 5).
        no_target: what happens when no instance is healthy: 503 ("refuse", as HAProxy does), or all
            of them are used ("open", as AWS does).
        cache_keys: different things that requests ask for, each kept in a cache (0: no cache).
        cache_ttl_s: how long one is kept (inf: until a restart).
        load_s: mean time in which the store behind the cache delivers a thing, exponential.
        store_workers: how many things the store delivers at a time.
        coalesce: whether requests for a thing that is being loaded wait for that, instead of having
            it loaded once more each.
    """

    targets: Count = 1
    workers: Count = 8
    queue: Annotated[float, Ge(0)] = 100.0
    service_s: Positive = 0.05
    law: Law = "exponential"
    sigma: Positive = 1.0
    abandoned: Literal["served", "skipped"] = "served"
    balance: Literal["round_robin", "least_outstanding"] = "round_robin"
    connect_timeout_s: Positive = 10.0
    response_timeout_s: Positive = 60.0
    queue_timeout_s: OrNever = math.inf
    retry_after_s: Seconds = 0.0
    retry_after_spread_s: Seconds = 0.0
    check_interval_s: OrNever = 30.0
    check_timeout_s: Positive = 5.0
    unhealthy_after: Count = 2
    healthy_after: Count = 5
    no_target: Literal["refuse", "open"] = "refuse"
    cache_keys: Annotated[int, Ge(0)] = 0
    cache_ttl_s: OrNever = math.inf
    load_s: Positive = 0.5
    store_workers: Count = 8
    coalesce: bool = False

    @property
    def per_s(self) -> float:
        """Requests a second that all workers together can serve, with a warm cache.

        >>> Limits(workers=4, service_s=0.02).per_s
        200.0
        """
        return self.targets * self.workers / self.service_s
