"""Databases of all kinds: what loads, and how the others are refused."""

import importlib.util
import os
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.can import databases
from bench.can.databases import bundled, decode, find, is_fd, key_of, load
from bench.errors import ConfigError, DatabaseRefused, MissingExtra

HEADER = 'VERSION ""\n\nNS_ :\n\nBS_:\n\nBU_: A B\n\n'
STATUS = 'BO_ 256 Status: 8 A\n SG_ Lock : 0|2@1+ (1,0) [0|3] "" B\n\n'


@pytest.fixture
def dbc(tmp_path):
    """Write a database and return its path."""

    def write(content, name="car.dbc"):
        path = tmp_path / name
        path.write_text(HEADER + content)
        return path

    return write


def line_of(path, start):
    """Return the number of the line that begins with `start`."""
    return 1 + [line.startswith(start) for line in path.read_text().splitlines()].index(True)


# ── what fits together ────────────────────────────────────────────────────────────────────


def test_every_unused_value_table_is_named_at_once(dbc):
    path = dbc(STATUS + 'VAL_ 256 Lock 0 "a" ;\nVAL_ 256 Gone 0 "a" ;\nVAL_ 256 Lost 0 "a" ;\n')
    gone, lost = (line_of(path, f"VAL_ 256 {name}") for name in ("Gone", "Lost"))
    with pytest.raises(DatabaseRefused, match=rf"take out line {gone}, {lost}$"):
        load((path,))


def test_two_messages_of_one_identifier_are_named_with_their_lines(dbc):
    path = dbc(
        STATUS
        + 'BO_ 256 Again: 8 A\n SG_ Hood : 0|2@1+ (1,0) [0|3] "" B\n\nVAL_ 512 Hood 0 "a" ;\n'
    )
    first, second = line_of(path, "BO_ 256 Status"), line_of(path, "BO_ 256 Again")
    told = rf"Status \(line {first}\) and Again \(line {second}\) have the same identifier, 256"
    with pytest.raises(DatabaseRefused, match=told):
        load((path,))


# ── syntax ────────────────────────────────────────────────────────────────────────────────


def test_the_named_line_is_the_one_at_fault(dbc):
    path = dbc(STATUS + 'BO_ 257 2nd: 8 A\n SG_ S : 0|2@1+ (1,0) [0|3] "" B\n')
    number = line_of(path, "BO_ 257")
    with pytest.raises(DatabaseRefused, match=rf"line {number}, .*cannot begin with a digit"):
        load((path,))


def test_a_missing_semicolon_is_looked_for_in_the_line_before(dbc):
    path = dbc(STATUS + 'CM_ BO_ 256 "all is well"\nVAL_ 256 Lock 0 "a" ;\n')
    number = line_of(path, "CM_")
    with pytest.raises(DatabaseRefused, match=rf'Line {number} may lack its final ";"'):
        load((path,))


def test_any_other_broken_line_is_shown_as_it_stands(dbc):
    with pytest.raises(DatabaseRefused, match=r"The line reads: BO_ 300 NoColon 8 A$"):
        load((dbc("BO_ 300 NoColon 8 A\n" + STATUS),))


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x81\n", bytes(range(256)), b"hello\n"])
@pytest.mark.parametrize("name", ["x.dbc", "x.kcd", "x.sym", "x.arxml", "x.txt", "x"])
def test_rubbish_of_every_kind_is_refused_by_name(content, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DatabaseRefused, match=re.escape(str(path))):
        load((path,))


def test_a_database_of_diagnostics_holds_no_messages(tmp_path):
    path = tmp_path / "x.cdd"
    path.write_text("<CANDELA><ECUDOC><ATTRCATS/><DIDS/><ECU/></ECUDOC></CANDELA>")
    with pytest.raises(DatabaseRefused, match=re.escape(str(path))):
        load((path,))


# ── what is loaded ────────────────────────────────────────────────────────────────────────


def test_fd_is_believed_where_the_file_says_so(dbc):
    attribute = (
        'BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","StandardCAN_FD";\n'
        'BA_DEF_DEF_ "VFrameFormat" "StandardCAN";\n'
        'BA_ "VFrameFormat" BO_ 256 2;\n'
    )
    short = load((dbc(STATUS + attribute),)).message("Status")
    assert short.length == 8
    assert is_fd(short)
    assert not is_fd(load((dbc(STATUS, "plain.dbc"),)).message("Status"))


def test_a_29_bit_identifier_has_bit_31_as_its_key(dbc):
    loaded = load((dbc(f"BO_ {0x123 | 1 << 31} Wide: 8 A\n\nBO_ {0x123} Narrow: 8 A\n"),))
    assert key_of(loaded.message("Wide")) == 0x80000123
    assert key_of(loaded.message("Narrow")) == 0x123
    assert loaded.by_key[0x80000123].name == "Wide"


def test_an_unknown_message_gives_the_nearest(dbc):
    loaded = load((dbc(STATUS),))
    assert loaded.message("Status").frame_id == 256
    with pytest.raises(ConfigError, match='no message "Statsu": did you mean "Status"'):
        loaded.message("Statsu")


