"""Digital keys that were taken away: the vehicle must be told, and is, when it can be reached."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bench.clock.timebase import Timebase
from bench.cloud.keys import Keys
from bench.cloud.push import Push
from bench.events import KeyRevoked
from bench.injection import Rules
from bench.journal import Journal
from bench.network.carrier import Carrier
from bench.units import to_ns

Tell = Callable[[], Awaitable[None]]
Rule = Callable[[str, str, Tell], Awaitable[None]]


@dataclass
class Revocations:
    """Takes keys away, and tells their vehicles.

    Attributes:
        time: the bench's clock.
        journal: where revocations are written.
        keys: whose they are.
        push: the channels to vehicles.
        carrier: wakes vehicles that sleep.
        rules: disturbances; each is given the vehicle, the credential and what tells the vehicle.
    """

    time: Timebase
    journal: Journal
    keys: Keys
    push: Push
    carrier: Carrier
    rules: "Rules[Rule]" = field(default_factory=Rules)
    _waiting: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def revoke(self, vin: str, credential: str, cause: int | None = None) -> int:
        """Take a key away at once; its vehicle is told in the background. Return the entry."""
        self.keys.revoke(vin, credential)
        bound_ns = self.time.now_ns() + to_ns(self.keys.bound_s(vin, credential))
        seq = self.journal.write(KeyRevoked(vin, credential, bound_ns), cause)
        self.time.spawn(self._pass(vin, credential, seq), "cloud-revocation")
        return seq

    async def on_vehicle_connected(self, vin: str) -> None:
        """Tell a vehicle what has waited for it."""
        for credential, seq in self._waiting.pop(vin, []):
            await self._tell(vin, credential, seq)

    async def _pass(self, vin: str, credential: str, seq: int) -> None:
        step: Tell = partial(self._tell, vin, credential, seq)
        for rule in self.rules:
            step = partial(rule, vin, credential, step)
        await step()

    async def _tell(self, vin: str, credential: str, seq: int) -> None:
        document = {"type": "key_revoked", "credential": credential}
        if not await self.push.send(vin, f"revoke {credential}", document, seq):
            self._waiting.setdefault(vin, []).append((credential, seq))
            self.carrier.tap(vin, seq)
