"""What is wrong with a bench is found before anything runs."""

import os
import re
from pathlib import Path

import pytest
from refusals import INCIDENTS, QUICK, bench_file, refused

from bench.cli.main import main
from bench.config.bench_file import load_bench

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
    assert "which keypad unlock needs; " in error
    assert "or leave the path out of --paths" in error
    assert not out.exists()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("open_wire:wire=cylinder_lock", 'open_wire: no contact of this bench opens "cylinder_lock"'),
        ("bus_short:bus=telematics",
         "bus_short: can_telematics_short is a simulated contact, and can.telematics is carried by"),
        ("supply_dip:supply=kl31", 'no supply of this bench feeds "kl31"'),
        ("supply_dip", "nobody says how fast supplies.kl30 (rigol_dp832) follows"),
        ("loss_of_ground:unit=DKM",
         "ground_dkm_open is a simulated contact, and the digital_key at the end"),
        ("bus_off", "can.body: virtual cannot put a node off"),
        ("lost_node:node=BCM", 'can.body has no simulated node "BCM"'),
        ("wrong_cycle:message=BCM_LockState", "is sent by BCM, which is real or not there"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("plan", [(), ("--plan",)])
def test_a_fault_that_the_wiring_of_a_real_bench_cannot_do_is_found_before_it_is_opened(
    capsys, tmp_path, fault, said, plan
):
    """Nothing is at the supply's resource: to open it would be another error."""
    file = Path(bench_file(tmp_path, REAL, more='\n[car]\nreal = ["bcm", "digital_key"]\n'))
    text = file.read_text().replace(
        '[supplies.kl30]\nmodel = "simulated"',
        '[supplies.kl30]\nmodel = "rigol_dp832"\nresource = "TCPIP::127.0.0.1::9::SOCKET"',
    )
    file.write_text(text.replace("current_limit_a = 30.0", "current_limit_a = 3.0"))
    out = tmp_path / "run"
    chosen = ["run", "--paths", "cloud_app", "--faults", fault, "--phases", "down"]
    error = refused(capsys, *chosen, "--bench", str(file), "--out", str(out), *plan)
    assert said in error
    assert not out.exists()


@pytest.mark.parametrize(
    ("fault", "key"), [("ocsp", "ocsp"), ("client_cert_expired", "mutual_tls")]
)
def test_a_fault_that_the_file_does_not_switch_on_is_found_before_a_real_bench_is_opened(
    capsys, tmp_path, fault, key
):
    file = bench_file(tmp_path, REAL)
    chosen = ["run", "--paths", "cloud_app", "--phases", "down", "--bench", file, "--plan"]
    assert f"{fault}: nobody" in refused(capsys, *chosen, "--faults", fault)
    on = {"ocsp": '"soft_fail"', "mutual_tls": "true"}
    file = bench_file(tmp_path, REAL, more=f"\n[network]\n{key} = {on[key]}\n")
    assert main([*chosen[:-2], file, "--plan", "--faults", fault]) == 0


def test_a_processor_that_the_bench_may_not_use_is_refused_where_it_would_run(capsys, tmp_path):
    file = bench_file(tmp_path, (REAL[0], 'time = "real"\ncpu = 9999 '))
    out = tmp_path / "run"
    error = refused(capsys, *QUICK, "--bench", file, "--out", str(out))
    allowed = ", ".join(map(str, sorted(os.sched_getaffinity(0))))
    assert f"{file}: bench.cpu: this process may not use 9999, but {allowed}" in error
    assert not out.exists()
    assert main([*QUICK, "--bench", file, "--plan"]) == 0  # a plan may be made on another computer


def test_a_fault_that_the_wiring_of_a_real_bench_can_do_is_planned(capsys, tmp_path):
    file = bench_file(tmp_path, REAL)
    chosen = ["--faults", "lost_node:node=BCM", "wrong_crc", "bus_overload", "--phases", "down"]
    status = main(["run", "--paths", "cloud_app", *chosen, "--bench", file, "--plan"])
    said = capsys.readouterr()
    assert status == 0, said.err
    assert "4 scenarios" in said.out


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
        (
            '[bench]\ntime = "real"\n',
            'write model = "simulated" and net = "terminal_30" under [supplies.kl30]',
        ),
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


def test_a_door_that_nobody_senses_is_not_said_to_stay_shut(capsys, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text('[meters.start]\nmodel = "simulated"\nchannels = { start_button = 1 }\n')
    seen = "no meter has a line lock_motor_<door> or latch_<door>: nobody sees it move"
    out = ["--bench", str(file), "--out", str(tmp_path / "run"), "--no-report"]
    main(["run", *out, "--faults", "refuse", "--phases", "down", "--plan"])
    said = capsys.readouterr().out
    assert f"left out: rke_fob: {seen}" in said
    assert f"left out: nfc_card unlock: {seen}" in said
    assert "left out: nfc_card start" not in said, "a start is seen on CAN"
    assert main(["run", *out, "--paths", "rke_fob", "--faults", "refuse"]) == 2
    assert f"rke_fob unlock: {seen}; or leave the path out" in capsys.readouterr().err


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("command", [QUICK, ("discipline", "--outages", "parked_503")])
def test_a_bench_that_cannot_be_opened_leaves_no_run_that_stands_in_the_next_one_s_way(
    capsys, tmp_path, command, there
):
    file = Path(bench_file(tmp_path, ("[can.body]", '[can.body]\nchannel = "can_no"')))
    text = file.read_text().replace(*REAL)
    body = 'channel = "can_no"\ninterface = "simulated"'
    file.write_text(text.replace(body, body.replace("simulated", "socketcan")))
    out = tmp_path / "run"
    if there:
        out.mkdir()
    for _again in range(2):
        said = refused(capsys, *command, "--bench", str(file), "--out", str(out))
        assert 'there is no CAN channel "can_no"' in said
        assert out.exists() == there
        assert not there or not list(out.iterdir())


@pytest.mark.parametrize("there", [False, True])
def test_a_fault_that_only_an_open_bench_can_refuse_leaves_no_run(capsys, tmp_path, there):
    file = Path(bench_file(tmp_path))
    file.write_text(file.read_text().replace(*REAL))
    out = tmp_path / "run"
    if there:
        out.mkdir()
    command = ["run", "--paths", "keypad", "--faults", "ocsp", "--bench", str(file)]
    assert "the bench file must say network.ocsp" in refused(capsys, *command, "--out", str(out))
    assert out.exists() == there
    assert not there or not list(out.iterdir())
