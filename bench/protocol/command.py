"""A remote command as it travels from the cloud to a vehicle.

Names follow connected-car interfaces; the envelope carries what a vehicle needs to refuse a
command by itself: for whom, until when, in which order, and from whom (compare Tesla's published
vehicle-command protocol: signed VIN, epoch, counter, expiry on the vehicle's clock).
"""

from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.protocol.signing import BadSignature, private_key, public_bytes, sign, unverified, verify

NAMES = ("door_lock", "door_unlock", "remote_start", "remote_stop", "wake_up", "honk_horn")
# those by which an owner wants to get in, drive and secure the car
INTENTS = {
    "door_unlock": "unlock", "door_lock": "lock", "remote_start": "start", "remote_stop": "stop",
}  # fmt: skip
ALIASES = {"remote_start_drive": "remote_start", "flash_lights": "honk_horn"}
FINAL = ("succeeded", "failed", "rejected", "timed_out", "unknown")
_AUTHORITY = ("maker", "commands")
_NUMBER = (int, float)
_FIELDS: dict[str, type | tuple[type, ...]] = {
    "command_id": str, "vin": str, "name": str, "issued_at": _NUMBER, "expires_at": _NUMBER,
    "epoch": str, "counter": int, "idempotency_key": str,
}  # fmt: skip


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        command_id: names it everywhere.
        vin: the vehicle that it is for.
        name: one of NAMES.
        issued_at, expires_at: POSIX seconds; a vehicle must not act from `expires_at` on.
        epoch, counter: order of commands to one vehicle; the epoch changes when counting begins
            anew.
        idempotency_key: the app's own id, the same in each of its retries.
    """

    command_id: str
    vin: str
    name: str
    issued_at: float
    expires_at: float
    epoch: str
    counter: int
    idempotency_key: str

    def signed(self) -> bytes:
        """Return it with the maker's signature."""
        return sign(asdict(self), private_key(*_AUTHORITY))


def read(signed: bytes, *, check_signature: bool = True) -> Command:
    """Return a signed command.

    Args:
        signed: the document, with its signature.
        check_signature: whether anybody looks at the signature.

    Raises:
        BadSignature: it is not the maker's, or the document is no command.
    """
    document = verify(signed, public_bytes(*_AUTHORITY)) if check_signature else unverified(signed)
    if document.keys() != _FIELDS.keys() or not all(
        isinstance(document[name], kind) for name, kind in _FIELDS.items()
    ):
        raise BadSignature("not a command")
    return Command(**document)


def public_pem() -> bytes:
    """Return the public key that commands are signed for, in PEM: what a real unit is given."""
    public = private_key(*_AUTHORITY).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
