"""Frame lengths: published bounds, and an independent model that sends every bit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.can.frame import Frame
from bench.can.wire import bits, duration_ns, interframe_ns

INTERFRAME = 3
FD_SIZES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64)


def stuffed(sequence: list[int], *, at_end: bool) -> int:
    """Return how many stuff bits a sequence gets, by the rule as ISO 11898-1 words it."""
    sent: list[int] = []
    count = 0
    for position, bit in enumerate(sequence):
        sent.append(bit)
        last = position == len(sequence) - 1
        if len(sent) >= 5 and len(set(sent[-5:])) == 1 and (at_end or not last):
            sent.append(1 - bit)
            count += 1
    return count


def field(value: int, width: int) -> list[int]:
    return [value >> n & 1 for n in range(width - 1, -1, -1)]


def crc15(sequence: list[int]) -> list[int]:
    register = 0
    for bit in sequence:
        top = bit ^ (register >> 14 & 1)
        register = register << 1 & 0x7FFF
        if top:
            register ^= 0x4599
    return field(register, 15)


def classic_bits(frame: Frame) -> int:
    if frame.extended:
        head = [0, *field(frame.identifier >> 18, 11), 1, 1, *field(frame.identifier & 0x3FFFF, 18)]
        head += [0, 0, 0]
    else:
        head = [0, *field(frame.identifier, 11), 0, 0, 0]
    body = head + field(len(frame.data), 4) + [b for byte in frame.data for b in field(byte, 8)]
    body += crc15(body)
    return len(body) + stuffed(body, at_end=True) + 10


@given(
    identifier=st.integers(0, 0x7FF),
    extended=st.booleans(),
    data=st.binary(max_size=8),
    low=st.integers(0, 0x3FFFF),
)
def test_classic_frames_are_as_long_as_bit_by_bit(identifier, extended, data, low):
    full = identifier << 18 | low if extended else identifier
    frame = Frame(full, data, extended=extended)
    assert bits(frame) == (classic_bits(frame), 0)


@given(st.integers(0, 0x7FF), st.binary(min_size=8, max_size=8))
def test_eight_bytes_take_111_to_135_bits_with_an_11_bit_identifier(identifier, data):
    """Davis, Burns, Bril, Lukkien 2007, "Controller Area Network schedulability analysis"."""
    total = bits(Frame(identifier, data))[0] + INTERFRAME
    assert 111 <= total <= 135


@given(st.integers(0, 0x1FFFFFFF), st.binary(min_size=8, max_size=8))
def test_eight_bytes_take_131_to_160_bits_with_a_29_bit_identifier(identifier, data):
    total = bits(Frame(identifier, data, extended=True))[0] + INTERFRAME
    assert 131 <= total <= 160


@pytest.mark.parametrize("size", range(9))
def test_the_worst_case_by_the_published_formula_is_never_exceeded(size):
    """The same paper: (g + 8 s + 13 + (g + 8 s - 1) // 4) bits with g = 34 for 11-bit ones."""
    worst = 34 + 8 * size + 13 + (34 + 8 * size - 1) // 4
    patterns = (b"\x00", b"\xff", b"\x0f", b"\xf0", b"\x1e", b"\x87", b"\xc3", b"\x3c", b"\x78")
    for identifier in range(0, 0x800, 7):
        for pattern in patterns:
            assert bits(Frame(identifier, pattern * size))[0] + INTERFRAME <= worst


@pytest.mark.parametrize("size", FD_SIZES)
def test_fd_frames_without_stuffing_have_the_fields_of_iso_11898_1(size):
    """30 nominal bits with the interframe space (SOF to BRS 17, CRC delimiter to IFS 13)."""
    slow, fast = bits(Frame(0x2AA, b"\xaa" * size, fd=True, brs=True))
    crc, fixed = (17, 6) if size <= 16 else (21, 7)
    fields = 1 + 4 + 8 * size + 4 + crc + fixed  # ESI, DLC, data, stuff count, CRC, fixed stuff
    assert slow + INTERFRAME == 30
    assert fields <= fast <= fields + 2


@given(st.binary(max_size=64).filter(lambda d: len(d) in FD_SIZES), st.integers(0, 0x7FF))
def test_fd_stuffing_is_as_bit_by_bit(data, identifier):
    frame = Frame(identifier, data, fd=True, brs=True)
    dlc = FD_SIZES.index(len(data))
    head = [0, *field(identifier, 11), 0, 0, 1, 0, 1]
    tail = [0, *field(dlc, 4), *(b for byte in data for b in field(byte, 8))]
    # with data, no stuff bit follows the last one: a fixed stuff bit stands there anyway
    total = stuffed(head + tail, at_end=not data)
    slow, fast = bits(frame)
    crc, fixed = (17, 6) if len(data) <= 16 else (21, 7)
    assert slow + fast == 17 + 10 + total + 5 + 8 * len(data) + 4 + crc + fixed


def test_durations_use_both_bit_rates():
    frame = Frame(0x2AA, b"\xaa" * 64, fd=True, brs=True)
    slow, fast = bits(frame)
    assert duration_ns(frame, 500_000, 2_000_000) == slow * 2000 + fast * 500
    assert interframe_ns(500_000) == 6000
