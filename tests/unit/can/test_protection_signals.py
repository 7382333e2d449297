"""What a role file says of counters and CRCs is held against the message."""

import pytest
from roles_rig import loading

from bench.errors import RoleError


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            'scheme = "crc8"\ncounter = "Slot"\ncrc = "Stat"\n',
            'crc: Locks has no signal "Stat": did',
        ),
        ('scheme = "unknown"\ncounter = "Slott"\n', 'counter: Locks has no signal "Slott": did'),
        (
            'scheme = "autosar_profile_2"\ncrc = "Slot"\n',
            "crc: autosar_profile_2 has it at bit 0, 8 bits long; Slot is at bit 40, 8 bits long",
        ),
        (
            'scheme = "autosar_profile_2"\ndata_id = 0x100\n',
            "data_id: autosar_profile_2 has data ids of 0 to 0xFF",
        ),
        (
            'scheme = "autosar_profile_5"\ndata_id = [0x10000]\n',
            "data_id: autosar_profile_5 has data ids of 0 to 0xFFFF",
        ),
    ],
)
def test_what_is_wrong_of_a_protection_is_named_when_the_role_file_is_read(tmp_path, content, told):
    with pytest.raises(RoleError) as refused:
        loading(tmp_path)(f"[protection.Locks]\n{content}")
    assert f"car.toml: protection.Locks.{told}" in str(refused.value)


def test_what_is_right_is_taken(tmp_path):
    content = '[protection.Locks]\nscheme = "crc8"\ncounter = "Valid"\ncrc = "Slot"\n'
    assert loading(tmp_path)(content).protection["Locks"].crc == "Slot"
