"""What can be known without a simulation."""

from bench.fleet.situation import Situation


def settled_demand_per_s(situation: Situation) -> float:
    """Return the tries a second while the server is down, once the waits have grown: N / E[wait].

    Full jitter: about 2 N / cap. A token bucket lets through no more than one each `refill_s`.
    """
    wait_s = situation.law.mean_s()
    if situation.bucket:
        wait_s = max(wait_s, situation.bucket.refill_s)
    return situation.cars / (wait_s + situation.fails_after_s)


def cannot_recover(situation: Situation) -> bool:
    """Return whether a queue or its rejections swallow all capacity from the first second on.

    A queue that may grow beyond what a car waits for recovers only if the demand is no more than
    the capacity; rejections leave nothing if they cost r · A ≥ C. True only of a fleet that
    waits no longer than its law says: Retry-After, if it is obeyed, makes it wait longer.
    """
    server, demand_per_s = situation.server, settled_demand_per_s(situation)
    if situation.law.obeys_retry_after and server.retry_after_s:
        wait_s = max(situation.law.mean_s(), sum(server.retry_after_s) / 2)
        rejected_per_s = situation.cars / wait_s
    else:
        rejected_per_s = demand_per_s
    if server.queue_limit is None:
        return demand_per_s > server.capacity_per_s
    return server.reject_cost * rejected_per_s >= server.capacity_per_s


def least_cap_s(situation: Situation) -> float:
    """Return the shortest cap with which full jitter asks no more than the capacity: 2 N / C."""
    return 2 * situation.cars / situation.server.capacity_per_s
