"""Bad input: one clear error that names file and key or option, exit 2, no traceback."""

import json
import re
from pathlib import Path

import pytest

from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench

INCIDENTS = Path(DEFAULT).parents[1] / "incidents"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused; return its one line of error."""
    status = main(arguments)
    said = capsys.readouterr()
    assert status == 2, said
    lines = said.err.strip().splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("bench: error: ")
    assert "Traceback" not in said.err
    return lines[0]


def bench_file(tmp_path: Path, change: tuple[str, str] | None = None, more: str = "") -> str:
    text = DEFAULT.read_text()
    if change is not None:
        assert change[0] in text
        text = text.replace(*change)
    file = tmp_path / "bench.toml"
    file.write_text(text + more)
    return str(file)


def check(capsys, tmp_path, change=None, more="") -> str:
    return refused(capsys, "check", "--bench", bench_file(tmp_path, change, more))


# ── the bench file itself ─────────────────────────────────────────────────────────────────


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
        (("[can.body]", "[can.bdoy]"), "can.bdoy: known buses: body, telematics"),
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
    assert "pip install 'access-bench[opendbc]'" in error


def test_mqtt_without_its_extra_is_named_with_how_to_get_it(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("bench.station.telematics.find_spec", lambda _name: None)
    error = check(capsys, tmp_path, more='\n[telematics]\npush = "mqtt"\n')
    assert 'telematics.push: "mqtt"' in error
    assert "pip install 'access-bench[telematics]'" in error


def test_a_fault_of_mqtt_on_a_bench_that_pushes_by_websocket(capsys, tmp_path):
    out = str(tmp_path / "run")
    error = refused(capsys, "run", "--faults", "puback_lost", "--out", out)
    assert 'puback_lost acts on mqtt: the bench file says telematics.push = "websocket"' in error


def test_an_unreachable_instrument(capsys, tmp_path):
    change = ('[relays.doors]\nmodel = "simulated"',
              '[relays.doors]\nmodel = "numato_usb"\nresource = "ASRL/dev/no_such_tty::INSTR"')  # fmt: skip
    error = check(capsys, tmp_path, change)
    assert "doors (ASRL/dev/no_such_tty::INSTR) cannot be opened" in error


# ── options ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--car", "soundd"], 'no car named "soundd": did you mean "sound"?'),
        (["run", "--car", "no_such.toml"], "no_such.toml: no such file"),
        (["run", "--paths", "ble_kee"], 'no path named "ble_kee": did you mean "ble_key"?'),
        (
            ["run", "--owners", "phone_onely"],
            'no owner named "phone_onely": did you mean "phone_only"',
        ),
        (
            ["run", "--faults", "http_statos"],
            'no fault named "http_statos": did you mean "http_status"?',
        ),
        (["run", "--faults", "http_status:status=999"], "http_status.status: '999' is not right"),
        (["run", "--faults", "http_status:state=503"], 'unknown key: did you mean "status"?'),
        (["run", "--faults", "latency:4"], '"4" is not key=value'),
        (["run", "--faults", "latency:delay_s=-1"], "latency.delay_s"),
        (["run", "--incident", "gwm-2025-03-22"], 'did you mean "gwm-2025-03-21"?'),
        (["run", "--incident", "byd-2025-01-09", "--faults", "refuse"], "brings its own faults"),
        (["replay", "byd"], 'no incident named "byd": did you mean "byd-2025-01-09"?'),
        (["run", "--paths", "BLE_KEY"], 'no path named "BLE_KEY": did you mean "ble_key"?'),
        (["run", "--faults", "http_status:"], '"http_status:": nothing follows the colon'),
        (["run", "--paths", "rke_fob", "--owners", "phone_only"], "nothing to run"),
    ],
)
def test_a_wrong_option_is_named_with_the_nearest_right_one(capsys, tmp_path, arguments, said):
    out = [] if arguments[0] == "check" else ["--out", str(tmp_path / "run")]
    assert said in refused(capsys, *arguments, *out)
    assert not (tmp_path / "run").exists(), "nothing may be written before all is checked"


@pytest.mark.parametrize(
    "arguments",
    [["run", "--jobs", "0"], ["run", "--seed", "x"], ["run", "--seed", "-1"], ["rnu"], []],
)
def test_wrong_usage_ends_with_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["runn"], 'there is no "runn": did you mean "run"?'),
        (["list", "path"], 'there is no "path": did you mean "paths"?'),
        (["run", "--out", ""], "--out: names no folder"),
        (["discipline", "--out", " "], "--out: names no folder"),
        (["run", "--seed", "-1"], "--seed: -1 is below 0"),
    ],
)
def test_wrong_usage_is_told_with_the_nearest_right_word(capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_an_error_does_not_list_every_fault_that_there_is(capsys):
    error = refused(capsys, "run", "--faults", ":")
    assert re.search(r"known: .*, and \d+ more$", error)
    assert len(error) < 600


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
    ("text", "said"),
    [
        ("title = 1\n", "epoch: is missing"),
        ("phases", "is not valid TOML"),
    ],
)
def test_a_broken_incident_file(capsys, tmp_path, text, said):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    status = main(["replay", str(file), "--out", str(tmp_path / "run")])
    error = capsys.readouterr().err
    assert status == 2
    assert said in error
    assert all(line.startswith("bench: error: ") for line in error.strip().splitlines())


def test_an_incident_with_an_unknown_fault_is_refused_before_anything_runs(capsys, tmp_path):
    file = tmp_path / "mine.toml"
    source = Path("bench/incidents/byd-2025-01-09.toml")
    text = (Path(__file__).parents[2] / source).read_text()
    file.write_text(text.replace('faults = ["refuse"]', 'faults = ["refuze"]'))
    error = refused(capsys, "replay", str(file), "--out", str(tmp_path / "run"))
    where = "mine.toml: phases.0.faults: "
    assert where + 'no fault named "refuze": did you mean "refuse"?' in error


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("duration_s = 1800", "duration_s = inf", "phases.0.duration_s: inf is not right"),
        ("duration_s = 1800", "duration_s = 1e15", "phases: they last 1e+15 s together, at most"),
        ("duration_s = 1800", "duration_s = 86400\nevery_s = 1", "phases.0.every_s: unknown key"),
        ("every_s = 60", "every_s = 0.001", "every_s: 0.001 is not right"),
        ("duration_s = 1800", "duration_s = 900000", "15000 tries, at most 10000 can be made"),
        ('faults = ["refuse"]', "faults = []", "phases: nothing fails in any of them"),
        ("+08:00", "", "epoch: "),
        ('car = "', 'car = "un', "mine.toml: car: no car named"),
        ('["refuse"]', '["http_status:from_s=2000"]',
         "from_s: it would begin to act after 2000 s, and is in force for 1800 s"),
        ('["refuse"]', '["http_status:must=hello"]', "http_status.must: unknown key"),
        ('["refuse"]', '["refuse:by_name_only=1"]', "refuse.by_name_only: unknown key"),
        ('["refuse"]', '["http_status:party=phoen"]',  "'phoen' is not right: did you mean \"phone\"?"),
        ('["refuse"]', '["http_status:for_s=inf"]', "http_status.for_s: 'inf' is not right"),
        ('["refuse"]', '["http_status:account=ownr"]', 'no account "ownr": did you mean "owner"?'),
        ('["refuse"]', '["delayed:vin=ABC"]', 'delayed.vin: no vehicle "ABC": known: '),
    ],
)  # fmt: skip
def test_what_an_incident_cannot_mean_is_refused_before_it_is_planned(
    capsys, tmp_path, old, new, said
):
    text = (INCIDENTS / "byd-2025-01-09.toml").read_text()
    assert old in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(old, new, 1))
    assert said in refused(capsys, "replay", str(file), "--plan")


def test_a_window_that_opens_after_the_outage_is_refused(capsys):
    error = refused(capsys, "run", "--faults", "http_status:from_s=100000", "--plan")
    assert "--faults: http_status:from_s=100000: from_s: it would begin to act after" in error


QUICK = ["run", "--paths", "keypad", "--faults", "refuse"]

# ── before anything runs ──────────────────────────────────────────────────────────────────

REAL = ('time = "simulated" ', 'time = "real" ')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ('[relays.doors]\nmodel = "simulated"', '[relays.doors]\nmodel = "simulatd"'),
            'relays.doors.model: no relay board named "simulatd"',
        ),
        (("handle_driver = 1,", "handle_drivr = 1,"), 'no net "handle_drivr"'),
        (('"terminal_30"\nvolt', '"terminal_3O"\nvolt'), 'none feeds the car by its net = "terminal_30": kl30.net = "terminal_3O"'),
        (("lock_motor_driver = 1", "lock_motor_drivr = 1"), 'no net "lock_motor_drivr"'),
        (("[can.body]\n", '[can.body]\nrestbus = ["BCMM"]\n'),
         'can.body.restbus: no sender or message "BCMM": did you mean "BCM"?'),
        (("[bench]\n", '[[safe]]\noff = "relays.doorz"\n[bench]\n'), 'safe.0.off: "relays.doorz"'),
        (('[can.body]\ninterface = "simulated"', '[can.body]\ninterface = "socketcn"'),
         'can.body.interface: no "socketcn": did you mean "socketcan"?'),
        (('[relays.keypad]\nmodel = "simulated"', '[relays.keypad]\nmodel = "numato_usb"'),
         "relays.keypad.resource: is missing"),
        (('[relays.keypad]\nmodel = "simulated"',
          '[relays.keypad]\nmodel = "numato_usb"\nresource = "/dev/ttyACM0"'),
         '"/dev/ttyACM0" is no VISA resource name: did you mean "ASRL/dev/ttyACM0::INSTR"?'),
        (('[relays.doors]\nmodel = "simulated"',
          '[relays.doors]\nmodel = "numato_usb"\nbackend = "@ptty"\nresource = "ASRL1::INSTR"'),
         'relays.doors.backend: no VISA back end "@ptty": did you mean "@pty"?'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("time", ["simulated", "real"])
@pytest.mark.parametrize("plan", [(), ("--plan",)])
def test_what_a_bench_file_has_wrong_is_found_before_anything_runs(
    capsys, tmp_path, change, said, time, plan
):
    file = Path(bench_file(tmp_path, change))
    if time == "real":
        file.write_text(file.read_text().replace(*REAL))
    out = tmp_path / "run"
    error = refused(capsys, *QUICK, "--bench", str(file), "--out", str(out), *plan)
    assert said in error
    assert str(file) in error
    assert not out.exists()


@pytest.mark.parametrize("time", ["simulated", "real"])
@pytest.mark.parametrize("plan", [(), ("--plan",)])
def test_an_act_for_which_the_bench_has_no_contact_is_found_before_anything_runs(
    capsys, tmp_path, time, plan
):
    file = Path(bench_file(tmp_path, ("keypad_7 = 8, ", "")))
    if time == "real":
        file.write_text(file.read_text().replace(*REAL))
    out = tmp_path / "run"
    error = refused(capsys, *QUICK, "--bench", str(file), "--out", str(out), *plan)
    assert f'{file}: relays: no channel does "keypad_' in error
    assert "which keypad unlock needs: " in error
    assert "or leave the path out of --paths" in error
    assert not out.exists()


def test_a_bench_that_can_do_none_of_the_cars_paths_is_one_error(capsys, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text('[relays.a]\nmodel = "simulated"\nchannels = { start_buton = 1 }\n')
    car = tmp_path / "car.toml"
    sound = (INCIDENTS.parent / "cars/sound.toml").read_text()
    car.write_text(
        re.sub(r"paths = \[.*?\]", 'paths = ["keypad", "flat_fob"]', sound, flags=re.DOTALL)
    )
    out = tmp_path / "run"
    error = refused(capsys, "run", "--bench", str(file), "--car", str(car), "--out", str(out))
    assert (
        f"{file}: relays: no path can be tried on this bench: keypad: no channel does keypad_"
        in error
    )
    assert 'flat_fob: no channel does start_button: is "start_buton" meant for it?' in error
    assert not out.exists()


def test_a_unit_that_is_real_by_a_name_that_nobody_has_is_found_before_anything_runs(
    capsys, tmp_path
):
    file = Path(bench_file(tmp_path, REAL, more='\n[car]\nreal = ["BCMX"]\n'))
    error = refused(capsys, *QUICK, "--bench", str(file), "--out", str(tmp_path / "run"))
    assert 'car.real: no unit, sender or message "BCMX": did you mean "BCM"?' in error
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("text", ["", "[bench]\nseed = 3\n", "[cloud]\nidle_s = 60\n"])
def test_a_bench_file_without_instruments_has_those_of_the_built_in_bench(capsys, tmp_path, text):
    file = tmp_path / "bench.toml"
    file.write_text(text)
    arguments = [*QUICK, "--bench", str(file), "--no-report", "--out", str(tmp_path / "run")]
    assert main(arguments) == 0, capsys.readouterr()


def test_a_bench_file_with_an_empty_table_has_none_of_that_kind(tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text("[meters]\n")
    content = load_bench(file).content
    assert content.meters == {}
    assert "kl30" in content.supplies


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[bench]\ntime = "real"\n', "there is none"),
        ("[supplies]\n", "there is none"),
        (
            '[supplies.kl15]\nmodel = "simulated"\nnet = "handle_driver"\n',
            'kl15.net = "handle_driver"',
        ),
    ],
)
def test_a_bench_on_which_nothing_feeds_the_car_is_refused(capsys, tmp_path, text, said):
    file = tmp_path / "bench.toml"
    file.write_text(text)
    error = refused(capsys, *QUICK, "--bench", str(file), "--out", str(tmp_path / "run"))
    assert "supplies: none feeds the car" in error
    assert said in error


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


# ── the run folder ────────────────────────────────────────────────────────────────────────


def test_a_folder_that_already_holds_a_run(capsys, tmp_path):
    out = ["--out", str(tmp_path / "run")]
    assert main([*QUICK, *out]) == 0
    capsys.readouterr()
    before = (tmp_path / "run" / "verdicts.jsonl").read_bytes()
    assert "already holds a run" in refused(capsys, *QUICK, *out)
    assert (tmp_path / "run" / "verdicts.jsonl").read_bytes() == before


def test_a_folder_that_cannot_be_written(capsys, tmp_path):
    (tmp_path / "file").write_text("in the way")
    error = refused(capsys, *QUICK, "--out", str(tmp_path / "file" / "run"))
    assert "cannot be written" in error


# ── what this bench cannot do ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--faults", "http_status", "ocsp"], "ocsp: nobody asks whether a certificate was"),
        (["--faults", "http_status", "client_cert_expired"], "network.mutual_tls = true"),
        (["--faults", "http_status", "lost_node:node=XYZ"], 'no simulated node "XYZ"'),
        (["--faults", "refuse", "open_wire:wire=no_such"], "open_wire"),
        (["--faults", "http_status", "ocsp", "--jobs", "2", "--repeat", "2"], "network.ocsp"),
    ],
)
def test_a_fault_that_this_bench_cannot_do_is_refused_before_anything_runs(
    capsys, tmp_path, options, said
):
    out = tmp_path / "run"
    arguments = ["run", "--paths", "rke_fob", "--out", str(out), "--no-report", *options]
    assert said in refused(capsys, *arguments)
    assert not out.exists()
    assert said in refused(capsys, *arguments, "--plan")


def test_an_incident_with_such_a_fault_is_refused_before_anything_runs(capsys, tmp_path):
    text = (INCIDENTS / "gwm-2025-03-21.toml").read_text()
    file = tmp_path / "mine.toml"
    file.write_text(text.replace("faults = [", 'faults = ["lost_node:node=XYZ", ', 1))
    out = tmp_path / "run"
    arguments = ["replay", str(file), "--paths", "ble_key", "--out", str(out), "--no-report"]
    said = "mine.toml: phases.0.faults: lost_node"
    error = refused(capsys, *arguments)
    assert said in error
    assert 'no simulated node "XYZ"' in error
    assert not out.exists()
    assert said in refused(capsys, *arguments, "--plan")


@pytest.mark.parametrize(
    ("more", "left_out"),
    [("", {"client_cert_expired": "network.mutual_tls", "ocsp": "network.ocsp"}),
     ('\n[network]\nocsp = "hard_fail"\n', {"client_cert_expired": "network.mutual_tls"}),
     ('\n[network]\nocsp = "hard_fail"\nmutual_tls = "push"\n', {})],
)  # fmt: skip
@pytest.mark.parametrize("options", [[], ["--full"]])
def test_a_campaign_says_which_faults_it_leaves_out_and_why(
    capsys, tmp_path, more, left_out, options
):
    file = bench_file(tmp_path, more=more)
    assert main(["run", "--bench", file, *options, "--plan", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["faults_left_out"]
    keys = {f: why for f, why in told.items() if f in {"client_cert_expired", "ocsp"}}
    assert keys == {f: f"the bench file does not switch on {key}" for f, key in left_out.items()}
    assert "mqtt" in told["puback_lost"]
    assert main(["run", "--bench", file, *options, "--plan"]) == 0
    said = capsys.readouterr().out
    assert all(f"left out: {f}: {why}\n" in said for f, why in told.items())
