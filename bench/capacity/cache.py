"""A cache before a store that is slower: after a restart it is cold."""

from collections.abc import Callable
from random import Random

from bench.capacity.agenda import Agenda
from bench.capacity.limits import Limits
from bench.capacity.service_time import draws
from bench.capacity.ticket import Ticket
from bench.capacity.worker_pool import WorkerPool

Found = Callable[[Ticket], None]


class Cache:
    """What all instances share. Each client asks for a thing of its own.

    A worker that misses waits for the store, and is occupied meanwhile.

    Args:
        limits: how many things, how long they are kept, how fast the store is.
        agenda: what is due when.
        rng: draws how long loading takes.
        found: called with a request as soon as its thing is there.
    """

    def __init__(self, limits: Limits, agenda: Agenda, rng: Random, found: Found) -> None:
        self._limits, self._agenda, self._found = limits, agenda, found
        self._load_s = draws("exponential", limits.load_s, 0.0, rng)
        self._store = WorkerPool(limits.store_workers, float("inf"), self._load)
        self._until_s: dict[int, float] = {}
        self._loading: dict[int, list[Ticket]] = {}
        self.loads = 0
        self._fill()

    @property
    def share_kept(self) -> float:
        """The share of all things that is in the cache."""
        now_s = self._agenda.now_s
        kept = sum(until_s > now_s for until_s in self._until_s.values())
        return kept / self._limits.cache_keys

    def forget(self) -> None:
        """Lose everything."""
        self._until_s.clear()

    def look_up(self, ticket: Ticket) -> None:
        """Find what a request asks for, at once or after loading it."""
        key = ticket.client % self._limits.cache_keys
        if self._until_s.get(key, 0.0) > self._agenda.now_s:
            self._found(ticket)
        elif self._limits.coalesce and key in self._loading:
            self._loading[key].append(ticket)
        else:
            self._loading.setdefault(key, [])
            self._store.offer(ticket)

    def _fill(self) -> None:
        """Begin warm: as after running for long, no two things lapse together."""
        count, ttl_s = self._limits.cache_keys, self._limits.cache_ttl_s
        now_s = self._agenda.now_s
        self._until_s = {key: now_s + ttl_s * (key + 1) / count for key in range(count)}

    def _load(self, ticket: Ticket) -> None:
        self.loads += 1
        self._agenda.at(self._agenda.now_s + self._load_s(), self._loaded, ticket)

    def _loaded(self, ticket: Ticket) -> None:
        key = ticket.client % self._limits.cache_keys
        self._until_s[key] = self._agenda.now_s + self._limits.cache_ttl_s
        waiting = self._loading.pop(key, [])
        self._store.release()
        for each in (ticket, *waiting):
            self._found(each)
