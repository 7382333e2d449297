"""Devices are put through what a run asks of them before a car is wired to them."""

import pytest
from contract_subjects import ALL, NETS, WIRES, next_number, usual_channels

from bench.access.exercise import device as exercised
from bench.access.exercise import devices
from bench.access.exercise.devices import exercise
from bench.cli.main import main
from bench.config.bench_file import load_bench
from bench.errors import UnknownName
from bench.station import making

SECTION = {"relays": "doors", "supplies": "kl30", "meters": "locks"}


def table(channels):
    return "{ " + ", ".join(f"{name} = {number}" for name, number in channels.items()) + " }"


def bench_file(folder, kind, model, *, backend="@sim", time="simulated", more=""):
    """Write a bench file with one instrument, a twin; return it and the instrument's name."""
    where = f"{kind}.{SECTION[kind]}"
    wire = WIRES.get(model)
    lines = [f'[bench]\ntime = "{time}"', f'[{where}]\nmodel = "{model}"']
    if wire is not None:
        resource = wire.resource.format(next_number())
        lines.append(f'backend = "{backend}"\nresource = "{resource}"')
        channels = usual_channels(kind, wire)
    else:
        channels = {name: number for number, name in enumerate(NETS[kind], 1)}
    if kind == "supplies":
        lines.append(f"channel = {channels['kl30']}\nvoltage_v = 12.0\ncurrent_limit_a = 1.0")
    else:
        lines.append(f"channels = {table(channels)}")
    file = folder / "bench.toml"
    file.write_text("\n".join([*lines, more]) + "\n")
    return load_bench(file), where


@pytest.fixture
def plugs(monkeypatch):
    """The plugs of the twins that a test plugs in."""
    made, plug_in = [], making.plug_in

    def kept(*how):
        made.append(plug_in(*how))
        return made[-1]

    monkeypatch.setattr(making, "plug_in", kept)
    return made


@pytest.mark.parametrize(("kind", "model"), ALL)
def test_a_sound_device_of_every_model_does_what_its_model_says(tmp_path, kind, model):
    file, where = bench_file(tmp_path, kind, model)
    findings = list(exercise(file, [where], times=2))
    assert [each for each in findings if each.found is False] == []
    assert findings[0].what == where
    said = " ".join(each.says for each in findings)
    if kind == "relays":
        assert said.count("switched 4 times") == len(file.content.relays["doors"].channels)
        assert "de-energised in" in said
        assert "connected again in" in said
    elif kind == "supplies":
        assert "12 V to 6 V and back" in said
        assert "on, it reads 12.00 V" in said
    else:
        assert "read 2 times" in said
    assert "tried_on_device" not in said  # a twin is no device


def test_everything_is_off_again_and_nothing_else_of_the_bench_was_opened(tmp_path, plugs):
    more = '[supplies.kl15]\nmodel = "rigol_dp832"\nresource = "TCPIP::127.0.0.1::9::SOCKET"'
    file, where = bench_file(tmp_path, "relays", "numato_usb", more=more)
    list(exercise(file, [where], times=1))
    assert len(plugs) == 1
    assert not any(plugs[0].twin.closed.values())


def test_a_contact_that_its_own_line_does_not_follow_is_told(tmp_path, capsys):
    more = '[meters.lines]\nmodel = "simulated"\nchannels = { start_button = 1 }\n'
    more += 'nets = { start_button = "elsewhere" }'
    file, where = bench_file(tmp_path, "relays", "simulated", more=more)
    status = main(["exercise", where, "meters.lines", "--bench", str(file.path), "--times", "2"])
    said = capsys.readouterr().out
    assert status == 1
    assert (
        f"!!  {where}.start_button    switched 4 times, read back each time; its line did not "
        "follow 2 times: welded, or wired elsewhere?"
    ) in said
    assert f"ok  {where}.handle_driver   switched 4 times, read back each time" in said


def test_a_relay_that_is_stuck_fails_alone(tmp_path, plugs):
    file, where = bench_file(tmp_path, "relays", "numato_usb")
    findings = exercise(file, [where], times=2)
    first = next(findings)
    plugs[0].twin.stuck = {file.content.relays["doors"].channels["start_button"].channel}
    found = {each.what: each for each in findings}
    assert first.what == where
    assert "start_button should be closed, the board says otherwise" in (
        found[f"{where}.start_button"].says
    )
    assert found[f"{where}.start_button"].found is False
    assert found[f"{where}.handle_driver"].found is True


