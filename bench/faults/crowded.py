"""A cloud that others load: what faults of capacity have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge

from bench.capacity.limits import Count, Limits
from bench.capacity.load_balancer import LoadBalancer
from bench.capacity.service_time import Law
from bench.cloud.capacity import Limited, Watcher
from bench.cloud.endpoints import Endpoint
from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo, together
from bench.units import Positive

Press = Callable[[Limited], Undo]


@dataclass(frozen=True, kw_only=True)
class Crowded(Fault):
    """Which endpoints are loaded, and what they can take where the bench file does not say it.

    Where `[cloud.capacity.<endpoint>]` of the bench file limits what `endpoint` names, those limits
    are the ones in force, and the figures here are not used.

    Attributes:
        endpoint: of which part of the interface ("any": all of it, behind one load balancer, or all
            that the bench file limits).
        workers: requests that are worked on at a time.
        service_s: mean time for one.
        law: how that time is distributed.
        queue: requests that may wait; the next one is answered 503 (inf: no bound).
        response_timeout_s: the load balancer's: 504 after that.
    """

    acts_on: ClassVar[str] = "what endpoints can do"

    endpoint: Endpoint = "any"
    workers: Count = 4
    service_s: Positive = 0.05
    law: Law = "exponential"
    queue: Annotated[float, Ge(0)] = 200.0
    response_timeout_s: Positive = 60.0

    def pressed(self, site: Site, injection: Injection, press: Press) -> Undo:
        """Do something to each endpoint that is meant; real exchanges that suffer count as met."""
        undos: list[Undo] = []
        meant = self._limited(site)
        own = not meant
        if own:
            undos.append(site.cloud.capacity.limit(self.endpoint, self._limits()))
            meant = [site.cloud.capacity.limited[self.endpoint]]
        for limited in meant:
            undos.append(press(limited))
            undos.append(limited.watchers.add(_meeting(limited.balancer, injection, always=own)))

        return together(reversed(undos))

    def _limited(self, site: Site) -> list[Limited]:
        """Return what the bench file limits of that."""
        if self.endpoint == "any":
            return list(site.cloud.capacity.limited.values())
        found = site.cloud.capacity.of(self.endpoint)
        return [] if found is None else [found]

    def _limits(self) -> Limits:
        return Limits(
            workers=self.workers, service_s=self.service_s, law=self.law, queue=self.queue,
            response_timeout_s=self.response_timeout_s,
        )  # fmt: skip


def _meeting(balancer: LoadBalancer, injection: Injection, *, always: bool) -> Watcher:
    """Return what counts an exchange: where there are no limits otherwise, each is delayed."""

    def meet(party: str, what: str, cause: int | None) -> None:
        if always or balancer.strained:
            injection.met(party, what, cause)

    return meet
