"""Role files: what they say of a database, and what is wrong in them."""

import pytest
from real_databases import needs_opendbc
from roles_rig import BOTH, DBC, LOCK_STATE, loading

from bench.can.frame import Frame, Reception
from bench.can.role_bus import RoleValue, check_choices, choice, read_value
from bench.can.roles import load_roles
from bench.errors import ConfigError, RoleError


@pytest.fixture
def load(tmp_path):
    return loading(tmp_path)


HAVAL = pytest.param("gwm_haval_h6.toml", marks=needs_opendbc)


# ── values and labels ─────────────────────────────────────────────────────────────────────


def test_without_raw_values_the_databases_own_table_serves(load):
    role = load(LOCK_STATE).role("lock_state")
    assert role.labels == {"locked": ((0,),), "unlocked": ((1,), (2,)), "fault": ((15,),)}
    assert role.labels_of((2,)) == ("unlocked",)
    assert role.raw_for("unlocked") == (1,)


def test_the_role_files_raw_values_count_instead_of_the_table(load):
    role = load(LOCK_STATE + "raw = { shut = 1, open = 0 }\n").role("lock_state")
    assert role.labels == {"shut": ((1,),), "open": ((0,),)}
    assert role.labels_of((15,)) == ()


def test_an_unknown_label_gives_the_nearest(load):
    with pytest.raises(
        RoleError,
        match=r'car.toml: roles.lock_state: has no "unlockd", which .* did you mean "unlocked"',
    ):
        load(LOCK_STATE).role("lock_state").raw_for("unlockd")


def test_read_value_reads_any_decoded_frame(load):
    role = load(LOCK_STATE + 'fields = { slot = "Slot" }\n').role("lock_state")
    reception = Reception(Frame(0x100, b""), 5, 3)
    assert read_value(role, {"State": 1, "Slot": 2}, reception) == RoleValue(
        "lock_state", ("unlocked",), (1,), {"slot": 2}, 5, 3
    )
    assert read_value(role, {"Slot": 2}, reception) is None


# ── what is absent or wrong ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            '[roles.a]\nmessage = "Lock"\nsignal = "State"\n',
            'roles.a: no message "Lock": did you mean "Locks"?',
        ),
        (
            '[roles.a]\nmessage = "Locks"\nsignal = "Stat"\n',
            'roles.a: Locks has no signal "Stat": did you mean "State" or "StateCopy"?',
        ),
        (
            '[roles.a]\nmessage = "Locks"\nsignal = ["Left", "Rigt"]\nraw = { x = [[0, 0]] }\n',
            'roles.a: Locks has no signal "Rigt": did you mean "Right"?',
        ),
        (
            LOCK_STATE + 'mirror = "StateCpy"\n',
            'roles.lock_state: Locks has no signal "StateCpy": did you mean "StateCopy"?',
        ),
        (
            LOCK_STATE + "valid = { Vald = [1] }\n",
            'roles.lock_state: Locks has no signal "Vald": did you mean "Valid"?',
        ),
        (
            LOCK_STATE + 'fields = { slot = "Slt" }\n',
            'roles.lock_state: Locks has no signal "Slt": did you mean "Slot"?',
        ),
        ('[roles.a]\nmessage = "Locks"\nsignal = []\n', "roles.a.signal: names no signal"),
        ('[roles.a]\nmessage = "Locks"\nsignal = "Slot"\n', "roles.a: raw: is missing"),
        (
            '[roles.a]\nmessage = "Locks"\nsignal = ["State", "Cause"]\n',
            "roles.a: raw: is missing",
        ),
        (
            BOTH.replace("[[0, 0]]", "0"),
            "roles.doors.raw.closed: needs 2 value(s) for each meaning",
        ),
        (
            BOTH.replace("[[0, 0]]", "[0, 0]"),
            "roles.doors.raw.closed: needs 2 value(s) for each meaning",
        ),
        (
            BOTH.replace("[0, 1]", "[0, 1, 1]"),
            "roles.doors.raw.open: needs 2 value(s) for each meaning",
        ),
        (
            LOCK_STATE + "raw = { locked = [[0, 1]] }\n",
            "roles.lock_state.raw.locked: needs 1 value(s) for each meaning",
        ),
        (LOCK_STATE + "raw = { locked = [] }\n", "roles.lock_state.raw.locked: names no value"),
        (
            LOCK_STATE + "raw = { locked = 16 }\n",
            "roles.lock_state.raw.locked: 16 does not fit in State (4 bit)",
        ),
        (
            LOCK_STATE + "raw = { locked = [0, -1] }\n",
            "roles.lock_state.raw.locked: -1 does not fit in State (4 bit)",
        ),
        ("[cycle_s]\nLoks = 1.0\n", 'no message "Loks": did you mean "Locks"?'),
        (
            '[protection.Loks]\nscheme = "unknown"\n',
            'no message "Loks": did you mean "Locks"?',
        ),
    ],
)
def test_a_role_that_does_not_fit_its_database_is_an_error_with_file_and_key(
    load, tmp_path, content, told
):
    with pytest.raises(RoleError) as error:
        load(content)
    assert str(error.value).startswith(f"{tmp_path / 'car.toml'}: ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (LOCK_STATE + 'shape = "puls"\n', 'roles.lock_state.shape: \'puls\' is not right: did you'),
        (LOCK_STATE + "sygnal = 1\n", 'roles.lock_state.sygnal: unknown key: did you mean'),
        ('[roles.a]\nsignal = "State"\n', "roles.a.message: is missing"),
        ("[cycle_s]\nLocks = 0\n", "cycle_s.Locks: 0 is not right: should be greater than 0"),
        ("[cycle_s]\nLocks = -0.1\n", "cycle_s.Locks: -0.1 is not right"),
        ("[cycle_s\n", "is not valid TOML"),
    ],
)  # fmt: skip
def test_a_role_file_that_is_wrong_in_itself_names_file_and_key(load, tmp_path, content, told):
    with pytest.raises(ConfigError) as error:
        load(content)
    assert str(error.value).startswith(f"{tmp_path / 'car.toml'}: ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("raw = { shut = 0, open = 1 }\n", "knows it by locked, unlocked, not by open, shut: say"),
        (
            'raw = { locked = 0 }\nfields = { source = { signal = "Slot", raw = { none = 999 } } }\n',
            "fields.source.raw.none: 999 does not fit in Slot",
        ),
        (
            'raw = { locked = "shut" }\n',
            "raw.locked: 'shut' is not right: should be a whole number",
        ),
        (
            "raw = { locked = [0, 1.5] }\n",
            "raw.locked.1: 1.5 is not right: should be a whole number",
        ),
    ],
)
def test_a_role_that_means_nothing_to_the_bench_is_one_error(load, content, told):
    section = LOCK_STATE.replace("lock_state", "door_lock_state")
    with pytest.raises(ConfigError) as refused:
        load(section + content)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_word_that_a_field_does_not_have_says_how_to_give_it(load):
    role = load(LOCK_STATE + 'fields = { source = "State" }\n').role("lock_state")
    with pytest.raises(RoleError) as refused:
        choice(role, "State", "cylinder")
    assert 'roles.lock_state.fields.source: State has no value "cylinder"' in str(refused.value)
    assert 'source = { signal = "State", raw = { cylinder = … } }' in str(refused.value)


