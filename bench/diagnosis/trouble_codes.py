"""A unit's memory of trouble codes, with the status bits of ISO 14229-1, annex D."""

from dataclasses import dataclass, field

FAILED, FAILED_THIS_CYCLE, PENDING, CONFIRMED = 0x01, 0x02, 0x04, 0x08
FAILED_SINCE_CLEAR = 0x20
AVAILABLE = FAILED | FAILED_THIS_CYCLE | PENDING | CONFIRMED | FAILED_SINCE_CLEAR
_LETTERS = "PCBU"


def code_bytes(code: str) -> bytes:
    """Return the three bytes of a code as ISO 15031-6 writes it, with its failure type.

    >>> code_bytes("U0198-87").hex()
    'c19887'
    """
    number, _, failure = code.partition("-")
    value = _LETTERS.index(number[0]) << 14 | int(number[1:], 16)
    return value.to_bytes(2, "big") + bytes([int(failure or "0", 16)])


def code_text(raw: bytes) -> str:
    """Return a code as people write it.

    >>> code_text(bytes.fromhex("c19887")), code_text(bytes.fromhex("9a2000"))
    ('U0198-87', 'B1A20-00')
    """
    value = int.from_bytes(raw[:2], "big")
    return f"{_LETTERS[value >> 14]}{value & 0x3FFF:04X}-{raw[2]:02X}"


@dataclass
class TroubleCodes:
    """What a unit remembers of its troubles.

    Attributes:
        supported: every code that it could ever set.
        status: per code that has failed since it was last cleared, its status byte.
    """

    supported: tuple[str, ...] = ()
    status: dict[str, int] = field(default_factory=dict)

    def fail(self, code: str) -> bool:
        """Note that a test has failed now; return whether the code is new."""
        new = code not in self.status
        self.status[code] = AVAILABLE
        return new

    def heal(self, code: str) -> None:
        """Note that the test passes again: the code stays, but is not failing now."""
        if code in self.status:
            self.status[code] &= ~FAILED

    def clear(self) -> None:
        """Forget everything."""
        self.status.clear()

    def matching(self, mask: int) -> list[tuple[str, int]]:
        """Return codes and status bytes with any bit of a mask set."""
        return [(code, status) for code, status in self.status.items() if status & mask]
