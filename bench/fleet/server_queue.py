"""The server in the projection: a queue of cohorts, served in order."""

from dataclasses import dataclass

import numpy as np

from bench.fleet.situation import Server
from bench.fleet.waits import Floats


@dataclass(frozen=True)
class Served:
    """What became of tries in one step: how many connected, who was rejected, whose time was up."""

    connected: float
    rejected: Floats
    timed_out: Floats


class ServerQueue:
    """First come, first served, by a deterministic rate.

    Work whose car has given up stays in the queue and is served like any other.

    Args:
        server: its capacity, queue, patience and cost of rejecting.
        steps: how many steps there will be.
        states: how many kinds of cohort there are.
        step_s: how long a step is.
    """

    def __init__(self, server: Server, steps: int, states: int, step_s: float) -> None:
        self._server = server
        self._capacity = server.capacity_per_s * step_s
        self._patience = max(1, round(server.timeout_s / step_s))
        self._work = np.zeros(steps)
        self._waiting = np.zeros((self._patience + 1, states))
        self._queued = 0.0
        self._head = 0

    def step(self, now: int, tries: Floats) -> Served:
        """Take the tries of a step, serve for so long, and return what happened."""
        total = float(tries.sum())
        admitted = self._admitted(total)
        share = admitted / total if total > 0 else 0.0
        self._work[now] = admitted
        self._queued += admitted
        self._waiting[now % len(self._waiting)] = tries * share
        free = self._capacity - self._server.reject_cost * (total - admitted)
        connected = self._serve(now, max(0.0, free))
        # who came `patience` steps ago was waiting at the end of this one, and goes
        timed_out = np.zeros_like(tries)
        if now >= self._patience:
            row = self._waiting[(now - self._patience) % len(self._waiting)]
            timed_out = row.copy()
            row[:] = 0.0
        return Served(connected, tries * (1 - share), timed_out)

    def _admitted(self, total: float) -> float:
        limit, cost = self._server.queue_limit, self._server.reject_cost
        if limit is None:
            return total
        room = limit - self._queued + self._capacity
        if total <= room:
            return total
        # rejecting takes from what could be served: admitted - served is to fill the room
        return min(total, max(0.0, (room - cost * total) / (1 - cost)))

    def _serve(self, now: int, free: float) -> float:
        connected = 0.0
        while free > 0 and self._head <= now:
            work = self._work[self._head]
            done = min(free, work)
            if work > 0 and now - self._head <= self._patience:
                row = self._waiting[self._head % len(self._waiting)]
                connected += float(row.sum()) * done / work
                row *= 1 - done / work
            free -= done
            self._work[self._head] = work - done
            self._queued -= done
            if self._work[self._head] > 1e-9:
                break
            self._head += 1
        return connected
