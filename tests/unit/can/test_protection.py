"""Counters and checksums: against published values, and against sums done by hand."""

from pathlib import Path

import pytest
from cantools.autosar.end_to_end import check_profile2_crc, check_profile5_crc
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.can.databases import load
from bench.can.protection.autosar_profile_2 import AutosarProfile2
from bench.can.protection.autosar_profile_5 import AutosarProfile5
from bench.can.protection.byte_sum import ByteSum
from bench.can.protection.crc8 import Crc8
from bench.can.protection.unknown import Unknown
from bench.can.role_file import ProtectionSection
from bench.can.roles import RoleMap, load_roles
from bench.can.transmitter import Transmitter, protection_of
from bench.errors import ConfigError, UnknownName
from bench.registry import registry

# Digits is as long as the string "123456789", over which check values of CRCs are published,
# with the low half of the "9" as its counter and the CRC behind
DBC = """VERSION ""

NS_ :

BS_:

BU_: A

BO_ 256 Plain: 8 A
 SG_ Crc : 0|8@1+ (1,0) [0|255] "" A
 SG_ Counter : 8|4@1+ (1,0) [0|15] "" A
 SG_ Rest : 12|52@1+ (1,0) [0|0] "" A

BO_ 257 Digits: 10 A
 SG_ Text : 7|64@0+ (1,0) [0|0] "" A
 SG_ Three : 71|4@0+ (1,0) [0|15] "" A
 SG_ Counter : 67|4@0+ (1,0) [0|15] "" A
 SG_ Crc : 79|8@0+ (1,0) [0|255] "" A

BO_ 740 Sum: 8 A
 SG_ Data : 7|48@0+ (1,0) [0|0] "" A
 SG_ Counter : 51|4@0+ (1,0) [0|15] "" A
 SG_ Checksum : 63|8@0+ (1,0) [0|255] "" A

BO_ 2566840065 WideSum: 2 A
 SG_ Data : 0|8@1+ (1,0) [0|255] "" A
 SG_ Checksum : 8|8@1+ (1,0) [0|255] "" A

BO_ 300 Short: 1 A
 SG_ Counter : 0|4@1+ (1,0) [0|15] "" A

BO_ 301 Three: 3 A
 SG_ Counter : 16|8@1+ (1,0) [0|255] "" A
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("protection") / "protected.dbc"
    path.write_text(DBC)
    return load((path,))


STEADY = settings(deadline=None, derandomize=True, max_examples=50)
PAYLOADS = st.binary(min_size=8, max_size=8)


# ── AUTOSAR profile 2 ─────────────────────────────────────────────────────────────────────


@STEADY
@given(payload=PAYLOADS, data_id=st.integers(0, 255))
def test_profile_2_passes_cantools_own_check_for_every_counter(database, payload, data_id):
    table = AutosarProfile2(message=database.message("Plain"), data_id=data_id).table(payload)
    assert [data[1] & 0xF for data in table] == list(range(16))
    assert all(check_profile2_crc(data, data_id) for data in table)
    assert all(data[2:] == payload[2:] for data in table)
    assert all(data[1] & 0xF0 == payload[1] & 0xF0 for data in table)


@STEADY
@given(payload=PAYLOADS, ids=st.lists(st.integers(0, 255), min_size=16, max_size=16))
def test_profile_2_takes_the_counters_own_data_id_from_a_list(database, payload, ids):
    table = AutosarProfile2(message=database.message("Plain"), data_id=ids).table(payload)
    assert [data[1] & 0xF for data in table] == list(range(16))
    assert all(check_profile2_crc(data, ids[data[1] & 0xF]) for data in table)


def test_profile_2_agrees_with_the_specifications_example(database):
    # AUTOSAR FO PRS E2E Protocol, profile 2: data ids 1 to 16, data of zeros, counter 1
    ids = list(range(1, 17))
    table = AutosarProfile2(message=database.message("Plain"), data_id=ids).table(bytes(8))
    assert table[1].hex() == "1b01000000000000"


@STEADY
@given(payload=PAYLOADS, position=st.integers(0, 7), bit=st.integers(0, 7))
def test_profile_2_shows_every_flipped_bit(database, payload, position, bit):
    data = bytearray(
        AutosarProfile2(message=database.message("Plain"), data_id=37).table(payload)[3]
    )
    data[position] ^= 1 << bit
    assert not check_profile2_crc(bytes(data), 37)


def test_profile_2_refuses_what_it_cannot_protect(database):
    for message, data_id in (("Plain", [1, 2]), ("Plain", []), ("Short", 1)):
        with pytest.raises(ConfigError, match=rf"protection\.{message}: autosar_profile_2 needs"):
            AutosarProfile2(message=database.message(message), data_id=data_id)


# ── AUTOSAR profile 5 ─────────────────────────────────────────────────────────────────────


@STEADY
@given(payload=st.binary(min_size=4, max_size=64), data_id=st.integers(0, 65535))
def test_profile_5_passes_cantools_own_check_for_every_counter(database, payload, data_id):
    table = AutosarProfile5(message=database.message("Plain"), data_id=data_id).table(payload)
    assert [data[2] for data in table] == list(range(256))
    assert all(check_profile5_crc(data, data_id) for data in table)
    assert all(data[3:] == payload[3:] for data in table)


def test_profile_5_agrees_with_the_specifications_example(database):
    # AUTOSAR FO PRS E2E Protocol, profile 5: data id 0x1234, data of zeros, counters 0 and 1
    table = AutosarProfile5(message=database.message("Plain"), data_id=0x1234).table(bytes(8))
    assert table[0].hex() == "1cca000000000000"
    assert table[1].hex() == "cf8d010000000000"


def test_profile_5_takes_a_list_of_one(database):
    message = database.message("Plain")
    listed = AutosarProfile5(message=message, data_id=[0x1234])
    assert listed.table(bytes(8))[0].hex() == "1cca000000000000"


def test_profile_5_refuses_what_it_cannot_protect(database):
    for message, data_id in (("Plain", [1, 2]), ("Plain", []), ("Three", 1), ("Short", 1)):
        with pytest.raises(ConfigError, match=rf"protection\.{message}: autosar_profile_5 needs"):
            AutosarProfile5(message=database.message(message), data_id=data_id)


# ── CRC-8 ─────────────────────────────────────────────────────────────────────────────────


def digits(database, **parameters):
    """Return Crc8's frame whose data are the text "123456789"."""
    protection = Crc8(
        message=database.message("Digits"), counter="Counter", crc="Crc", **parameters
    )
    frame = protection.table(b"12345678\x30\x00")[9]
    assert frame[:9] == b"123456789"
    return frame


