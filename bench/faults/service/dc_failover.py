"""Another data centre takes over."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Fault, Site
from bench.faults.questions import selects
from bench.injection import Injection, Undo
from bench.network.names import NameNotResolved
from bench.units import Seconds


@dataclass(frozen=True)
class DcFailover(Fault):
    """A data centre is lost and another takes over: after a gap everything works, but anew.

    Every open connection is cut, names have no address for the gap, and vehicles' states are
    empty.

    Attributes:
        gap_s: until the other one answers.
        sessions: whether it knows the sessions of before ("kept"), or everybody has to log in
            again ("lost").
    """

    acts_on: ClassVar[str] = "the whole cloud"
    must: ClassVar[str] = "ask for the name again, log in again; take no old state for current"
    shown_by: ClassVar[str] = "assumed: no source tells of a car maker's"

    gap_s: Seconds = 30.0
    sessions: Literal["kept", "lost"] = "kept"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Cut everything, forget sessions and states, and answer again after the gap."""
        for link in site.network.select():
            for connection in list(link.connections.values()):
                injection.met(connection.name, "connection lost with the data centre")
                connection.reset("both")
        if self.sessions == "lost":
            site.cloud.accounts.expire()
        for vin in site.cloud.vehicles.vins():
            vehicle = site.cloud.vehicles.get(vin)
            if vehicle is not None:
                vehicle.state, vehicle.state_at = {}, None
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self.gap_s

        async def answer(party: str, name: str) -> None:
            if loop.time() < until_s and selects("any", name):
                injection.met(party, f"resolve {name}")
                raise NameNotResolved(name, "empty")

        return site.network.names.rules.add(answer)
