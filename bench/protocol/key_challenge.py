"""How a digital key proves itself to the car: a fresh challenge, signed by the key's device.

After the pattern of the CCC Digital Key and of NFC card keys: the car sends a nonce, the device
signs it together with the vehicle, the channel and what is asked for, so that nothing heard
before, on another channel or for another car, is worth anything.
"""

import json
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bench.protocol.signing import private_key


@dataclass(frozen=True)
class Challenge:
    """What the car asks: sign this.

    Attributes:
        nonce: 16 random bytes, in hex.
        vin: the car.
        channel: the radio on which it asks ("ble", "nfc").
        wants: a document that this car wants beside the answer ("": none).
    """

    nonce: str
    vin: str
    channel: str
    wants: str = ""

    def encoded(self) -> bytes:
        """Return it as bytes; this is what gets signed, too."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()


@dataclass(frozen=True)
class Response:
    """What a key answers.

    Attributes:
        credential: which key answers.
        signature: over the challenge, in hex.
        ticket: a document that this car wants beside it (hex; "" where it wants none).
    """

    credential: str
    signature: str
    ticket: str = ""

    def encoded(self) -> bytes:
        """Return it as bytes."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()


def decode_challenge(payload: bytes) -> Challenge:
    """Return a challenge from its bytes; raises ValueError."""
    try:
        return Challenge(**_texts(payload))
    except TypeError as error:
        raise ValueError("not a challenge") from error


def decode_response(payload: bytes) -> Response:
    """Return a response from its bytes; raises ValueError."""
    try:
        return Response(**_texts(payload))
    except TypeError as error:
        raise ValueError("not a response") from error


def _texts(payload: bytes) -> dict[str, str]:
    """Return an object of nothing but texts; raises ValueError."""
    try:
        document = json.loads(payload)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(document, dict) or not all(isinstance(v, str) for v in document.values()):
        raise ValueError("not an object of texts")
    return document


def respond(challenge: Challenge, credential: str, *, ticket: str = "") -> Response:
    """Return the answer of the device that holds `credential`'s key."""
    signature = private_key("credential", credential).sign(challenge.encoded())
    return Response(credential, signature.hex(), ticket)


def is_answer(response: Response, challenge: Challenge, public_key: str) -> bool:
    """Whether a response was signed, for this challenge, by the holder of `public_key`."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(response.signature), challenge.encoded()
        )
    except (InvalidSignature, ValueError):
        return False
    return True
