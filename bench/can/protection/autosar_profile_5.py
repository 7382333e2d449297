"""AUTOSAR E2E profile 5."""

from functools import lru_cache
from typing import TYPE_CHECKING

from cantools.autosar.end_to_end import apply_profile5_crc

from bench.errors import ConfigError

if TYPE_CHECKING:
    from cantools.database.can import Message


class AutosarProfile5:
    """AUTOSAR E2E profile 5: CRC-16 CCITT in bytes 0 and 1, a counter of 0 to 255 in byte 2.

    AUTOSAR FO PRS E2E Protocol, 6.7.
    """

    def __init__(
        self, *, message: "Message", data_id: int | list[int] = 0, **_other: object
    ) -> None:
        ids = data_id if isinstance(data_id, list) else [data_id]
        if len(ids) != 1 or message.length < 4:
            raise ConfigError(
                f"protection.{message.name}: autosar_profile_5 needs one data_id and a message "
                "of at least 4 bytes"
            )
        self._id = ids[0]

    def table(self, payload: bytes) -> list[bytes]:
        """Return the payload with each of its counters, in order."""
        return _table(payload, self._id)

    @property
    def counters(self) -> int:
        """How many counters there are."""
        return 256

    def counter_of(self, payload: bytes) -> int | None:
        """Return a payload's counter; None when its CRC is wrong."""
        if len(payload) < 4:
            return None
        return payload[2] if _protect(payload, payload[2], self._id) == payload else None

    def spoil(self, payload: bytes) -> bytes:
        """Return the payload with a wrong CRC."""
        return bytes([payload[0] ^ 0xFF, payload[1] ^ 0xFF]) + payload[2:]


@lru_cache(maxsize=512)
def _table(payload: bytes, data_id: int) -> list[bytes]:
    return [_protect(payload, counter, data_id) for counter in range(256)]


def _protect(payload: bytes, counter: int, data_id: int) -> bytes:
    data = bytearray(payload)
    data[2] = counter
    return bytes(apply_profile5_crc(bytes(data), data_id) or data)
