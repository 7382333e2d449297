"""A supply that cannot feed the lock motors is told of before anything runs."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import load_bench
from bench.errors import ConfigError
from bench.instruments.kinds import Setup
from bench.instruments.plug import plug_in
from bench.instruments.wire_twin import twin_of
from bench.station.ahead import check_file
from bench.station.lock_motors import too_weak

BENCH = """
[bench]
time = "real"
guardian = false

[car]
real = {real}

[can.body]
interface = "virtual"
channel = "motors"

[supplies.kl30]
model = "rohde_schwarz_hmp4040"
resource = "TCPIP0::192.0.2.1::5025::SOCKET"
net = "terminal_30"
current_limit_a = {limit_a}
{more}

[meters.locks]
model = "waveshare_modbus_inputs"
resource = "ASRL/dev/none::INSTR"
channels = {{ lock_motor_driver = 1, lock_motor_passenger = 2, latch_driver = 3 }}
"""
SECOND = """
[supplies.{name}]
model = "rohde_schwarz_hmp4040"
resource = "TCPIP0::192.0.2.1::5025::SOCKET"
channel = 2
net = "{net}"
current_limit_a = 10.0
"""


def write(folder: Path, limit_a: float, more: str = "", real: str = '["bcm"]') -> Path:
    file = folder / "bench.toml"
    file.write_text(BENCH.format(limit_a=limit_a, more=more, real=real))
    return file


def said(file: Path) -> str:
    return ": ".join(too_weak(load_bench(file)) or ())


def test_a_supply_below_the_motors_sum_is_named_with_its_limit_and_the_sum(tmp_path):
    told = said(write(tmp_path, 6.0))
    assert told.startswith(
        "supplies.kl30.current_limit_a: 6 A is less than what lock_motor_driver, "
        "lock_motor_passenger draw when all stall at once, 10 to 20 A (assumed: 5 to 10 A each)"
    )
    assert "a verdict in which it is in current limit is inconclusive" in told


def test_a_supply_that_may_do_is_doubted_and_one_that_does_is_not_spoken_of(tmp_path):
    limits = {"12": "12 A may be less than", "20": ""}
    for limit_a, words in limits.items():
        told = said(write(tmp_path, float(limit_a)))
        assert (words in told) if words else (told == "")


def test_one_that_protects_itself_is_said_to_go_off(tmp_path):
    assert "it is off by its own protection (ocp)" in said(write(tmp_path, 6.0, "ocp = true"))


@pytest.mark.parametrize("real", ["[]", '["gateway"]'])
def test_motors_that_are_simulated_draw_nothing(tmp_path, real):
    assert said(write(tmp_path, 6.0, real=real)) == ""


def test_supplies_side_by_side_give_their_sum(tmp_path):
    file = write(tmp_path, 6.0, SECOND.format(name="second", net="terminal_30"))
    assert said(file).startswith(
        "supplies.kl30 and supplies.second.current_limit_a: 16 A together may be less than what"
    )


def test_a_controller_with_a_supply_of_its_own_has_its_motors_there(tmp_path):
    file = write(tmp_path, 6.0, SECOND.format(name="own", net="terminal_30_bcm"))
    assert said(file).startswith("supplies.own.current_limit_a: 10 A may be less than what")


def test_what_the_motors_draw_can_be_said_and_is_then_held_to(tmp_path):
    assert said(write(tmp_path, 6.0, "motors_stall_a = 5.5")) == ""
    file = write(tmp_path, 6.0, "motors_stall_a = 8.0")
    with pytest.raises(
        ConfigError,
        match=r"supplies\.kl30\.current_limit_a: 6 A is less than the lock motors draw together, "
        r"motors_stall_a = 8 A",
    ):
        check_file(load_bench(file), load_car("sound", tmp_path))


def test_check_remarks_on_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("bench.access.inspection.LOOK_S", 0.5)
    file = write(tmp_path, 6.0)
    text = file.read_text()
    with ExitStack() as stack:
        for model, where, resource in (
            ("rohde_schwarz_hmp4040", "loopback", "TCPIP0::192.0.2.1::5025::SOCKET"),
            ("waveshare_modbus_inputs", "pty", "ASRL/dev/none::INSTR"),
        ):
            twin = twin_of(model, Setup(model, channels={}))
            twin.needs_s = 0.0
            plug = plug_in(twin, where)
            stack.callback(plug.close)
            text = text.replace(resource, plug.resource)
        file.write_text(text)
        main(["check", "--bench", str(file)])
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "all stall at once" in each]
    assert line.startswith("--  supplies.kl30.current_limit_a")


def test_a_run_tells_it_before_anything_is_opened(tmp_path, capsys):
    file = write(tmp_path, 6.0)
    out = tmp_path / "out"
    quick = ["--paths", "cloud_app", "--faults", "refuse", "--no-report", "--out", str(out)]
    assert main(["run", "--bench", str(file), *quick]) == 2
    first, second = capsys.readouterr().err.splitlines()[:2]
    assert first.startswith(f"bench: {file}: supplies.kl30.current_limit_a: 6 A is less than what")
    assert second.startswith("bench: error: "), "the supply is not there"


def test_a_test_session_tells_it_first(tmp_path, pytester):
    file = write(tmp_path, 6.0)
    pytester.makepyfile("def test_it(bench):\n    pass\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--bench", str(file))
    result.stdout.fnmatch_lines([f"bench: {file}: supplies.kl30.current_limit_a: 6 A is less *"])
