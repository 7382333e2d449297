"""Queueing theory in closed form: what a simulation has to agree with.

L. Kleinrock, "Queueing Systems", vol. 1 (1975): M/M/c and M/M/c/K by birth and death, M/G/1 by
Pollaczek and Khinchine.
"""

import math


def blocked(load: float, workers: int, room: int = 0) -> float:
    """Return the share of requests that M/M/c/K turns away (room 0: Erlang B).

    Args:
        load: arrivals a second × mean service time, in erlangs.
        workers: c.
        room: K - c, how many may wait.

    >>> round(blocked(2.0, 2), 4)
    0.4
    """
    weights = [load**n / math.factorial(n) for n in range(workers + 1)]
    for _ in range(room):
        weights.append(weights[-1] * load / workers)
    return weights[-1] / sum(weights)


def waiting_share(load: float, workers: int) -> float:
    """Return the share of requests that have to wait in M/M/c (Erlang C); load < workers.

    >>> round(waiting_share(0.7, 1), 4)
    0.7
    """
    busy = load / workers
    lost = blocked(load, workers)
    return lost / (1 - busy * (1 - lost))


def mean_wait_s(arrivals_per_s: float, service_s: float, workers: int) -> float:
    """Return the mean time that a request waits for a worker in M/M/c.

    >>> round(mean_wait_s(0.5, 1.0, 1), 4)
    1.0
    """
    load = arrivals_per_s * service_s
    return waiting_share(load, workers) * service_s / (workers - load)


def mean_wait_one_s(arrivals_per_s: float, service_s: float, variation: float) -> float:
    """Return the mean wait in M/G/1 (Pollaczek-Khinchine).

    Args:
        arrivals_per_s: of the Poisson arrivals.
        service_s: mean service time.
        variation: its squared coefficient of variation (0: M/D/1, 1: M/M/1).

    >>> mean_wait_one_s(0.5, 1.0, 0.0)
    0.5
    """
    busy = arrivals_per_s * service_s
    return busy * service_s * (1 + variation) / (2 * (1 - busy))
