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
        revoked: keys that were taken away, by vehicle and credential.
        shared: keys that were given to somebody else.
        bounds_shared: whether a shared key's right is short.
    """

    now: Callable[[], float]
    policy: CloudPolicy
    revoked: set[tuple[str, str]] = field(default_factory=set)
    shared: set[tuple[str, str]] = field(default_factory=set)
    bounds_shared: bool = True
    _serial: int = 0

    def issue(
        self, vin: str, credential: str, public_key: str, *, shared: bool = False
    ) -> Entitlement | None:
        """Issue (or renew) a right; None for a key that was revoked. Once shared is shared."""
        if shared:
            self.shared.add((vin, credential))
        if (vin, credential) in self.revoked:
            return None
        self._serial += 1
        now, is_short = self.now(), self.bounds_shared and (vin, credential) in self.shared
        good_s = self.policy.shared_s if is_short else self.policy.entitlement_s
        return Entitlement(
            vin, credential, public_key, ("unlock", "start"),
            now - 60, now + good_s, self._serial,
        )  # fmt: skip

    def revoke(self, vin: str, credential: str) -> None:
        """Take a right away; the vehicle must still be told."""
        self.revoked.add((vin, credential))

    def bound_s(self, vin: str, credential: str) -> float:
        """Return for how long a key may go on opening a car that cannot be told it was revoked."""
        shared = (vin, credential) in self.shared
        return self.policy.shared_s if shared else self.policy.entitlement_s

    def ticket(self, vin: str, credential: str) -> bytes:
        """Return a signed ticket that says: this key's session with the cloud is alive."""
        document = {
            "vin": vin,
            "credential": credential,
            "until": self.now() + self.policy.ticket_s,
        }
        return sign(document, private_key("maker", "tickets"))
