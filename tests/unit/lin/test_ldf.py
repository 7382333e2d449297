"""LDF files: what they give, and what is wrong in them."""

from pathlib import Path

import pytest
from lin_door import BACKLIGHT, DOOR, KEY

from bench.can.roles import load_roles
from bench.errors import ConfigError, DatabaseRefused, MissingExtra, RoleError
from bench.lin import ldf


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = DOOR.read_text()
    assert old in text
    path = tmp_path / "door.ldf"
    path.write_text(text.replace(old, new))
    return path


def test_an_ldf_file_gives_roles_with_its_labels():
    roles = load_roles("lin-door.toml", [], DOOR.parent, ldf.messages)
    assert roles.role("keypad_key").labels["digit_7"] == ((7,),)
    assert ldf.describe(DOOR).classic == frozenset()


def test_frames_of_an_old_slave_have_the_classic_checksum(tmp_path):
    path = changed(
        tmp_path, '  KEYPAD {\n    LIN_protocol = "2.2"', '  KEYPAD {\n    LIN_protocol = "1.3"'
    )
    assert ldf.describe(path).classic == {KEY, BACKLIGHT}


def test_a_file_that_is_no_ldf_names_the_line(tmp_path):
    path = changed(tmp_path, "Slaves: KEYPAD;", "Slaves KEYPAD;")
    with pytest.raises(DatabaseRefused, match=r"door\.ldf: is no LDF file: line 9 "):
        ldf.describe(path)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "door.ldf"
    path.write_text("")
    with pytest.raises(DatabaseRefused, match="LDF missing protocol version"):
        ldf.describe(path)


def test_a_signal_that_is_not_defined_is_refused(tmp_path):
    path = changed(tmp_path, "    KeypadKey, 0;", "    KeypadKay, 0;")
    with pytest.raises(DatabaseRefused, match="cannot be read as an LDF file"):
        ldf.describe(path)


def test_an_identifier_of_diagnosis_is_out_of_range_for_signals(tmp_path):
    path = changed(tmp_path, "KEYPAD_Key: 0x11", "KEYPAD_Key: 0x3C")
    with pytest.raises(DatabaseRefused, match="KEYPAD_Key: identifier 60 is out of range"):
        ldf.describe(path)


def test_the_last_identifier_and_the_longest_frame_of_the_specification_are_taken(tmp_path):
    path = changed(tmp_path, "KEYPAD_Key: 0x11, KEYPAD, 2", "KEYPAD_Key: 0x3B, KEYPAD, 8")
    key = {message.name: message for message in ldf.describe(path).messages}["KEYPAD_Key"]
    assert (key.frame_id, key.length) == (0x3B, 8)


def test_a_frame_of_nine_bytes_is_refused(tmp_path):
    path = changed(tmp_path, "KEYPAD_Key: 0x11, KEYPAD, 2", "KEYPAD_Key: 0x11, KEYPAD, 9")
    with pytest.raises(DatabaseRefused, match="KEYPAD_Key: 9 bytes: a LIN frame has 1 to 8"):
        ldf.describe(path)


def test_signals_have_the_values_and_the_nodes_of_the_file(tmp_path):
    scaled = 'physical_value, 0, 14, 2.5, -40, "degC";'
    path = changed(tmp_path, 'logical_value, 3, "digit_3";', scaled)
    [pressed] = [m for m in ldf.describe(path).messages if m.name == "KEYPAD_Key"]
    key = pressed.get_signal_by_name("KeypadKey")
    assert (key.scale, key.offset) == (2.5, -40)
    assert (key.choices[7], key.choices.get(3)) == ("digit_7", None)
    assert (key.start, key.length, key.raw_initial) == (0, 4, 15)
    assert (pressed.senders, key.receivers) == (["KEYPAD"], ["BCM"])


def test_a_bus_that_is_old_as_a_whole_has_classic_checksums(tmp_path):
    path = changed(tmp_path, 'LIN_protocol_version = "2.2"', 'LIN_protocol_version = "1.3"')
    assert ldf.describe(path).classic == {KEY, BACKLIGHT}


def test_a_slot_that_is_just_long_enough_is_taken(tmp_path):
    path = changed(tmp_path, "KEYPAD_Key delay 10 ms", "KEYPAD_Key delay 5 ms")
    slots = ldf.describe(path).schedule("awake", 19_200)
    assert [(slot.what, slot.delay_s, slot.length) for slot in slots] == [
        ("BCM_Keypad", 0.01, 1), ("KEYPAD_Key", 0.005, 2),
    ]  # fmt: skip


def test_a_slot_of_another_kind_is_refused_by_its_name(tmp_path):
    text = DOOR.read_text().replace("Node_attributes {", """Event_triggered_frames {
  Any_Key: awake, 0x12, KEYPAD_Key;
}

Node_attributes {""").replace("KEYPAD_Key delay 10 ms", "Any_Key delay 10 ms")  # fmt: skip
    path = tmp_path / "door.ldf"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"Any_Key.*unconditional frames only"):
        ldf.describe(path).schedule(None, 19_200)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('message = "KEYPAD_Key"', 'message = "KEYPAD_Kay"', 'did you mean "KEYPAD_Key"'),
        ('signal = "KeypadKey"', 'signal = "KeypadKeys"', 'did you mean "KeypadKey"'),
    ],
)
def test_a_role_that_names_what_the_ldf_lacks_is_told_the_nearest(tmp_path, old, new, message):
    (tmp_path / "roles.toml").write_text(
        (DOOR.parent / "lin-door.toml").read_text().replace(old, new)
    )
    with pytest.raises(RoleError, match=message):
        load_roles("roles.toml", [], tmp_path, ldf.messages)


def test_a_schedule_that_is_too_tight_or_missing_is_refused(tmp_path):
    path = changed(tmp_path, "KEYPAD_Key delay 10 ms", "KEYPAD_Key delay 4 ms")
    with pytest.raises(ConfigError, match=r"a slot of 4 ms is too short.*4\.67 ms"):
        ldf.describe(path).schedule(None, 19_200)
    with pytest.raises(ConfigError, match='did you mean "awake"'):
        ldf.describe(DOOR).schedule("awaken", 19_200)


def test_without_ldfparser_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "ldfparser", None)
    path = changed(tmp_path, "MIT, our own", "MIT, our own one")
    with pytest.raises(MissingExtra, match='needs the extra "lin"'):
        ldf.describe(path)
