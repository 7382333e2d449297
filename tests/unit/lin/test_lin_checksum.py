"""LIN: protected identifiers, checksums, the length of frames."""

import pytest

from bench.lin.checksum import checksum, frame_ns, longest_frame_ns, protected_identifier
from bench.lin.master import GO_TO_SLEEP


@pytest.mark.parametrize(
    ("identifier", "protected"),
    # the table of the LIN 2.2A specification's appendix, as drivers carry it
    [(0x00, 0x80), (0x01, 0xC1), (0x02, 0x42), (0x03, 0x03), (0x10, 0x50), (0x11, 0x11),
     (0x1F, 0x1F), (0x20, 0x20), (0x3A, 0xBA), (0x3C, 0x3C), (0x3D, 0x7D), (0x3F, 0xBF)],
)  # fmt: skip
def test_the_parity_of_an_identifier_is_that_of_the_specification(identifier, protected):
    assert protected_identifier(identifier) == protected


def test_every_protected_identifier_is_different_and_keeps_its_identifier():
    found = {protected_identifier(n) for n in range(64)}
    assert len(found) == 64
    assert {p & 0x3F for p in found} == set(range(64))


@pytest.mark.parametrize("identifier", [-1, 64, 0x100])
def test_an_identifier_beyond_63_is_refused(identifier):
    with pytest.raises(ValueError, match="0 to 63"):
        protected_identifier(identifier)


def test_the_checksum_is_that_of_the_specifications_example():
    # LIN 2.2A, 2.8.3
    assert checksum(0x00, bytes([0x4A, 0x55, 0x93, 0xE5]), classic=True) == 0xE6


def test_the_enhanced_checksum_takes_the_protected_identifier_in():
    data = bytes([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88])
    assert checksum(0x10, data, classic=False) == 0x49  # published with identifier 0x50
    assert checksum(0x10, bytes([0x4A, 0x55, 0x93, 0xE5]), classic=False) == 0x96
    assert checksum(0x10, data, classic=True) != 0x49


def test_diagnostic_frames_have_the_classic_checksum_always():
    assert checksum(0x3C, GO_TO_SLEEP, classic=False) == checksum(0x3C, GO_TO_SLEEP, classic=True)


def test_a_frame_takes_34_bits_and_10_for_each_byte_and_its_checksum():
    assert frame_ns(8, 20_000) == 124 * 50_000
    assert longest_frame_ns(8, 20_000) == 8_680_000