def test_a_page_that_the_database_does_not_know_decodes_to_nothing(dbc):
    pages = (
        'BO_ 256 Paged: 2 A\n SG_ Page M : 0|8@1+ (1,0) [0|255] "" B\n'
        ' SG_ One m1 : 8|8@1+ (0.5,0) [0|127] "" B\n'
    )
    paged = load((dbc(pages),)).message("Paged")
    assert decode(paged, b"\x01\x08") == {"Page": 1, "One": 8}
    assert decode(paged, b"\x01\x08", physical=True) == {"Page": 1, "One": 4.0}
    assert decode(paged, b"\x07\x08") == {}


def test_several_databases_make_one_bus(dbc):
    second = dbc(STATUS.replace("256 Status", "257 Other"), "second.dbc")
    loaded = load((dbc(STATUS), second))
    assert set(loaded.messages) == {"Status", "Other"}


def test_two_databases_that_define_the_same_identifier_are_refused(dbc):
    second = dbc(STATUS.replace("Status", "Other"), "second.dbc")
    with pytest.raises(DatabaseRefused) as refused:
        load((dbc(STATUS), second))
    assert str(second) in str(refused.value)
    assert "Other (0x100) is already defined" in str(refused.value)
    assert "as Status (0x100)" in str(refused.value)


def test_two_databases_that_define_the_same_name_are_refused(dbc):
    second = dbc(STATUS.replace("256", "512"), "second.dbc")
    with pytest.raises(DatabaseRefused, match=r"Status \(0x200\) .* as Status \(0x100\)"):
        load((dbc(STATUS), second))


def test_the_same_number_in_11_and_in_29_bits_is_not_the_same_identifier(dbc):
    second = dbc(STATUS.replace("256 Status", f"{256 | 1 << 31} Other"), "second.dbc")
    assert len(load((dbc(STATUS), second)).by_key) == 2


def test_a_file_that_was_changed_is_read_again(dbc):
    path = dbc(STATUS)
    assert set(load((path,)).messages) == {"Status"}
    before = path.stat()
    dbc(STATUS.replace("Status", "Changed"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert set(load((path,)).messages) == {"Changed"}


# ── finding ───────────────────────────────────────────────────────────────────────────────


def test_a_file_of_the_users_is_found_beside_what_names_it(dbc, tmp_path):
    path = dbc(STATUS)
    assert find("car.dbc", tmp_path) == path


def test_a_file_of_the_users_counts_before_a_bundled_one(dbc, tmp_path):
    assert find("body.dbc", tmp_path) == bundled("body.dbc")
    own = dbc(STATUS, "body.dbc")
    assert find("body.dbc", tmp_path) == own


def test_a_missing_file_is_named_and_so_are_the_bundled_ones_of_its_kind(tmp_path):
    with pytest.raises(ConfigError) as missing:
        find("nothing.dbc", tmp_path)
    assert f"{tmp_path / 'nothing.dbc'}: no such file" in str(missing.value)
    assert str(missing.value).endswith("; bundled ones: body.dbc, telematics.dbc")
    with pytest.raises(ConfigError, match=r"nothing\.arxml: no such file$"):
        find("nothing.arxml", tmp_path)


def test_a_missing_file_may_be_the_one_beside_it(dbc, tmp_path):
    path = dbc(STATUS)
    with pytest.raises(ConfigError, match=rf'no such file: did you mean "{path.name}"\?'):
        find(path.name.replace(".dbc", "s.dbc"), tmp_path)
    with pytest.raises(ConfigError, match=r"no such file: there is no folder .*folder"):
        find("folder/car.dbc", tmp_path)


def test_a_folder_is_not_a_database(tmp_path):
    (tmp_path / "folder.dbc").mkdir()
    with pytest.raises(ConfigError, match=re.escape(f"{tmp_path / 'folder.dbc'}: is a folder")):
        find("folder.dbc", tmp_path)


def without_opendbc(monkeypatch, *python):
    """Let the package opendbc be missing in such a Python."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(databases, "sys", SimpleNamespace(version_info=python))


def test_where_pip_refuses_the_package_its_files_can_be_had_all_the_same(tmp_path, monkeypatch):
    without_opendbc(monkeypatch, 3, 13, 5)
    command = re.escape("pip install --no-deps --ignore-requires-python opendbc==")
    with pytest.raises(MissingExtra, match=f"refuses Python 3.13, .*: {command}"):
        find("opendbc:tesla_can.dbc", tmp_path)


def test_the_release_is_the_one_that_the_extra_brings():
    pyproject = tomllib.loads(Path(__file__).parents[3].joinpath("pyproject.toml").read_text())
    (requirement,) = pyproject["project"]["optional-dependencies"]["opendbc"]
    minor = ".".join(map(str, databases.TOO_NEW))
    assert requirement == f"{databases.OPENDBC}; python_version < '{minor}'"


def test_without_the_package_the_extra_is_named(tmp_path, monkeypatch):
    without_opendbc(monkeypatch, 3, 11, 2)
    with pytest.raises(MissingExtra) as missing:
        find("opendbc:tesla_can.dbc", tmp_path)
    assert "opendbc:tesla_can.dbc" in str(missing.value)
    assert "pip install 'access-bench[opendbc]'" in str(missing.value)


@pytest.mark.parametrize("name", ["body.dbc", "telematics.dbc"])
def test_the_bundled_databases_load_strictly(name, tmp_path):
    assert load((find(name, tmp_path),)).messages
