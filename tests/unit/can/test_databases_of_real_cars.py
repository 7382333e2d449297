"""Databases as they are out there: the files of the package opendbc, used as they come."""

import re
import sys

import pytest
from real_databases import OPENDBC, needs_opendbc

from bench.can.databases import PREFIX, find, is_fd, load
from bench.errors import ConfigError, DatabaseRefused

HAND_WRITTEN = sorted(OPENDBC.glob("*.dbc")) if OPENDBC else []
pytestmark = needs_opendbc


def line_of(path, start):
    """Return the number of the line that begins with `start`."""
    return 1 + [line.startswith(start) for line in path.read_text().splitlines()].index(True)


def refusal_of(path):
    """Return why a database is refused; None where it loads."""
    try:
        load((path,))
    except DatabaseRefused as error:
        return str(error)
    return None


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=lambda path: path.name)
def test_every_hand_written_database_loads_or_is_refused_by_its_name(path):
    refusal = refusal_of(path)
    if refusal is None:
        loaded = load((path,))
        assert loaded.messages
        assert len(loaded.messages) == len(loaded.by_key)
    else:
        assert refusal.startswith(f"{path}: ")
        assert len(refusal) > len(str(path)) + 20


def test_many_of_them_load_and_many_do_not():
    refused = {path.name for path in HAND_WRITTEN if path.stat().st_size < 20_000
               and refusal_of(path) is not None}  # fmt: skip
    assert 5 < len(refused) < len(HAND_WRITTEN) / 2
    assert refused >= {"gwm_haval_h6_phev_2024.dbc", "gm_global_a_lowspeed.dbc"}


def test_overlapping_signals_are_refused_with_the_offer_to_load_all_the_same(tmp_path):
    path = find(f"{PREFIX}gwm_haval_h6_phev_2024.dbc", tmp_path)
    with pytest.raises(DatabaseRefused) as refused:
        load((path,))
    assert str(path) in str(refused.value)
    assert "DRIVE_MODE_SIGNAL3 and DRIVE_MODE are overlapping" in str(refused.value)
    assert '"strict = false" in the role file' in str(refused.value)
    assert "DOOR_LOCK_STATES" in load((path,), strict=False).messages


def test_the_offer_is_not_repeated_to_who_has_taken_it(tmp_path):
    # not strict, and refused for another reason than before
    with pytest.raises(DatabaseRefused) as refused:
        load((find(f"{PREFIX}tesla_can.dbc", tmp_path),), strict=False)
    assert "strict = false" not in str(refused.value)


def test_a_signal_that_does_not_fit_comes_with_the_same_offer(tmp_path):
    path = find(f"{PREFIX}mazda_3_2019.dbc", tmp_path)
    with pytest.raises(DatabaseRefused, match=r"does not fit in message.*strict = false"):
        load((path,))
    assert load((path,), strict=False).messages


def test_a_wide_identifier_is_refused_with_its_line_and_the_mended_line(tmp_path):
    path = find(f"{PREFIX}gm_global_a_lowspeed.dbc", tmp_path)
    number = line_of(path, "BO_ 274923520 DriverDoorStatus")
    with pytest.raises(DatabaseRefused) as refused:
        load((path,))
    mended = "BO_ 2422407168 DriverDoorStatus: 1 GMLAN"
    assert 2422407168 == 274923520 | 1 << 31
    assert f'line {number} should read "{mended}"' in str(refused.value)


def follow_the_advice(text, path):
    """Mend a database line by line as its errors say; return how often that was needed."""
    for round_ in range(200):
        path.write_text("\n".join(text))
        try:
            load((path,), strict=False)
        except DatabaseRefused as error:
            told = str(error)
        else:
            return round_
        mended = re.search(r'line (\d+) should read "(.*)"$', told)
        out = re.search(r"take out line ([\d, ]+)$", told)
        assert mended or out, told
        if mended:
            text[int(mended[1]) - 1] = mended[2]
        else:
            for number in out[1].split(","):
                text[int(number) - 1] = ""
    raise AssertionError("the advice leads nowhere")


@pytest.mark.parametrize(
    "name",
    [
        "gm_global_a_lowspeed.dbc",
        "fca_giorgio.dbc",
        "chrysler_cusw.dbc",
        "tesla_can.dbc",
        "rivian_primary_actuator.dbc",
    ],
)
def test_who_does_what_the_errors_say_gets_a_database_that_loads(name, tmp_path):
    text = (OPENDBC / name).read_text(errors="replace").splitlines()
    assert follow_the_advice(text, tmp_path / name) > 0


def test_an_identifier_beyond_29_bits_is_not_mended_into_another_wrong_one(tmp_path):
    with pytest.raises(DatabaseRefused) as refused:
        load((find(f"{PREFIX}toyota_2017_ref_pt.dbc", tmp_path),))
    assert "0x40140639" in str(refused.value)
    assert "more than 29 bits" in str(refused.value)
    assert "should read" not in str(refused.value)


def test_a_value_table_without_its_signal_is_refused_with_its_line(tmp_path):
    path = find(f"{PREFIX}tesla_can.dbc", tmp_path)
    with pytest.raises(DatabaseRefused) as refused:
        load((path,))
    number = int(re.search(r"take out line (\d+)$", str(refused.value))[1])
    line = path.read_text().splitlines()[number - 1]
    _, identifier, signal = line.split()[:3]
    assert line.startswith("VAL_ ")
    definition = re.search(rf"BO_ {identifier} .*?(?=BO_ |\Z)", path.read_text(), re.DOTALL)
    assert definition is None or f" SG_ {signal} " not in definition[0]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("mazda_2017.dbc", "A name cannot begin with a digit"),
        ("psa_aee2010_r3.dbc", "A name cannot begin with a digit"),
        ("toyota_radar_dsu_tssp.dbc", 'Line 138 may lack its final ";"'),
        ("hyundai_kia_generic.dbc", 'The line reads: CM_ 145 "Contains signal with'),
    ],
)
def test_syntax_errors_of_real_files_are_explained(name, hint, tmp_path):
    with pytest.raises(DatabaseRefused) as refused:
        load((find(PREFIX + name, tmp_path),))
    assert re.search(r"syntax at line \d+, column \d+", str(refused.value))
    assert hint in str(refused.value)


def test_fd_follows_from_the_length_where_the_file_does_not_say(tmp_path):
    path = find(f"{PREFIX}gwm_haval_h6_phev_2024.dbc", tmp_path)
    messages = load((path,), strict=False).messages.values()
    assert "VFrameFormat" not in path.read_text()
    long = {message.name for message in messages if message.length > 8}
    assert long
    assert {message.name for message in messages if is_fd(message)} == long


def test_an_unknown_name_in_opendbc_gives_the_nearest(tmp_path):
    with pytest.raises(ConfigError) as unknown:
        find("opendbc:gwm_haval_h6.dbc", tmp_path)
    assert str(unknown.value).startswith("opendbc:gwm_haval_h6.dbc: ")
    assert 'did you mean "gwm_haval_h6_phev_2024.dbc"?' in str(unknown.value)


def test_finding_does_not_import_the_package(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "opendbc", raising=False)
    find("opendbc:tesla_can.dbc", tmp_path)
    assert "opendbc" not in sys.modules
