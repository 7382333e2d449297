"""What a guardian is told, and when there is one at all."""

import subprocess
import threading
import time
from functools import partial

import pytest

from bench.config.bench_file import load_bench
from bench.errors import ConfigError
from bench.guardian import sequence
from bench.guardian.outcome import FAILED, VERIFIED, ChannelOutcome, Outcome
from bench.guardian.plan import Device, SafePlan, SafeStep
from bench.station.hold import holding
from bench.station.safe_plan import real_resources, safe_plan

REAL = """
[bench]
name = "bench 3"
time = "real"

[relays.doors]
model = "numato_usb"
resource = "ASRL/dev/ttyACM7::INSTR"
channels = { handle_driver = 1, terminal_15 = 2 }

[relays.keypad]
model = "simulated"
channels = { keypad_0 = 1 }

[supplies.kl30]
model = "rigol_dp832"
resource = "TCPIP0::192.0.2.7::5555::SOCKET"
channel = 2
"""
SAFE = """
[[safe]]
off = "relays.doors.terminal_15"
then_wait_s = 0.5

[[safe]]
off = "relays.keypad"

[[safe]]
off = "supplies.kl30"
"""


def station(tmp_path, text):
    file = tmp_path / "bench.toml"
    file.write_text(text)
    return load_bench(file)


def test_relays_open_before_supplies_go_off_where_nothing_is_declared(tmp_path):
    plan = safe_plan(station(tmp_path, REAL), None)
    assert plan.steps == (
        SafeStep("relays.doors", ("handle_driver", "terminal_15")),
        SafeStep("supplies.kl30", ("kl30",)),
    )
    assert [d.factory for d in plan.devices] == [
        "bench.instruments.relays.numato_usb:NumatoUsb",
        "bench.instruments.supplies.rigol_dp832:RigolDp832",
    ]
    assert plan.devices[1].channels == {"kl30": 2}


def test_a_contact_that_the_car_would_see_moving_waits_for_the_supplies(tmp_path):
    crash = '[relays.crash]\nmodel = "lcus"\nresource = "ASRL/dev/ttyUSB3::INSTR"\n'
    switch = 'channels = { crash_switch = { channel = 1, contact = "nc", safe = "closed" } }\n'
    plan = safe_plan(station(tmp_path, crash + switch + REAL), None)
    off = [step.device for step in plan.steps]
    assert off == ["relays.doors", "supplies.kl30", "relays.crash"]


def test_boards_have_no_order_among_themselves_and_supplies_come_after_all_of_them(tmp_path):
    board = (
        '[relays.{}]\nmodel = "lcus"\nresource = "ASRL/dev/{}::INSTR"\nchannels = {{ {} = 1 }}\n'
    )
    more = board.format("seats", "ttyUSB3", "seat") + board.format("hood", "ttyUSB4", "hood_open")
    plan = safe_plan(station(tmp_path, more + REAL), None)
    assert [(step.device, step.with_next) for step in plan.steps] == [
        ("relays.seats", True), ("relays.hood", True), ("relays.doors", False),
        ("supplies.kl30", False),
    ]  # fmt: skip


class Board:
    """A device that goes off when all boards are at it."""

    def __init__(self, device, *, barrier, went_off):
        self.device, self._barrier, self._went_off = device, barrier, went_off

    def connect(self, _until_s):
        return True

    def off(self, _channels, _until_s):
        if self.device.kind == "relays":
            self._barrier.wait()
        self._went_off.append(self.device.kind)

    def again(self, _until_s):
        pass

    def outcomes(self, _began_s):
        return []


def test_a_slow_board_keeps_no_other_from_opening_and_the_supply_waits_for_all(monkeypatch):
    went_off = []
    make = partial(Board, barrier=threading.Barrier(3, timeout=10), went_off=went_off)
    monkeypatch.setattr(sequence, "Hand", make)
    monkeypatch.setattr(sequence, "ORDER_S", 30.0)
    kinds = {"a": "relays", "b": "relays", "c": "relays", "kl30": "supplies"}
    devices = [Device(name, kind, "", name, "@py", {"x": 1}) for name, kind in kinds.items()]
    steps = [SafeStep(name, ("x",), with_next=name in "ab") for name in kinds]
    making = sequence.Sequence(SafePlan("rig", tuple(devices), tuple(steps)))
    making.perform(time.monotonic())
    assert went_off == ["relays", "relays", "relays", "supplies"]