@pytest.mark.parametrize(
    ("parameters", "check_value"),
    [
        ({"polynomial": 0x1D, "initial": 0xFF, "final_xor": 0xFF}, 0x4B),  # CRC-8/SAE-J1850
        ({"polynomial": 0x1D, "initial": 0xFD, "final_xor": 0x00}, 0x7E),  # CRC-8/I-CODE
        ({"polynomial": 0x2F, "initial": 0xFF, "final_xor": 0xFF}, 0xDF),  # CRC-8/AUTOSAR
        ({"polynomial": 0x07, "initial": 0x00, "final_xor": 0x00}, 0xF4),  # CRC-8/SMBUS
        ({"polynomial": 0x07, "initial": 0x00, "final_xor": 0x55}, 0xA1),  # CRC-8/I-432-1
        ({}, 0x4B),  # SAE J1850's is what a role file gets that says nothing
    ],
)
def test_crc8_gives_the_published_check_values(database, parameters, check_value):
    assert digits(database, **parameters)[9] == check_value


def crc8_by_hand(data, polynomial, initial, final_xor):
    crc = initial
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ polynomial if crc & 0x80 else crc << 1) & 0xFF
    return crc ^ final_xor


@STEADY
@given(
    payload=PAYLOADS,
    polynomial=st.integers(0, 255),
    initial=st.integers(0, 255),
    final_xor=st.integers(0, 255),
)
def test_crc8_covers_every_byte_but_its_own(database, payload, polynomial, initial, final_xor):
    protection = Crc8(
        message=database.message("Plain"), counter="Counter", crc="Crc",
        polynomial=polynomial, initial=initial, final_xor=final_xor,
    )  # fmt: skip
    table = protection.table(payload)
    assert [data[1] & 0xF for data in table] == list(range(16))
    for data in table:
        assert data[0] == crc8_by_hand(data[1:], polynomial, initial, final_xor)
        assert data[2:] == payload[2:]


def test_crc8_does_not_read_what_stood_in_its_place(database):
    protection = Crc8(message=database.message("Plain"), counter="Counter", crc="Crc")
    assert protection.table(b"\xaa\x0f" + bytes(6)) == protection.table(bytes(8))


# ── sums ──────────────────────────────────────────────────────────────────────────────────


@STEADY
@given(payload=PAYLOADS, initial=st.integers(0, 255))
def test_a_byte_sum_is_that_of_identifier_and_data(database, payload, initial):
    payload = payload[:6] + b"\x00\x00"
    protection = ByteSum(
        message=database.message("Sum"), crc="Checksum", counter="Counter", initial=initial
    )
    table = protection.table(payload)
    assert [data[6] for data in table] == list(range(16))
    for data in table:
        assert data[7] == (initial + 0x02 + 0xE4 + sum(data[:7])) % 256
        assert data[:6] == payload[:6]


