"""Digital keys: entitlements issued, refreshed and revoked; tickets for cars that want them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.cloud.policy import CloudPolicy
from bench.protocol.entitlement import Entitlement
from bench.protocol.signing import private_key, sign


@dataclass
class Keys:
    """The rights that the maker has given out.

    Attributes:
        now: calendar time in POSIX seconds.
        policy: how long a right and a ticket are good.
    """

    now: Callable[[], float]
    policy: CloudPolicy
    revoked: set[tuple[str, str]] = field(default_factory=set)
    _serial: int = 0

    def issue(self, vin: str, credential: str, public_key: str) -> Entitlement | None:
        """Issue (or renew) a right; None for a key that was revoked."""
        if (vin, credential) in self.revoked:
            return None
        self._serial += 1
        now = self.now()
        return Entitlement(
            vin, credential, public_key, ("unlock", "start"),
            now - 60, now + self.policy.entitlement_s, self._serial,
        )  # fmt: skip

    def revoke(self, vin: str, credential: str) -> None:
        """Take a right away; the vehicle must still be told."""
        self.revoked.add((vin, credential))

    def ticket(self, vin: str, credential: str) -> bytes:
        """Return a signed ticket that says: this key's session with the cloud is alive."""
        document = {
            "vin": vin,
            "credential": credential,
            "until": self.now() + self.policy.ticket_s,
        }
        return sign(document, private_key("maker", "tickets"))