def test_what_is_declared_goes_first_and_nothing_is_left_out(tmp_path):
    plan = safe_plan(station(tmp_path, REAL + SAFE), None)
    assert plan.steps == (
        SafeStep("relays.doors", ("terminal_15",), 0.5),
        SafeStep("supplies.kl30", ("kl30",)),
        SafeStep("relays.doors", ("handle_driver", "terminal_15")),
        SafeStep("supplies.kl30", ("kl30",)),
    )
    assert plan.give_up_s == SafePlan.give_up_s + 0.5


def test_a_plan_reaches_the_guardian_as_it_was(tmp_path):
    plan = safe_plan(station(tmp_path, REAL + SAFE), tmp_path)
    assert SafePlan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("off", "hint"),
    [
        ("relays.dors", 'did you mean "relays.doors"'),
        ("relays.doors.terminal_51", 'did you mean "relays.doors.terminal_15"'),
        ("supplies.kl30.kl30", 'did you mean "supplies.kl30"'),
    ],
)
def test_a_step_that_names_nothing_is_told_the_nearest(tmp_path, off, hint):
    file = station(tmp_path, REAL + f'[[safe]]\noff = "{off}"\n')
    with pytest.raises(ConfigError, match=rf"bench\.toml: safe\.0\.off: .*{hint}"):
        safe_plan(file, None)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("then_wait_s = 0.5", "then_wait_s = 60", r"safe\.0\.then_wait_s"),
        ("then_wait_s = 0.5", "then_wait = 0.5", r"safe\.0\.then_wait.*then_wait_s"),
        ('time = "real"', 'time = "real"\nheartbeat_s = 0.1', r"bench\.heartbeat_s"),
        ('time = "real"', 'time = "real"\nguardian = "yes please"', r"bench\.guardian"),
    ],
)
def test_bad_values_are_told_by_file_and_key(tmp_path, old, new, where):
    with pytest.raises(ConfigError, match=where):
        station(tmp_path, (REAL + SAFE).replace(old, new))


def test_the_lock_is_on_every_real_device_and_on_real_buses(tmp_path):
    bus = '[can.body]\ninterface = "socketcan"\nchannel = "can0"\n'
    assert real_resources(station(tmp_path, REAL + bus)) == [
        "ASRL/dev/ttyACM7::INSTR", "TCPIP0::192.0.2.7::5555::SOCKET", "CAN::socketcan::can0",
    ]  # fmt: skip


def test_two_benches_that_share_a_multicast_group_by_two_ports_share_no_bus(tmp_path):
    groups = [
        real_resources(station(tmp_path, (
            '[bench]\ntime = "real"\n[can.body]\ninterface = "udp_multicast"\n'
            f'channel = "239.74.163.12"\noptions = {{ port = {port}, hop_limit = 0 }}\n'
        )))
        for port in (43114, 43115)
    ]  # fmt: skip
    assert groups == [[f"CAN::udp_multicast::239.74.163.12::{port}"] for port in (43114, 43115)]


@pytest.mark.parametrize(
    "text",
    [
        REAL.replace('time = "real"', 'time = "simulated"'),
        REAL.replace("numato_usb", "simulated").replace("rigol_dp832", "simulated"),
        REAL.replace("[relays.doors]", '[relays.doors]\nbackend = "@sim"').replace(
            "[supplies.kl30]", '[supplies.kl30]\nbackend = "@sim"'
        ),
    ],
    ids=["simulated time", "simulated instruments", "twins"],
)
def test_where_nothing_real_is_nothing_is_locked_and_no_guardian_starts(
    tmp_path, monkeypatch, text
):
    def started(*_arguments, **_options):
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    with holding(station(tmp_path, text)) as hold:
        assert hold is None


def test_a_bench_without_a_guardian_is_locked_all_the_same(tmp_path):
    file = station(tmp_path, REAL.replace('time = "real"', 'time = "real"\nguardian = false'))
    with holding(file) as hold:
        assert hold.guardian is None
        assert len(hold._lock.descriptors) == 2


def test_channels_that_fail_alike_are_named_together_with_their_reason_once():
    failed = [ChannelOutcome("relays.doors", name, FAILED, None, "gone") for name in ("a", "b")]
    off = ChannelOutcome("supplies.kl30", "kl30", VERIFIED, 12.0)
    outcome = Outcome("bench 3", "died", {}, "today", False, 10_000.0, (*failed, off))
    said = outcome.say()
    assert "NOT SAFE: relays.doors.a, b (gone). Switch the bench off by hand" in said
    assert "1 other channels are off" in said
