"""Simulated units live on what devices of the table give, whether twins or not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.access.handles.bench import Bench, open_bench
from bench.cli.main import main
from bench.instruments.kinds import Setup
from bench.instruments.plug import Plug, plug_in
from bench.instruments.wire_twin import twin_of

BENCH = """
[bench]
time = "real"
guardian = false

[car]
real = {real}

[can.body]
interface = "virtual"
channel = "beside-{channel}"

[can.telematics]
interface = "virtual"
channel = "beside-{channel}-telematics"

[relays.doors]
model = "numato_usb"
{doors}
channels = {{ handle_driver = 1, interior_unlock = 2, telematics_supply = 3 }}

[supplies.kl30]
model = "rigol_dp832"
{kl30}
net = "{net}"
channel = 2
voltage_v = 13.5
current_limit_a = 3.0

[meters.locks]
model = "simulated"
channels = {{ lock_motor_driver = 1, latch_driver = 2 }}
"""


def write(folder: Path, doors: str, kl30: str, real: str = "[]", net: str = "terminal_30") -> Path:
    file = folder / "bench.toml"
    file.write_text(BENCH.format(channel=folder.name, real=real, doors=doors, kl30=kl30, net=net))
    return file


@pytest.fixture
def devices() -> Iterator[dict[str, str]]:
    """A board and a supply that the bench takes for devices: it knows of no twin."""
    models = {"doors": ("numato_usb", "pty"), "kl30": ("rigol_dp832", "loopback")}
    plugs: dict[str, Plug] = {}
    for name, (model, where) in models.items():
        twin = twin_of(model, Setup(name, channels={}))
        twin.needs_s = 0.0
        plugs[name] = plug_in(twin, where)
    yield {name: f'resource = "{plug.resource}"' for name, plug in plugs.items()}
    for plug in plugs.values():
        plug.close()


def reported(bench: Bench, role: str) -> str:
    return bench.station.taps["body"].values[role].label


@pytest.mark.parametrize("backend", ["@pty", "@socket"])
def test_a_car_fed_by_a_twin_behind_a_wire_stands_as_it_was_parked(tmp_path, backend):
    doors, kl30 = (f'backend = "{backend}"\nresource = "ASRL{n}::INSTR"' for n in (1, 2))
    with open_bench(write(tmp_path, doors, kl30)) as bench:
        bench.wait(0.5)
        assert reported(bench, "alarm_state") == "armed"
        assert reported(bench, "door_lock_state") == "locked"


def test_a_simulated_car_lives_on_a_real_supply(tmp_path, devices):
    with open_bench(write(tmp_path, **devices)) as bench:
        bench.wait(0.5)
        assert reported(bench, "alarm_state") == "armed"
        bench.supplies.kl30.off()
        assert bench.station.wiring.net("terminal_30").mv == 0
        bench.supplies.kl30.on()
        bench.station.instruments.set_voltage("kl30", 11.0, None)
        assert bench.station.wiring.net("terminal_30").mv == 11_000


def test_simulated_units_feel_a_voltage_that_was_set_while_their_supply_was_off(tmp_path, devices):
    with open_bench(write(tmp_path, **devices)) as bench:
        bench.supplies.kl30.off()
        bench.supplies.kl30.set_voltage(11.0)
        assert bench.station.wiring.net("terminal_30").mv == 0
        bench.supplies.kl30.on()
        assert bench.station.wiring.net("terminal_30").mv == 11_000


def test_simulated_units_feel_a_real_contact(tmp_path, devices):
    with open_bench(write(tmp_path, **devices)) as bench:
        with bench.relays.interior_unlock.closed():
            bench.can.body.expect("BCM_LockState", LockState="unlocked", within_s=2.0)
        assert bench.station.wiring.net("interior_unlock").mv == 0


def test_units_beside_a_real_one_are_not_left_without_current(tmp_path, devices, capsys):
    main(["check", "--bench", str(write(tmp_path, **devices, real='["bcm"]'))])
    assert "ok  diagnosis.GW" in capsys.readouterr().out


def test_a_bench_that_leaves_simulated_units_without_current_is_refused(tmp_path, devices, capsys):
    file = write(tmp_path, **devices, real='["bcm", "gateway"]', net="kl30")
    assert main(["check", "--bench", str(file)]) == 2
    said = capsys.readouterr().err
    assert 'none feeds the car by its net = "terminal_30": kl30.net = "kl30"' in said
    assert "the simulated digital_key, passive_entry, immobiliser, head_unit hang on it" in said
    assert 'write net = "terminal_30" under [supplies.kl30]' in said


def test_a_simulated_supply_beside_the_one_that_feeds_the_car_is_refused(tmp_path, devices, capsys):
    file = write(tmp_path, **devices)
    with file.open("a") as out:
        out.write('[supplies.stand_in]\nmodel = "simulated"\nnet = "terminal_30"\n')
    assert main(["check", "--bench", str(file)]) == 2
    said = capsys.readouterr().err
    assert "supplies.stand_in.model: is simulated, and would feed the simulated units while" in said
    assert "supplies.kl30, which feeds the car, is off: take it out" in said


@pytest.mark.parametrize("line", ["lock_motor_driver", "latch_driver"])
def test_a_meter_on_the_table_that_waits_for_a_simulated_body_controller_is_refused(
    tmp_path, devices, capsys, line
):
    """It sees nothing move: a sound car was said not to open."""
    file = write(tmp_path, **devices, real='["gateway"]')
    head, _, _ = file.read_text().partition("[meters.locks]")
    meter = 'model = "waveshare_modbus_inputs"\nresource = "ASRL/dev/none::INSTR"\n'
    file.write_text(f"{head}[meters.locks]\n{meter}channels = {{ {line} = 1 }}\n")
    assert main(["check", "--bench", str(file)]) == 2
    said = capsys.readouterr().err
    assert (
        f"meters.locks.channels.{line}: nothing moves it: the body controller is simulated" in said
    )
    assert 'write real = ["bcm"] under [car]' in said
    file.write_text(file.read_text().replace('real = ["gateway"]', 'real = ["bcm"]'))
    assert main(["check", "--bench", str(file)]) == 2
    assert "nothing moves it" not in capsys.readouterr().err
