"""The right of a credential to open or start a vehicle, signed by the maker.

It is issued by the cloud, stored in the phone and in the car, and checked by the car alone: as
long as it has not lapsed, nobody needs to be asked.
"""

from dataclasses import asdict, dataclass

from bench.protocol.signing import BadSignature, private_key, public_bytes, sign, verify

_AUTHORITY = ("maker", "entitlements")


@dataclass(frozen=True)
class Entitlement:
    """One right.

    Attributes:
        vin: the vehicle.
        credential: the key that holds it, by name ("phone-1", "card-1").
        public_key: the credential's own public key, in hex.
        rights: "unlock" and "start" (locking is included in unlock).
        not_before, not_after: when it is in force (POSIX seconds).
        serial: grows with each issue; a car keeps the newest.
    """

    vin: str
    credential: str
    public_key: str
    rights: tuple[str, ...]
    not_before: float
    not_after: float
    serial: int

    def signed(self) -> bytes:
        """Return it with the maker's signature."""
        return sign(asdict(self), private_key(*_AUTHORITY))


def read(signed: bytes) -> Entitlement:
    """Return a signed entitlement; raises BadSignature."""
    document = verify(signed, public_bytes(*_AUTHORITY))
    try:
        return Entitlement(**{**document, "rights": tuple(document["rights"])})
    except (TypeError, KeyError) as error:
        raise BadSignature("not an entitlement") from error