def test_a_byte_sum_without_a_counter_is_one_frame(database):
    protection = ByteSum(message=database.message("Sum"), crc="Checksum")
    # the identifier is 0x2E4: 0x02 + 0xE4 + 1 + 2 + 3 = 0xEC
    assert protection.table(b"\x01\x02\x03" + bytes(5)) == [b"\x01\x02\x03" + bytes(4) + b"\xec"]


def test_a_byte_sum_counts_all_bytes_of_a_29_bit_identifier(database):
    message = database.message("WideSum")
    assert message.frame_id == 0x18FEDF01
    protection = ByteSum(message=message, crc="Checksum")
    assert protection.table(b"\x05\x00") == [
        bytes([5, (0x18 + 0xFE + 0xDF + 0x01 + 0x05) & 0xFF]),
    ]


def test_a_byte_sum_does_not_read_what_stood_in_its_place(database):
    protection = ByteSum(message=database.message("Sum"), crc="Checksum", counter="Counter")
    assert protection.table(bytes(6) + b"\x0f\xaa") == protection.table(bytes(8))


# ── unknown, and the choice of a scheme ───────────────────────────────────────────────────


@STEADY
@given(payload=st.binary(max_size=64))
def test_unknown_leaves_a_payload_as_it_is(payload):
    assert Unknown(message=None, counter="Counter", crc="Crc").table(payload) == [payload]


COVERED = {
    "autosar_profile_2": AutosarProfile2,
    "autosar_profile_5": AutosarProfile5,
    "byte_sum": ByteSum,
    "crc8": Crc8,
    "unknown": Unknown,
}


def test_every_scheme_there_is_has_its_tests_here():
    schemes = registry("protection scheme", "can/protection")
    assert schemes.names() == sorted([*COVERED, "secoc"])  # and that one in test_secoc.py
    assert all(schemes.get(name) is scheme for name, scheme in COVERED.items())


@pytest.mark.parametrize(("scheme", "made"), COVERED.items())
def test_a_role_file_chooses_a_scheme_by_its_name(database, scheme, made):
    section = ProtectionSection(scheme=scheme, counter="Counter", crc="Crc", note="a guess",
                                groups=[["Crc", "Counter"]])  # fmt: skip
    protection = protection_of(database.message("Plain"), section)
    assert isinstance(protection, made)
    # each payload of a table is as long as the message, and every counter value stands in it once
    table = protection.table(bytes(8))
    assert {len(data) for data in table} == {8}
    assert len(set(table)) == len(table)


def test_a_role_files_parameters_reach_the_scheme(database):
    message = database.message("Digits")
    section = ProtectionSection(
        scheme="crc8", counter="Counter", crc="Crc", polynomial=0x07, initial=0, final_xor=0
    )
    protection = protection_of(message, section)
    assert protection.table(b"12345678\x30\x00")[9][9] == 0xF4


def test_each_scheme_begins_with_its_own_start_value(database):
    # a sum starts from 0, a CRC-8 from 0xFF, where the role file says nothing
    summed = protection_of(
        database.message("Sum"), ProtectionSection(scheme="byte_sum", crc="Checksum")
    )
    assert summed.table(bytes(8)) == [bytes(7) + b"\xe6"]
    toyota = ProtectionSection(scheme="byte_sum", crc="Checksum", initial=8)
    assert protection_of(database.message("Sum"), toyota).table(bytes(8)) == [bytes(7) + b"\xee"]


def test_a_message_without_a_section_is_not_protected(database):
    assert protection_of(database.message("Plain"), None) is None


@pytest.mark.parametrize("scheme", ["crc8", "byte_sum"])
@pytest.mark.parametrize("signals", [{}, {"counter": "Counter", "crc": "Crd"}])
def test_signals_that_are_missing_or_misspelt_name_the_message(database, scheme, signals):
    section = ProtectionSection(scheme=scheme, **signals)
    with pytest.raises(ConfigError, match=rf"protection\.Plain: {scheme} needs counter and crc"):
        protection_of(database.message("Plain"), section)


def test_an_unknown_scheme_gives_the_nearest(database):
    with pytest.raises(UnknownName, match='no protection scheme named "autosar_profile_3"'):
        protection_of(database.message("Plain"), ProtectionSection(scheme="autosar_profile_3"))


@pytest.mark.parametrize("role_file", ["body.toml", "telematics.toml"])
def test_every_protection_of_the_bundled_databases_can_be_sent(role_file):
    roles: RoleMap = load_roles(role_file, [], Path())
    assert roles.protection
    for name, section in roles.protection.items():
        table = Transmitter(None, roles.database.message(name), roles)._table
        assert len(table) == 16
        assert all(check_profile2_crc(data, section.data_id) for data in table), name
