"""AUTOSAR E2E profile 2."""

from functools import lru_cache
from typing import TYPE_CHECKING

from cantools.autosar.end_to_end import compute_profile2_crc

from bench.errors import ConfigError

if TYPE_CHECKING:
    from cantools.database.can import Message


class AutosarProfile2:
    """AUTOSAR E2E profile 2: CRC-8 0x2F in byte 0, a counter of 0 to 15 in the low half of byte 1.

    AUTOSAR FO PRS E2E Protocol, 6.4. The data id is one number, or a list of 16, one per counter.
    """

    def __init__(
        self, *, message: "Message", data_id: int | list[int] = 0, **_other: object
    ) -> None:
        self._ids = tuple(data_id) if isinstance(data_id, list) else (data_id,) * 16
        if len(self._ids) != 16 or message.length < 2:
            raise ConfigError(
                f"protection.{message.name}: autosar_profile_2 needs one data_id, or 16, and "
                "a message of at least 2 bytes"
            )

    def table(self, payload: bytes) -> list[bytes]:
        """Return the payload with each of its counters, in order."""
        return _table(payload, self._ids)

    @property
    def counters(self) -> int:
        """How many counters there are."""
        return 16

    def counter_of(self, payload: bytes) -> int | None:
        """Return a payload's counter; None when its CRC is wrong."""
        if len(payload) < 2:
            return None
        counter = payload[1] & 0xF
        return counter if _protect(payload, counter, self._ids[counter]) == payload else None

    def spoil(self, payload: bytes) -> bytes:
        """Return the payload with a wrong CRC."""
        return bytes([payload[0] ^ 0xFF]) + payload[1:]


@lru_cache(maxsize=4096)
def _table(payload: bytes, ids: tuple[int, ...]) -> list[bytes]:
    return [_protect(payload, counter, ids[counter]) for counter in range(16)]


def _protect(payload: bytes, counter: int, data_id: int) -> bytes:
    data = bytearray(payload)
    data[1] = (data[1] & 0xF0) | counter
    data[0] = compute_profile2_crc(bytes(data), data_id & 0xFF) or 0
    return bytes(data)
