"""A bad bench file: one clear error that names file and key, exit 2, no traceback."""

import re
import subprocess
import sys

import pytest
from refusals import check, refused

from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.station import within_models


def test_a_missing_bench_file(capsys, tmp_path):
    error = refused(capsys, "run", "--bench", str(tmp_path / "no.toml"))
    assert "no.toml: no such file" in error


def test_a_folder_instead_of_a_bench_file(capsys, tmp_path):
    assert "is a folder" in refused(capsys, "run", "--bench", str(tmp_path))


def test_a_binary_bench_file(capsys, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_bytes(b"\x7fELF\xff\xfe\x00")
    assert "is not text" in refused(capsys, "run", "--bench", str(file))


def test_a_broken_bench_file_names_the_line(capsys, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text("[bench\nname = 1\n")
    assert "line 1" in refused(capsys, "run", "--bench", str(file))


def test_an_unreadable_default_bench_file_in_the_current_folder(capsys, tmp_path, monkeypatch):
    (tmp_path / "bench.toml").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "is a folder" in refused(capsys, "run")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("seed = 1", "sead = 1"), 'bench.sead: unknown key: did you mean "seed"?'),
        (("seed = 1", 'seed = "one"'), "bench.seed: 'one' is not right"),
        (('time = "simulated" ', 'time = "simulatd" '), 'bench.time: .*did you mean "simulated"'),
        (("[relays.doors]", "[relais.doors]"), 'relais: unknown key: did you mean "relays"?'),
        (("[can.body]", "[can.bdoy]"), 'can.bdoy: sound has no such bus: did you mean "body"?'),
        (
            ('[relays.doors]\nmodel = "simulated"', '[relays.doors]\nmodel = "simulatd"'),
            'relays.doors.model: no relay board named "simulatd": did you mean "simulated"?',
        ),
        (
            ("handle_driver = 1,", "handle_drivr = 1,"),
            'no net "handle_drivr": did you mean "handle',
        ),
        (("handle_driver = 1,", 'handle_driver = "one",'), "relays.doors.channels.handle_driver"),
        (
            ('[supplies.kl30]\nmodel = "simulated"', '[supplies.kl30]\nmodel = "rigol_dp832"'),
            "supplies.kl30.resource: is missing",
        ),
        (
            ('interface = "simulated"\n\n[can.telem', 'interface = "socketcan"\n\n[can.telem'),
            'can.body.interface: socketcan needs time = "real"',
        ),
        (
            ("handle_driver_lock = 2", "handle_driver_lock = 1"),
            "relays.doors.channels.handle_driver_lock: is the same relay as relays.doors",
        ),
        (
            ("keypad_0 = 1", "handle_driver = 1"),
            "relays.keypad.channels.handle_driver: is the same name as relays.doors.",
        ),
        (
            ("lock_motor_passenger = 2", "lock_motor_passenger = 1"),
            "meters.locks.channels.lock_motor_passenger: is the same input as",
        ),
        (("handle_driver = 1,", "handle_driver = 0,"), "channels.handle_driver: 0: this model has"),
        (("handle_driver = 1,", "handle_driver = -1,"), "channels.handle_driver"),
        (("supply = 9", "supply = 900"), "telematics_supply: 900: this model has 1 to 64"),
        (("voltage_v = 13.5", "voltage_v = 1000.0"), "supplies.kl30.voltage_v: 1000.0 is not"),
        (("voltage_v = 13.5", "voltage_v = -13.5"), "supplies.kl30.voltage_v: -13.5 is not"),
        (("voltage_v = 13.5", "voltage_v = nan"), "supplies.kl30.voltage_v: nan is not"),
        (("limit_a = 30.0", "limit_a = 0.0"), "supplies.kl30.current_limit_a: 0.0 is not"),
        (("[can.body]\n", "[can.body]\nbitrate = -5\n"), "can.body.bitrate: -5 is not right"),
        (("[can.body]\n", "[can.body]\nbitrate = 0\n"), "can.body.bitrate: 0 is not right"),
        (
            ("[can.body]\n", "[can.body]\nbitrate = 500000\ndata_bitrate = 250000\n"),
            "can.body.data_bitrate: 250000 is below bitrate = 500000",
        ),
        (("seed = 1", 'seed = "1"'), "bench.seed: '1' is not right"),
        (("seed = 1", "seed = true"), "bench.seed: true is not right: should be a whole number"),
        (("seed = 1", "seed = -1"), "bench.seed: -1 is not right"),
        (("seed = 1", "seed = 1.5"), "bench.seed: 1.5 is not right: should be a whole number"),
        (
            ("handle_driver = 1,", "handle_driver = 1.5,"),
            "1.5 is not right: should be a whole number",
        ),
        (
            ("handle_driver = 1,", 'handle_driver = "1",'),
            "'1' is not right: should be a whole number",
        ),
        (("seed = 1", "car = 1"), "bench.car: 1 is not right: should be a text in quotes"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_the_nearest_right_one(capsys, tmp_path, change, said):
    error = check(capsys, tmp_path, change)
    assert re.search(said if ".*" in said else re.escape(said), error), error
    assert "bench.toml" in error


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[telematics]\nwake_z = 1.0\n", 'telematics.wake_z: unknown key: did you mean "wake_s"?'),
        ("[telematics]\nwake_s = -1\n", "telematics.wake_s: -1 is not right"),
        ("[cloud]\nidle_s = 0\n", "cloud.idle_s: 0 is not right"),
        ("[app]\ngive_up = 3\n", 'app.give_up: unknown key: did you mean "give_up_s"?'),
    ],
)
def test_a_wrong_policy_is_named(capsys, tmp_path, more, said):
    assert said in check(capsys, tmp_path, more=more)


