"""A role file whose CRCs are not the unit's is found by what is seen on the bus."""

from pathlib import Path

import pytest

from bench.access.checksums import wrong_checksums
from bench.can.transmitter import protection_of
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.events import FrameSeen
from bench.journal import Entry
from bench.station.buses import load_role_maps

BODY = load_role_maps(load_bench(DEFAULT), load_car("sound", Path()))["body"]
LOCKS, HANDLE = (BODY.database.messages[name] for name in ("BCM_LockState", "PEPS_Handle"))
PROTECTION = protection_of(LOCKS, BODY.protection[LOCKS.name])
RIGHT = PROTECTION.table(bytes(8))[3]
WRONG = PROTECTION.spoil(RIGHT)


def seen(*payloads, identifier=LOCKS.frame_id, bus="body", flags=""):
    events = [FrameSeen(bus, identifier, flags, payload.hex(), "") for payload in payloads]
    return [Entry(0, seq, None, event) for seq, event in enumerate(events)]


def test_a_message_is_named_with_how_many_frames_are_wrong_and_the_key_to_look_at():
    [(name, says)] = wrong_checksums(seen(WRONG, RIGHT, WRONG), "body", BODY)
    assert name == "BCM_LockState"
    assert says == (
        "2 of 3 frames have another CRC than autosar_profile_2 makes: is "
        "[protection.BCM_LockState] as the unit has it?"
    )


@pytest.mark.parametrize(
    "entries",
    [
        seen(RIGHT),
        seen(WRONG, bus="telematics"),
        seen(WRONG, flags="x"),  # another message, of 29 bits
        seen(b"\xff", identifier=HANDLE.frame_id),  # it has none
        seen(WRONG, identifier=0x7E1),
    ],
    ids=["right", "other bus", "29 bits", "unprotected", "unknown"],
)
def test_what_is_right_or_has_no_crc_is_not_spoken_of(entries):
    assert list(wrong_checksums(entries, "body", BODY)) == []


def test_a_message_whose_counter_stands_still_is_named():
    table = PROTECTION.table(bytes(8))
    [(name, says)] = wrong_checksums(seen(*[table[3]] * 8), "body", BODY)
    assert (name, says) == (
        "BCM_LockState", "the counter stands at 3 in all 8 frames: who checks it heeds none",
    )  # fmt: skip
    assert not [*wrong_checksums(seen(*table[:8]), "body", BODY)]
    said_a_few_times = seen(*[table[3]] * 7)
    assert not [*wrong_checksums(said_a_few_times, "body", BODY)]
