"""Secure on-board communication: a truncated CMAC over the payload and a freshness value."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from bench.can.freshness import Freshness
from bench.errors import ConfigError

if TYPE_CHECKING:
    from cantools.database.can import Message, Signal

KEY_BYTES = {16, 24, 32}


class Secoc:
    """AUTOSAR SecOC: CMAC/AES over data id, payload and the whole freshness value.

    `counter` and `crc` name the signals that carry the truncated freshness value and the truncated
    authenticator: their lengths are how much is sent of each (profile 1: 8 and 24 bit, AUTOSAR PRS
    SecOC 7.3). The bytes before the first of them are the secured payload, also those in
    which no signal lies. The key comes from a file (`key_file`, hexadecimal, relative to the role
    file) or from the environment (`key_env`), never from the role file itself.

    How freshness values are synchronised is a maker's own affair (trip and reset counters): here
    they count up from `freshness_start`; with `freshness_file` the next run goes on where the last
    one stood. Where that is not enough, a scheme of your own takes this one's place by an entry
    point in the group `access_bench.protection_scheme`.
    """

    def __init__(
        self,
        *,
        message: "Message",
        counter: str,
        crc: str,
        data_id: int = 0,
        key_file: str | None = None,
        key_env: str | None = None,
        freshness_bits: int = 64,
        freshness_start: int = 0,
        freshness_file: str | None = None,
        **_other: object,
    ) -> None:
        self._message = message
        self._sent = message.get_signal_by_name(counter)
        self._mac = message.get_signal_by_name(crc)
        self._secured = _secured_bytes(message, self._sent.name, self._mac.name)
        self._data_id = data_id.to_bytes(2, "big")
        self._bits = freshness_bits
        file = None if freshness_file is None else Path(freshness_file)
        where = f"protection.{message.name}"
        self.freshness = Freshness(where, freshness_start, freshness_bits, file)
        self._key = _key(message.name, key_file, key_env)

    def table(self, payload: bytes) -> list[bytes]:
        """Return the payload as the next frame carries it (`sign` goes on from there)."""
        return [self.protected(payload, self.freshness.coming())]

    def sign(self, payload: bytes) -> bytes:
        """Return the payload with the next freshness value and its authenticator."""
        return self.protected(payload, self.freshness.take())

    def protected(self, payload: bytes, freshness: int) -> bytes:
        """Return a payload with this freshness value and the authenticator that belongs to it."""
        values = self._message.decode_simple(payload, decode_choices=False, scaling=False)
        values[self._sent.name] = freshness % (1 << self._sent.length)
        mac = int.from_bytes(self.authenticator(payload, freshness), "big")
        values[self._mac.name] = mac >> (128 - self._mac.length)  # its most significant bits
        return bytes(self._message.encode(values, scaling=False, strict=False))

    def authenticator(self, payload: bytes, freshness: int) -> bytes:
        """Return the whole authenticator, 16 bytes."""
        cmac = CMAC(AES(self._key))
        cmac.update(self._data_id + payload[: self._secured])
        left = freshness << (-self._bits % 8)  # bits that fill no byte stand at its top
        cmac.update(left.to_bytes((self._bits + 7) // 8, "big"))
        return cmac.finalize()


def _secured_bytes(message: "Message", *trailer: str) -> int:
    """Return how many bytes stand before freshness value and authenticator; all but they do."""
    length = min(s.start // 8 for s in message.signals if s.name in trailer)
    for signal in message.signals:
        if signal.name not in trailer and _end_bit(signal) > 8 * length:
            raise ConfigError(
                f"protection.{message.name}: {signal.name} does not end before {trailer[0]} and "
                f"{trailer[1]}: secoc would not secure it; a scheme of your own may"
            )
    return length


def _end_bit(signal: "Signal") -> int:
    """Return how many bits from the beginning of the message a signal reaches."""
    start = signal.start
    if signal.byte_order == "big_endian":  # counted from each byte's top
        start = 8 * (start // 8) + (7 - start % 8)
    return start + signal.length


def _key(message: str, key_file: str | None, key_env: str | None) -> bytes:
    where = f"protection.{message}"
    if key_env is not None and key_file is not None:
        raise ConfigError(f"{where}: key_file and key_env both name a key: one of them")
    if key_env is not None:
        where, text = f"{where}.key_env", os.environ.get(key_env)
        if text is None:
            raise ConfigError(f"{where}: the environment has no {key_env}: no key, no run")
    elif key_file is not None:
        where = f"{where}.key_file"
        try:
            text = Path(key_file).read_text("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where}: {key_file}: {error}: no key, no run") from None
    else:
        raise ConfigError(f"{where}: secoc needs key_file or key_env: no key, no run")
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        raise ConfigError(f"{where}: the key is not hexadecimal") from None
    if len(key) not in KEY_BYTES:
        raise ConfigError(f"{where}: the key has {len(key)} bytes, and AES takes 16, 24 or 32")
    return key