def test_a_database_that_does_not_parse(capsys, tmp_path):
    (tmp_path / "broken.dbc").write_text("BO_ nonsense")
    change = ('[can.body]\ninterface = "simulated"',
              '[can.body]\ninterface = "simulated"\ndatabases = ["broken.dbc"]')  # fmt: skip
    error = check(capsys, tmp_path, change)
    assert "broken.dbc" in error
    assert "line 1" in error


def test_a_database_that_is_not_there(capsys, tmp_path):
    change = ('[can.body]\ninterface = "simulated"',
              '[can.body]\ninterface = "simulated"\ndatabases = ["gone.dbc"]')  # fmt: skip
    assert "gone.dbc: no such file" in check(capsys, tmp_path, change)


def test_a_car_file_that_is_not_there_is_named_with_its_key_and_the_nearest(capsys, tmp_path):
    (tmp_path / "aurora.toml").write_text("")
    error = check(capsys, tmp_path, ("[bench]\n", '[bench]\ncar = "arora.toml"\n'))
    assert "bench.toml: bench.car: " in error
    assert error.endswith('arora.toml: no such file: did you mean "aurora.toml"?')
    error = check(capsys, tmp_path, ("[bench]\n", '[bench]\ncar = "aurora"\n'))
    assert error.endswith('bench.car: no car named "aurora": did you mean "aurora.toml"?')


def test_a_limit_of_a_path_is_sent_to_the_car_file(capsys, tmp_path):
    error = check(capsys, tmp_path, more="[limits.ble_key]\nunlock_s = 1.2\n")
    assert "limits: ble_key: unknown key: known: telematics_discipline (the limits of a " in error


