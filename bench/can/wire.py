"""How long a frame occupies the wire, stuff bits included.

Classic CAN: ISO 11898-1; the lengths agree with the published bounds (Davis, Burns, Bril and
Lukkien 2007: 8 data bytes take 111 to 135 bits with an 11-bit identifier and the interframe
space, 131 to 160 with a 29-bit one). CAN FD: ISO 11898-1:2015, with stuff count, fixed stuff
bits and CRC-17 or CRC-21.

Two simplifications: the switch of bit rate happens at bit boundaries (a controller switches at
the sample point of BRS and of the CRC delimiter), and CRC-17/21 need not be computed, because
their stuff bits are fixed.
"""

from functools import lru_cache

from bench.can.frame import Frame
from bench.units import NS_PER_S

INTERFRAME_BITS = 3
_CRC15 = 0x4599
_TAIL_CLASSIC = 1 + 2 + 7  # CRC delimiter, ACK slot and delimiter, end of frame
_FD_LENGTHS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64)
_RUN = 5


@lru_cache(maxsize=65536)
def duration_ns(frame: Frame, bitrate: int, data_bitrate: int) -> int:
    """Return the time from start of frame to the end of its last EOF bit, in nanoseconds."""
    slow, fast = bits(frame)
    return slow * NS_PER_S // bitrate + fast * NS_PER_S // (data_bitrate or bitrate)


def interframe_ns(bitrate: int) -> int:
    """Return how long the wire stays reserved after a frame."""
    return INTERFRAME_BITS * NS_PER_S // bitrate


def bits(frame: Frame) -> tuple[int, int]:
    """Return how many bits a frame has at the nominal and at the data rate.

    >>> bits(Frame(0x555, bytes(0)))
    (45, 0)
    """
    if frame.fd:
        return _bits_fd(frame)
    return _bits_classic(frame), 0


def _bits_classic(frame: Frame) -> int:
    header, width = _header(frame.identifier, frame.extended, len(frame.data))
    crc = _crc15(header, width, frame.data)
    state, stuffed = _walk(_START, header, width)
    for byte in frame.data:
        state, more = _walk(state, byte, 8)
        stuffed += more
    stuffed += _walk(state, crc, 15)[1]
    return width + 8 * len(frame.data) + 15 + stuffed + _TAIL_CLASSIC


def _bits_fd(frame: Frame) -> tuple[int, int]:
    size = len(frame.data)
    head, head_width, control, control_width = _header_fd(
        frame.identifier, frame.extended, frame.brs, _FD_LENGTHS.index(size)
    )
    state, slow = _walk(_START, head, head_width)
    state, fast = _walk(state, control, control_width)
    for position, byte in enumerate(frame.data):
        # no stuff bit follows the very last one: a fixed stuff bit stands there anyway
        state, more = _walk(state, byte, 8, final=position == size - 1)
        fast += more
    crc = 17 if size <= 16 else 21
    fixed = 1 + (4 + crc - 1) // 4
    fast += control_width + 8 * size + 4 + crc + fixed
    slow += head_width + _TAIL_CLASSIC
    return (slow, fast) if frame.brs else (slow + fast, 0)


@lru_cache(maxsize=4096)
def _header(identifier: int, extended: bool, dlc: int) -> tuple[int, int]:
    """Return the bits from SOF to DLC (SOF is the leading zero) and their number."""
    if extended:
        # ID-A, SRR 1, IDE 1, ID-B, RTR 0, r1 0, r0 0, DLC
        value = (identifier >> 18) << 20 | 0b11 << 18 | (identifier & 0x3FFFF)
        return value << 7 | dlc, 39
    return identifier << 7 | dlc, 19  # ID, RTR 0, IDE 0, r0 0, DLC


@lru_cache(maxsize=4096)
def _header_fd(
    identifier: int,
    extended: bool,
    brs: bool,
    dlc: int,
) -> tuple[int, int, int, int]:
    """Return the bits up to BRS and their number, then ESI and DLC and theirs."""
    if extended:
        # ID-A, SRR 1, IDE 1, ID-B, RRS 0, FDF 1, res 0, BRS
        value = (identifier >> 18) << 20 | 0b11 << 18 | (identifier & 0x3FFFF)
        return value << 4 | 0b0100 | brs, 36, dlc, 5
    return identifier << 5 | 0b00100 | brs, 17, dlc, 5  # ID, RRS 0, IDE 0, FDF 1, res 0, BRS


# ── bit stuffing ──────────────────────────────────────────────────────────────────────────

_State = tuple[int, int]  # the last bit on the wire, and how many equal ones end with it
_START: _State = (1, 0)  # the idle bus is recessive and does not count


@lru_cache(maxsize=16384)
def _walk(state: _State, value: int, width: int, *, final: bool = False) -> tuple[_State, int]:
    """Send `width` bits of `value`; return the state after them and the stuff bits between."""
    last, run = state
    stuffed = 0
    for position in range(width - 1, -1, -1):
        bit = value >> position & 1
        run = run + 1 if bit == last else 1
        last = bit
        if run == _RUN and not (final and position == 0):
            last, run = 1 - bit, 1
            stuffed += 1
    return (last, run), stuffed


# ── CRC-15 ────────────────────────────────────────────────────────────────────────────────


def _crc15(header: int, width: int, data: bytes) -> int:
    crc = _crc15_bits(0, header, width)
    for byte in data:
        crc = (crc << 8 & 0x7FFF) ^ _CRC15_TABLE[(crc >> 7) ^ byte]
    return crc


@lru_cache(maxsize=4096)
def _crc15_bits(crc: int, value: int, width: int) -> int:
    for position in range(width - 1, -1, -1):
        feedback = (value >> position & 1) ^ (crc >> 14)
        crc = (crc << 1 & 0x7FFF) ^ (_CRC15 if feedback else 0)
    return crc


_CRC15_TABLE = tuple(_crc15_bits(0, byte, 8) for byte in range(256))
