"""What protects a LIN frame: the parity of its identifier and its checksum; and how long it takes.

After the LIN Specification Package 2.2A, chapter 2 (the text that became ISO 17987-3).
"""

from bench.units import NS_PER_S

LAST_SIGNAL_FRAME, MASTER_REQUEST, SLAVE_RESPONSE, LAST = 0x3B, 0x3C, 0x3D, 0x3F
MOST_BYTES = 8
HEADER_BITS, BYTE_BITS = 34, 10  # nominal: break 13 + delimiter 1, sync and identifier 10 each
LONGEST = 1.4  # a frame may take 40 % more than its nominal time


def protected_identifier(identifier: int) -> int:
    """Return an identifier with its two parity bits; raises ValueError above 0x3F.

    P0 is ID0 ⊕ ID1 ⊕ ID2 ⊕ ID4, P1 is ¬(ID1 ⊕ ID3 ⊕ ID4 ⊕ ID5).

    >>> hex(protected_identifier(0x3C))
    '0x3c'
    """
    if not 0 <= identifier <= LAST:
        raise ValueError(f"{identifier} is no LIN identifier: they go from 0 to {LAST}")
    bit = [identifier >> n & 1 for n in range(6)]
    p0 = bit[0] ^ bit[1] ^ bit[2] ^ bit[4]
    p1 = 1 ^ bit[1] ^ bit[3] ^ bit[4] ^ bit[5]
    return identifier | p0 << 6 | p1 << 7


def checksum(identifier: int, data: bytes, *, classic: bool) -> int:
    """Return the checksum of a response: the inverted sum, each carry added again.

    Args:
        identifier: 0 to 0x3F; from 0x3C on the checksum is always the classic one.
        data: 1 to 8 bytes.
        classic: over the data alone (LIN 1.3); else over the protected identifier, too.
    """
    total = 0
    over_all = not classic and identifier < MASTER_REQUEST
    for byte in (protected_identifier(identifier), *data) if over_all else data:
        total += byte
        total -= 0xFF if total > 0xFF else 0
    return ~total & 0xFF


def frame_ns(length: int, bitrate: int) -> int:
    """Return the nominal time of a frame with `length` data bytes, in nanoseconds."""
    return (HEADER_BITS + BYTE_BITS * (length + 1)) * NS_PER_S // bitrate


def longest_frame_ns(length: int, bitrate: int) -> int:
    """Return the longest time that a frame may take, in nanoseconds."""
    return int(LONGEST * frame_ns(length, bitrate))


def header_ns(bitrate: int) -> int:
    """Return the nominal time of a header, in nanoseconds."""
    return HEADER_BITS * NS_PER_S // bitrate
