"""The reference: every car and every try by itself, in the order of time. For small fleets.

It shares the retry law and the meaning of a server with the projection, and none of its numerics.
"""

import heapq
from collections import deque
from itertools import count

import numpy as np

from bench import seeds
from bench.errors import ConfigError
from bench.fleet.recovery import Recovery
from bench.fleet.situation import Situation

MOST_CARS = 50_000


class _Car:
    """One car: how often it failed, its last wait, its bucket, the try it waits for."""

    __slots__ = ("bucket_s", "failures", "last_s", "tokens", "waiting")

    def __init__(self, situation: Situation, now_s: float) -> None:
        self.failures = 0
        self.last_s = situation.law.base_s
        self.tokens = float(situation.bucket.size if situation.bucket else 1)
        self.bucket_s = now_s
        self.waiting = 0  # the try whose answer it waits for; 0: none


class EventDriven:
    """One run.

    Args:
        situation: as for the projection.
        seed: the seed of all draws.
    """

    def __init__(self, situation: Situation, seed: int) -> None:
        if situation.cars > MOST_CARS:
            raise ConfigError(f"cars {situation.cars:,}: event by event at most {MOST_CARS:,}")
        self._situation, self._server = situation, situation.server
        self._rng = seeds.stream(seed, "fleet", "event_driven")
        self._events: list[tuple[float, int, str, int]] = []
        self._numbers = count(1)
        self._cars: dict[int, _Car] = {}
        self._queue: deque[tuple[int, int]] = deque()
        self._busy = False
        self._debt = 0.0  # service units that rejections have cost and nobody has given yet
        self._tries: list[float] = []
        self._connections: list[float] = []

    def run(self) -> Recovery:
        """Run to the horizon; returns curves with steps of a second."""
        situation = self._situation
        end_s = situation.outage_s + situation.horizon_s
        losses_s = [
            situation.drop_spread_s * (car + 0.5) / situation.cars for car in range(situation.cars)
        ]
        for car, at_s in enumerate(losses_s):
            self._at(at_s, "lose", car)
        handlers = {"lose": self._lose, "try": self._try, "fail": self._fail,
                    "done": self._done, "give_up": self._give_up}  # fmt: skip
        while self._events and self._events[0][0] < end_s:
            now_s, number, what, car = heapq.heappop(self._events)
            handlers[what](now_s, car, number)
        bins = np.arange(0, round(end_s) + 1)
        tries, connected, lost = (
            np.histogram(times_s, bins)[0].astype(float)
            for times_s in (self._tries, self._connections, losses_s)
        )
        return Recovery(situation, 1.0, round(situation.outage_s), tries, connected, lost)

    def _at(self, when_s: float, what: str, car: int) -> int:
        number = next(self._numbers)
        heapq.heappush(self._events, (when_s, number, what, car))
        return number

    def _lose(self, now_s: float, car: int, _number: int) -> None:
        self._cars[car] = _Car(self._situation, now_s)
        self._wait(now_s, car, told=False)

    def _try(self, now_s: float, car: int, number: int) -> None:
        self._tries.append(now_s)
        if now_s < self._situation.outage_s:
            self._at(now_s + self._situation.fails_after_s, "fail", car)
            return
        server = self._server
        # one that never queues still takes what comes within a second: a fluid comes evenly
        limit = server.queue_limit
        room = None if limit is None else max(limit, server.capacity_per_s)
        if room is not None and len(self._queue) + self._debt >= room:
            self._debt = min(self._debt + server.reject_cost, server.capacity_per_s)
            self._serve(now_s)
            self._wait(now_s, car, told=True)
            return
        self._cars[car].waiting = number
        self._queue.append((car, number))
        self._at(now_s + server.timeout_s, "give_up", car)
        self._serve(now_s)

    def _serve(self, now_s: float) -> None:
        """Begin the next piece of work, if the server is free: rejections come first."""
        if self._busy or not (self._queue or self._debt):
            return
        self._busy = True
        if self._debt:
            units, self._debt, car = self._debt, 0.0, -1
        else:
            units, car = 1.0, 0
        self._at(now_s + units / self._server.capacity_per_s, "done", car)

    def _done(self, now_s: float, marker: int, _number: int) -> None:
        self._busy = False
        if marker >= 0:
            car, number = self._queue.popleft()
            if self._cars[car].waiting == number:
                self._cars[car].waiting = 0
                self._connections.append(now_s)
        self._serve(now_s)

    def _give_up(self, now_s: float, car: int, _number: int) -> None:
        """Give up, unless it has connected: a car has one try at a time, and no try outlasts it."""
        if self._cars[car].waiting:
            self._cars[car].waiting = 0
            self._wait(now_s, car, told=False)

    def _fail(self, now_s: float, car: int, _number: int) -> None:
        self._wait(now_s, car, told=self._server.told_when_down)

    def _wait(self, now_s: float, number: int, *, told: bool) -> None:
        """Let a car wait for its next try."""
        law, car = self._situation.law, self._cars[number]
        car.last_s = law.wait_s(car.failures, car.last_s, self._rng)
        car.failures += 1
        next_s = now_s + car.last_s
        if told and law.obeys_retry_after and self._server.retry_after_s:
            next_s = max(next_s, now_s + self._rng.uniform(*self._server.retry_after_s))
        next_s = self._with_token(car, next_s)
        self._at(next_s, "try", number)

    def _with_token(self, car: _Car, next_s: float) -> float:
        """Return when a token allows the try that is due then, and take the token."""
        bucket = self._situation.bucket
        if bucket is None:
            return next_s
        tokens = min(bucket.size, car.tokens + (next_s - car.bucket_s) / bucket.refill_s)
        if tokens < 1:
            next_s += (1 - tokens) * bucket.refill_s
            tokens = 1.0
        car.tokens, car.bucket_s = tokens - 1, next_s
        return next_s


def simulate(situation: Situation, seed: int) -> Recovery:
    """Return how a small fleet recovers, car by car.

    Raises:
        ConfigError: the fleet is too large for it.
    """
    return EventDriven(situation, seed).run()