def test_a_supply_that_does_not_come_to_its_voltage_is_told(tmp_path, plugs, monkeypatch):
    file, where = bench_file(tmp_path, "supplies", "rigol_dp832")
    findings = exercise(file, [where], times=1)
    next(findings)
    output = type(plugs[0].twin)
    monkeypatch.setattr(output, "measured_volts", lambda _twin, _output: 3.0)
    wrong = [each for each in findings if each.found is False]
    assert wrong
    assert "does not come to" in wrong[0].says


@pytest.mark.parametrize(
    ("step", "found", "says"),
    [
        ("step_s = 0.001", False, "step_s = 0.001 is less"),
        ("step_s = 0.006", True, "at most 10 ms"),
        ("", True, "supply_dip asks for step_s: 0.010"),
    ],
)
def test_a_supply_that_steps_more_slowly_than_its_file_says_is_told(tmp_path, step, found, says):
    file, where = bench_file(tmp_path, "supplies", "tdk_lambda_genesys", more=step)
    stepped = next(f for f in exercise(file, [where], times=2) if "12 V to 6 V" in f.says)
    assert stepped.found is found
    assert stepped.says.partition(" or what a scope")[0].endswith(says)


@pytest.mark.parametrize("stuck", [False, True])
def test_only_a_device_that_did_all_of_it_may_be_said_to_be_tried(
    tmp_path, plugs, monkeypatch, stuck
):
    monkeypatch.setattr(devices, "is_device", lambda _section: True)
    file, where = bench_file(tmp_path, "relays", "numato_usb")
    findings = exercise(file, [where], times=1)
    next(findings)
    if stuck:
        plugs[0].twin.stuck = {file.content.relays["doors"].channels["start_button"].channel}
    said = [each.says for each in findings]
    assert ("tried_on_device" in said[-1]) is not stuck


def test_a_cable_that_is_pulled_and_plugged_in_again_is_seen(tmp_path, plugs):
    file, where = bench_file(tmp_path, "relays", "numato_usb", backend="@pty", time="real")
    said = []
    for finding in exercise(file, [where], times=1, unplug=True):
        said.append((finding.found, finding.says))
        if "pull its cable now" in finding.says:
            plugs[0].unplug()
        if "plug it in again" in finding.says:
            plugs[0].replug()
    assert [found for found, _ in said if found is False] == []
    assert said[-3][1].startswith("lost: doors (ASRL")
    assert said[-1][1].startswith("back, and made safe: Numato")


def test_a_cable_that_nobody_pulls_is_no_pass(tmp_path, monkeypatch):
    monkeypatch.setattr(exercised, "PULL_WITHIN_S", 0.5)
    file, where = bench_file(tmp_path, "meters", "siglent_sdm3055")
    *_, last = exercise(file, [where], times=1, unplug=True)
    assert last.found is False
    assert last.says == "nobody pulled its cable"


def test_a_device_that_the_file_does_not_name_is_refused(tmp_path):
    file, _ = bench_file(tmp_path, "relays", "simulated")
    with pytest.raises(UnknownName, match=r'bench.toml: no device named "relays.dors": did you'):
        list(exercise(file, ["relays.dors"], times=1))


def test_a_device_that_is_not_there_is_one_error(tmp_path, capsys):
    file, where = bench_file(tmp_path, "relays", "numato_usb", backend="@py", time="real")
    text = file.path.read_text().replace('resource = "', 'resource = "ASRL/nowhere/tty::INSTR"#')
    file.path.write_text(text)
    assert main(["exercise", where, "--bench", str(file.path)]) == 2
    assert "cannot be opened" in capsys.readouterr().err


def test_a_device_that_is_slow_each_time_is_told_of_some_times_and_counted(tmp_path, plugs):
    file, where = bench_file(tmp_path, "relays", "numato_usb", backend="@pty", time="real")
    findings = exercise(file, [where], times=3)
    next(findings)
    plugs[0].twin.slow_s = 0.15
    slow = [each.says for each in findings if each.found is None]
    assert len(slow) == 6
    assert "took" in slow[0]
    assert slow[-1].startswith("and ")
    assert slow[-1].endswith(" times more")
