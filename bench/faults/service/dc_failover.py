"""Another data centre takes over."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.errors import ConfigError
from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo, together
from bench.network.names import NameNotResolved
from bench.units import Seconds

OTHER_HOST = "127.0.0.2"  # loopback, too: RFC 1122 §3.2.1.3 has all of 127/8


@dataclass(frozen=True)
class DcFailover(Fault):
    """A data centre is lost and another takes over: after a gap everything works, but anew.

    Every open connection is cut and names have no address for the gap. What the other one knows of
    vehicles stays so until they report again, also when the fault is cleared; addresses go back.

    Attributes:
        gap_s: until the other one answers.
        address: after the gap, names lead to the "same" address, or to a "new" one, and nobody
            listens at the old one any more (only for the bench's own parties: a real device has
            the one address that the bench file gives it).
        sessions: whether it knows the sessions of before ("kept"), or everybody has to log in
            again ("lost").
        data: what it knows of vehicles: what they reported last ("current"), an "old" report, with
            its old time, or nothing ("lost").
        behind_s: how old that report is at least, or the oldest that there is.
    """

    acts_on: ClassVar[str] = "the whole cloud"
    must: ClassVar[str] = "ask for the name again, log in again; take no old state for current"
    shown_by: ClassVar[str] = "assumed: no source tells of a car maker's"

    gap_s: Seconds = 30.0
    address: Literal["same", "new"] = "same"
    sessions: Literal["kept", "lost"] = "kept"
    data: Literal["current", "old", "lost"] = "old"
    behind_s: Seconds = 60.0

    def check(self, site: Site) -> None:
        """Raise ConfigError for a new address that a real device cannot be given."""
        if self.address == "new" and site.network.real:
            devices = ", ".join(sorted(site.network.real))
            raise ConfigError(
                f"dc_failover.address: the bench has one address for {devices}: take same"
            )

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Cut everything, go over to the other one's books, and answer again after the gap."""
        for link in site.network.select():
            for connection in list(link.connections.values()):
                injection.met(connection.name, "connection lost with the data centre")
                connection.reset("both")
        self._take_over(site)
        undos = [self._be_gone(site, injection)]
        if self.address == "new":
            undos.append(_moved(site))

        return together(undos)

    def _take_over(self, site: Site) -> None:
        if self.sessions == "lost":
            site.cloud.accounts.expire()
        for vin in site.cloud.vehicles.vins():
            vehicle = site.cloud.vehicles.get(vin)
            if vehicle is not None and self.data == "lost":
                vehicle.state, vehicle.state_at = {}, None
            elif vehicle is not None and self.data == "old":
                vehicle.fall_back(site.cloud.now() - self.behind_s)

    def _be_gone(self, site: Site, injection: Injection) -> Undo:
        """Have names lead nowhere for the gap."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self.gap_s

        async def answer(party: str, name: str) -> None:
            if loop.time() < until_s:
                injection.met(party, f"resolve {name}")
                raise NameNotResolved(name, "empty")

        return site.network.names.rules.add(answer)


def _moved(site: Site) -> Undo:
    """Have every service at another address, as soon as that is open."""
    back: list[Callable[[], None]] = []

    async def move() -> None:
        back.append(await site.network.move(OTHER_HOST))

    moving = site.cloud.time.spawn(move(), "failover")

    def undo() -> None:
        moving.cancel()
        for each in back:
            each()

    return undo
