"""Named random streams: one seed, and nobody's draws shift anybody else's.

A stream is derived from the seed and from names, so that a fault which draws more numbers
does not change what the phone or the telematics unit would have drawn without it.
"""

import hashlib
import random


def key_bytes(seed: int, *names: str) -> bytes:
    """Return 32 bytes that belong to `names` under `seed`: key material for simulated devices.

    >>> key_bytes(1, "phone") == key_bytes(1, "phone") != key_bytes(1, "card")
    True
    """
    text = "\x1f".join((str(seed), *names))
    return hashlib.sha256(text.encode()).digest()


def derived(seed: int, *names: str) -> int:
    """Return another seed that belongs to `names` under `seed`.

    >>> derived(1, "repetition", "2") == derived(1, "repetition", "2") != 1
    True
    """
    return int.from_bytes(key_bytes(seed, *names)[:6])


def stream(seed: int, *names: str) -> random.Random:
    """Return the random stream of `names` under `seed`.

    >>> stream(7, "tcu", "backoff").random() == stream(7, "tcu", "backoff").random()
    True
    """
    return random.Random(int.from_bytes(key_bytes(seed, *names)))
