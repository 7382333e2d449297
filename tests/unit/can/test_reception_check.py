"""What a receiver makes of protected messages, and single signals read from payloads."""

import random
from pathlib import Path

import pytest
from real_databases import OPENDBC

from bench.can.databases import decode, find, load
from bench.can.frame import Frame, Reception
from bench.can.raw_signal import extractor
from bench.can.reception_check import ReceptionCheck
from bench.can.role_file import ProtectionSection
from bench.can.roles import load_roles
from bench.can.transmitter import KnownProtection, protection_of
from bench.registry import registry

SECTIONS = {
    "autosar_profile_2": ProtectionSection(scheme="autosar_profile_2", data_id=85),
    "autosar_profile_5": ProtectionSection(scheme="autosar_profile_5", data_id=85),
    "crc8": ProtectionSection(scheme="crc8", counter="Counter", crc="Crc"),
    "byte_sum": ProtectionSection(scheme="byte_sum", counter="Counter", crc="Crc"),
}
MESSAGE = load_roles("body.toml", [], Path()).database.message("DKM_AccessRequest")
PAYLOAD = MESSAGE.encode({s.name: 1 for s in MESSAGE.signals}, scaling=False)


def protection(scheme: str) -> KnownProtection:
    found = protection_of(MESSAGE, SECTIONS[scheme])
    assert isinstance(found, KnownProtection)
    return found


def look(check: ReceptionCheck, data: bytes, before: bytes | None = None, ignores=()) -> str:
    return check.look(Reception(Frame(0x150, data), 0, None, before=before), ignores)


def test_every_scheme_but_the_unknown_one_can_be_checked():
    # secoc authenticates by a key: receivers of this bench do not check it, and no fault spoils it
    schemes = set(registry("protection scheme", "can/protection").names())
    assert schemes - {"secoc"} == {*SECTIONS, "unknown"}
    unknown = protection_of(MESSAGE, ProtectionSection(scheme="unknown"))
    assert not isinstance(unknown, KnownProtection)
    assert look(ReceptionCheck(unknown), b"anything") == "ok"


@pytest.mark.parametrize("scheme", SECTIONS)
def test_each_payload_of_a_table_says_its_own_counter(scheme):
    made = protection(scheme)
    table = made.table(PAYLOAD)
    assert len(table) == made.counters
    assert [made.counter_of(data) for data in table] == list(range(made.counters))


@pytest.mark.parametrize("scheme", SECTIONS)
def test_a_spoiled_payload_has_a_wrong_crc_and_nothing_else_is_changed(scheme):
    made = protection(scheme)
    table = made.table(PAYLOAD)
    assert len(table) >= 16
    for data in table[:16]:
        spoiled = made.spoil(data)
        assert made.counter_of(spoiled) is None
        assert made.spoil(spoiled) == data
        assert len(spoiled) == len(data)


@pytest.mark.parametrize("length", [0, 1, 3, 7, 9, 64])
@pytest.mark.parametrize("scheme", SECTIONS)
def test_a_frame_of_another_length_has_a_wrong_crc(scheme, length):
    """A real unit, or somebody else on its bus, may send any: nothing may fall over it."""
    data = protection(scheme).table(PAYLOAD)[3].ljust(64, b"\x00")[:length]
    assert look(ReceptionCheck(protection(scheme)), data) == "wrong_crc"


@pytest.mark.parametrize("scheme", SECTIONS)
def test_a_flipped_data_bit_is_a_wrong_crc(scheme):
    made = protection(scheme)
    data = bytearray(made.table(PAYLOAD)[3])
    data[4] ^= 0x10
    assert made.counter_of(bytes(data)) is None


@pytest.mark.parametrize("scheme", SECTIONS)
def test_counters_are_ok_repeated_or_out_of_sequence(scheme):
    table = protection(scheme).table(PAYLOAD)
    check = ReceptionCheck(protection(scheme))
    found = [look(check, table[place]) for place in (5, 6, 6, 9, 13, 14)]
    assert found == ["initial", "ok", "repeated", "ok", "wrong_sequence", "ok"]


def test_the_counter_after_the_last_is_the_first():
    table = protection("autosar_profile_2").table(PAYLOAD)
    check = ReceptionCheck(protection("autosar_profile_2"))
    assert [look(check, table[n]) for n in (15, 0, 1)] == ["initial", "ok", "ok"]


def test_a_wrong_crc_does_not_move_the_counter():
    made = protection("autosar_profile_2")
    table, check = made.table(PAYLOAD), ReceptionCheck(made)
    found = [look(check, data) for data in (table[1], made.spoil(table[9]), table[2])]
    assert found == ["initial", "wrong_crc", "ok"]


def test_repetitions_that_were_not_handed_on_have_been_heard_all_the_same():
    table = protection("autosar_profile_2").table(PAYLOAD)
    check = ReceptionCheck(protection("autosar_profile_2"))
    assert look(check, table[0]) == "initial"
    assert look(check, table[12], before=table[11]) == "ok"
    assert look(check, table[12], before=table[12]) == "repeated"


@pytest.mark.parametrize(("ignores", "found"), [(("crc",), "ok"), ((), "wrong_crc")])
def test_a_receiver_may_ignore_the_crc(ignores, found):
    made = protection("autosar_profile_2")
    assert look(ReceptionCheck(made), made.spoil(made.table(PAYLOAD)[1]), ignores=ignores) == found


def test_a_receiver_may_ignore_the_counter():
    table = protection("autosar_profile_2").table(PAYLOAD)
    check = ReceptionCheck(protection("autosar_profile_2"))
    assert [look(check, table[4], ignores=("counter",)) for _ in range(3)] == ["ok"] * 3


# ── single signals ────────────────────────────────────────────────────────────────────────

FILES = ["body.dbc", "telematics.dbc"]
if OPENDBC:
    FILES += ["opendbc:gwm_haval_h6_phev_2024.dbc", "opendbc:toyota_tss2_adas.dbc",
              "opendbc:gm_global_a_object.dbc"]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_signal_is_read_as_a_decoder_reads_it(name):
    database = load((find(name, Path()),), strict=False)
    rng, compared = random.Random(1), 0
    for message in database.messages.values():
        data = rng.randbytes(message.length)
        decoded = decode(message, data)
        for signal in message.signals:
            extract = extractor(message, signal.name)
            if extract is not None and decoded:  # some frames no decoder can read
                assert extract(data) == decoded[signal.name], (message.name, signal.name)
                compared += 1
    assert compared > 15
