"""Which vehicles a fault meets: what faults of push and of the cloud's own books have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.cloud.vehicles import Vehicle
from bench.faults.fault import Fault, Site, name_of
from bench.faults.whose import check_whose


@dataclass(frozen=True, kw_only=True)
class OnVehicles(Fault):
    """Which vehicles are met.

    Attributes:
        account: those of which account ("": of any).
        vin: which one ("": any).
    """

    account: str = ""
    vin: str = ""

    def check(self, site: Site) -> object:
        """Raise ConfigError for an account or a vehicle that is not here."""
        check_whose(site.cloud, name_of(self), self.account, self.vin)
        return None

    def vehicles(self, site: Site) -> Iterator[Vehicle]:
        """Yield the vehicles that are met."""
        for vin in site.cloud.vehicles.vins():
            vehicle = site.cloud.vehicles.get(vin)
            if vehicle is not None and self.means(site, vin):
                yield vehicle

    def means(self, site: Site, vin: str) -> bool:
        """Whether a vehicle is one of those."""
        vehicle = site.cloud.vehicles.get(vin)
        owner = vehicle.account if vehicle is not None else ""
        return self.vin in {"", vin} and self.account in {"", owner}
