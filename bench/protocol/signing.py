"""Signed documents: canonical JSON, then an Ed25519 signature over it."""

import json
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from bench.seeds import key_bytes

_SIGNATURE = 64


class BadSignature(Exception):
    """A document was not signed by the key that it should be signed by, or is not one."""


@cache
def private_key(*names: str) -> Ed25519PrivateKey:
    """Return the signing key that belongs to a name (simulated devices have no secrets)."""
    return Ed25519PrivateKey.from_private_bytes(key_bytes(0, *names))


@cache
def public_bytes(*names: str) -> bytes:
    """Return the public key that belongs to a name, 32 bytes."""
    return private_key(*names).public_key().public_bytes_raw()


def sign(document: dict[str, Any], key: Ed25519PrivateKey) -> bytes:
    """Return a document with its signature in front."""
    body = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    return key.sign(body) + body


def verify(signed: bytes, public: bytes) -> dict[str, Any]:
    """Return the document inside; raises BadSignature."""
    signature, body = signed[:_SIGNATURE], signed[_SIGNATURE:]
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, body)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature("the signature does not fit") from error
    return unverified(signed)


def unverified(signed: bytes) -> dict[str, Any]:
    """Return the document inside, whoever has signed it; raises BadSignature where it is none."""
    try:
        document = json.loads(signed[_SIGNATURE:])
    except ValueError as error:
        raise BadSignature("the document is not JSON") from error
    if not isinstance(document, dict):
        raise BadSignature("the document is not an object")
    return document
