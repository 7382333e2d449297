"""What a key fob sends: rolling code, answer to the passive-entry challenge, transponder.

All three are authenticated by AES-128-CMAC with the fob's own key, cut to 32 bits as on the
narrow radio links of real fobs.
"""

import struct
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from bench.seeds import key_bytes

BUTTONS = ("lock", "unlock", "trunk")
_RKE = struct.Struct(">4sIB4s")
_TAG = 4


@cache
def fob_key(fob: str) -> bytes:
    """Return a fob's secret key (known to the fob and to cars that have learned it)."""
    return key_bytes(0, "fob", fob)[:16]


def fob_id(fob: str) -> bytes:
    """Return a fob's identity on the air, 4 bytes."""
    return key_bytes(0, "fob-id", fob)[:4]


def tag(key: bytes, message: bytes) -> bytes:
    """Return the authentication tag of a message, 4 bytes."""
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()[:_TAG]


@dataclass(frozen=True)
class RollingCode:
    """One press of a remote's button.

    Attributes:
        identity: the fob's 4 bytes.
        counter: grows by one with every press, heard or not.
        button: one of BUTTONS.
        code: its tag.
    """

    identity: bytes
    counter: int
    button: str
    code: bytes

    def encoded(self) -> bytes:
        """Return it as bytes (13)."""
        return _RKE.pack(self.identity, self.counter, BUTTONS.index(self.button), self.code)


def press(fob: str, counter: int, button: str) -> RollingCode:
    """Return what a fob sends when a button is pressed."""
    identity = fob_id(fob)
    return RollingCode(identity, counter, button, _code(fob_key(fob), identity, counter, button))


def decode_press(payload: bytes) -> RollingCode:
    """Return a press from its bytes; raises ValueError."""
    try:
        identity, counter, button, code = _RKE.unpack(payload)
        return RollingCode(identity, counter, BUTTONS[button], code)
    except (struct.error, IndexError) as error:
        raise ValueError("not a rolling code") from error


def is_genuine(pressed: RollingCode, key: bytes) -> bool:
    """Whether a press carries the tag that the fob's key gives."""
    return pressed.code == _code(key, pressed.identity, pressed.counter, pressed.button)


def _code(key: bytes, identity: bytes, counter: int, button: str) -> bytes:
    return tag(key, identity + counter.to_bytes(4) + button.encode())


def answer(fob: str, challenge: bytes, purpose: str) -> bytes:
    """Return a fob's answer to a challenge: its identity, then the tag.

    Args:
        fob: which fob.
        challenge: the car's random bytes.
        purpose: "passive" (LF/UHF) or "transponder" (immobiliser coil): one key, two uses, and an
            answer to one is worth nothing to the other.
    """
    return fob_id(fob) + tag(fob_key(fob), purpose.encode() + challenge)


def is_answer(payload: bytes, key: bytes, challenge: bytes, purpose: str) -> bool:
    """Whether an answer's tag fits the challenge."""
    return payload[_TAG:] == tag(key, purpose.encode() + challenge)
