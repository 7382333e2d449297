"""A car is told late that a key was taken away."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.revocations import Tell
from bench.faults.fault import Site
from bench.faults.on_vehicles import OnVehicles
from bench.faults.sample import Sample
from bench.injection import Injection, Undo, together
from bench.units import Seconds


@dataclass(frozen=True)
class RevocationLag(OnVehicles, Sample):
    """A revoked key goes on opening: the cloud refuses it, and its car is told so much later.

    When the fault is cleared, cars are told at once of whatever was held.

    Attributes:
        lag_s: how long a revocation is on its way. 72 h are beyond the 48 h for which a shared
            key may live on.
    """

    acts_on: ClassVar[str] = "revocations"
    must: ClassVar[str] = "bound by itself for how long a shared key opens without the cloud"
    shown_by: ClassVar[str] = (
        "assumed; a shared key deleted on a phone may live up to 48 h (one maker's manual)"
    )
    beyond_campaigns: ClassVar[str] = "a campaign takes no key away"

    lag_s: Seconds = 72 * 3600.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Hold every revocation on its way to the vehicle."""
        cleared = asyncio.Event()

        takes = self.taking(injection)

        async def hold(vin: str, credential: str, tell: Tell) -> None:
            if not self.means(site, vin) or not takes():
                await tell()
                return
            injection.met("cloud", f"hold revocation of {credential}")
            try:
                async with asyncio.timeout(self.lag_s):
                    await cleared.wait()
            except TimeoutError:
                pass
            await tell()

        remove = site.cloud.revocations.rules.add(hold)

        return together([remove, cleared.set])