def test_an_identifier_that_stands_twice_is_told_once(tmp_path):
    twice = 'BO_ 5 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] "" X\n'
    (tmp_path / "twice.dbc").write_text(f"{twice}\n{twice.replace('A', 'B')}")
    (tmp_path / "bench.toml").write_text('[can.body]\ndatabases = ["twice.dbc"]\n')
    command = [sys.executable, "-m", "bench.cli.main", "check"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    (line,) = ended.stderr.splitlines()
    assert "twice.dbc: message B (0x5) is already defined on this bus, as A (0x5)" in line


def test_a_role_that_names_a_missing_signal(capsys, tmp_path):
    (tmp_path / "mine.toml").write_text(
        'database = "body.dbc"\n[roles.power_mode]\nmessage = "BCM_PowerMode"\nsignal = "PowrMode"\n'
    )
    change = ('[can.body]\ninterface = "simulated"',
              '[can.body]\ninterface = "simulated"\nroles = "mine.toml"')  # fmt: skip
    error = check(capsys, tmp_path, change)
    assert (
        'roles.power_mode: BCM_PowerMode has no signal "PowrMode": did you mean "PowerMode"?'
        in error
    )
    assert "mine.toml" in error


def test_a_missing_extra_is_named_with_how_to_get_it(capsys, tmp_path, monkeypatch):
    from bench.can import roles

    roles._load.cache_clear()  # another test in this process may have loaded it already
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    error = refused(capsys, "check", "--car", "haval_h6")
    assert 'needs the extra "opendbc": ' in error
    assert "pip install " in error


def test_mqtt_without_its_extra_is_named_with_how_to_get_it(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("bench.station.telematics.find_spec", lambda _name: None)
    error = check(capsys, tmp_path, more='\n[telematics]\npush = "mqtt"\n')
    assert 'telematics.push: "mqtt"' in error
    assert "pip install 'access-bench[telematics]'" in error


def test_a_fault_of_mqtt_on_a_bench_that_pushes_by_websocket(capsys, tmp_path):
    out = str(tmp_path / "run")
    error = refused(capsys, "run", "--faults", "puback_lost", "--out", out)
    assert 'puback_lost acts on mqtt: the bench file says telematics.push = "websocket"' in error


@pytest.mark.parametrize("resource", ["ASRL/dev/no_such_tty::INSTR", "GPIB0::1::INSTR"])
def test_an_unreachable_instrument(capsys, tmp_path, resource):
    change = ('[relays.doors]\nmodel = "simulated"',
              f'[relays.doors]\nmodel = "numato_usb"\nresource = "{resource}"')  # fmt: skip
    error = check(capsys, tmp_path, change)
    assert f"doors ({resource}) cannot be opened" in error
    assert error.count("bench: error:") == 1


def test_a_host_that_there_is_not(capsys, tmp_path, monkeypatch):
    def as_pyvisa_py_says_it(*_resource, **_options):
        raise Exception("could not connect: [Errno -2] Name or service not known")  # noqa: TRY002

    monkeypatch.setattr("pyvisa.ResourceManager.open_resource", as_pyvisa_py_says_it)
    change = ('[relays.doors]\nmodel = "simulated"',
              '[relays.doors]\nmodel = "numato_usb"\nresource = "TCPIP::nowhere::17494::SOCKET"')  # fmt: skip
    error = check(capsys, tmp_path, change)
    assert "doors (TCPIP::nowhere::17494::SOCKET) cannot be opened" in error
    assert "Name or service not known" in error


def test_a_section_that_is_no_table_is_said_in_plain_words(capsys, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text("bench = 3\n")
    error = refused(capsys, "run", "--bench", str(file))
    assert error.endswith("bench.toml: bench: 3 is not right: should be a table")


def test_a_bench_file_that_begins_with_a_byte_order_mark_is_read(tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text("\ufeff[bench]\nseed = 4\n", encoding="utf-8")
    assert load_bench(file).content.bench.seed == 4


def test_a_key_that_resembles_none_is_told_which_there_are(capsys, tmp_path):
    error = check(capsys, tmp_path, more="[telematics]\nkeepaliv_s = 3\n")
    assert "telematics.keepaliv_s: unknown key: known: " in error
    assert "heartbeat_s" in error


@pytest.mark.parametrize(
    ("databases", "said"),
    [
        ("gone.dbc", "gone.dbc: no such file"),
        (".", "is a folder"),
        ("broken.dbc", "line 1"),
        ("empty.dbc", "empty.dbc: is empty"),
        ("binary.dbc", "binary.dbc: is no text"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_with_its_key(capsys, tmp_path, databases, said):
    (tmp_path / "empty.dbc").write_text("\n")
    (tmp_path / "binary.dbc").write_bytes(b"\x7fELF\x02\x01\x00\x1b[31m")
    (tmp_path / "broken.dbc").write_text("BO_ nonsense")
    change = ("[can.body]\n", f'[can.body]\ndatabases = ["{databases}"]\n')
    error = check(capsys, tmp_path, change)
    assert "bench.toml: can.body.databases: " in error
    assert said in error


@pytest.mark.parametrize("backend", ["@sim", "@pty"])
def test_a_twin_without_its_extra_is_found_before_anything_is_opened(
    capsys, tmp_path, monkeypatch, backend
):
    there = within_models.find_spec
    monkeypatch.setattr(
        within_models, "find_spec", lambda name: None if name == "pyvisa_sim" else there(name)
    )
    twin = f'[relays.doors]\nmodel = "lcus"\nresource = "ASRL1::INSTR"\nbackend = "{backend}"'
    error = check(capsys, tmp_path, ('[relays.doors]\nmodel = "simulated"', twin))
    needs = "needs the extra \"sim\": pip install 'access-bench[sim]'"
    assert error.endswith(f'bench.toml: relays.doors.backend: "{backend}" {needs}')


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            "[telematics]\nbackoff_growth = 0",
            "telematics.backoff_growth: 0 is not right: should be",
        ),
        ("[telematics]\nbackoff_jitter = nan", "telematics.backoff_jitter: nan is not right"),
        ("[telematics]\njitter_steps = -1", "telematics.jitter_steps: -1 is not right"),
        ('[telematics]\nheartbeat_s = "60"', "heartbeat_s: '60' is not right: should be a number"),
        ("[telematics]\nheartbeat_s = true", "heartbeat_s: true is not right: should be a number"),
        ('[telematics]\nwakes_car = "no"', "wakes_car: 'no' is not right: should be true or false"),
        ("[telematics]\nwakes_car = 0", "wakes_car: 0 is not right: should be true or false"),
        ("[app]\nretries = -1", "app.retries: -1 is not right"),
        ("[cloud]\ncommand_ttl_s = true", "cloud.command_ttl_s: true is not right"),
    ],
)
def test_how_units_behave_is_asked_by_values_that_make_sense(capsys, tmp_path, section, said):
    """They ended a run in its middle as a defect of the bench, or were taken for numbers."""
    file = tmp_path / "bench.toml"
    file.write_text(f"{DEFAULT.read_text()}\n{section}\n")
    assert main(["check", "--bench", str(file)]) == 2
    assert said in capsys.readouterr().err