def test_all_the_words_that_a_field_does_not_have_are_one_error(load):
    role = load(LOCK_STATE + 'fields = { source = "State" }\n').role("lock_state")
    with pytest.raises(RoleError) as refused:
        check_choices(role, "State", ("cylinder", "locked", "voice", "cylinder"))
    assert 'State has no value "cylinder", "voice": ' in str(refused.value)
    assert "raw = { cylinder = …, voice = … }" in str(refused.value)


def test_a_role_file_without_a_database_needs_one_from_its_bus(load, tmp_path):
    with pytest.raises(ConfigError, match=r"car\.toml: database: is missing, and the bus names"):
        load(LOCK_STATE, head="")
    assert load_roles("car.toml", ["car.dbc"], tmp_path).role("lock_state")


def test_the_bus_s_databases_count_instead_of_the_role_files_own(load, tmp_path):
    load(LOCK_STATE)
    other = DBC.replace("BO_ 256 Locks", "BO_ 257 Locks").replace(" 256 ", " 257 ")
    (tmp_path / "other.dbc").write_text(other)
    assert load_roles("car.toml", ["other.dbc"], tmp_path).role("lock_state").key == 257


def test_strict_false_in_the_role_file_takes_a_database_with_overlaps(load, tmp_path):
    overlapping = DBC.replace("SG_ StateCopy : 4|4", "SG_ StateCopy : 2|4")
    (tmp_path / "car.dbc").write_text(overlapping)
    with pytest.raises(ConfigError, match=r"overlapping.*strict = false"):
        load(LOCK_STATE)
    # another file: within one process a version of a file is read once
    loose = load(LOCK_STATE, "loose.toml", 'database = "car.dbc"\nstrict = false\n')
    assert loose.role("lock_state")


# ── cycles, and what a recording keeps ────────────────────────────────────────────────────


def test_a_cycle_is_the_role_files_then_the_databases_then_the_default(load):
    roles = load("default_cycle_s = 0.5\n[cycle_s]\nButton = 0.25\n")
    message = roles.database.message
    assert roles.cycle_of(message("Button")) == (0.25, "role file")
    assert roles.cycle_of(message("Locks")) == (0.2, "database")
    assert roles.cycle_of(message("Wide")) == (0.5, "default")


def test_the_role_file_overrides_the_databases_cycle(load):
    roles = load("[cycle_s]\nLocks = 0.05\n")
    assert roles.cycle_of(roles.database.message("Locks")) == (0.05, "role file")
    assert roles.cycle_of(roles.database.message("Wide")) == (0.1, "default")


def test_a_role_describes_itself_for_the_recordings_header(load):
    described = load(LOCK_STATE + 'evidence = "seen-on-car"\n').role("lock_state").described()
    assert described == {
        "message": "Locks",
        "identifier": 0x100,
        "senders": ["BCM"],
        "receivers": ["GW"],
        "signals": ["State"],
        "labels": {"locked": [[0]], "unlocked": [[1], [2]], "fault": [[15]]},
        "evidence": "seen-on-car",
    }


@pytest.mark.parametrize("name", ["body.toml", "telematics.toml", HAVAL])
def test_the_bundled_role_files_fit_their_databases(name, tmp_path):
    roles = load_roles(name, [], tmp_path)
    assert "door_lock_state" in roles.roles or "remote_command" in roles.roles
    for role in roles.roles.values():
        for label in role.labels:
            assert label in role.labels_of(role.raw_for(label))
