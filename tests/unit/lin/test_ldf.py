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
