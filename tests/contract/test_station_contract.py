"""A bench file that names models with a wire opens as a station, and its owner gets in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from contract_subjects import WIRES, next_number

from bench.access.handles.bench import Bench, open_bench
from bench.cli.main import main
from bench.errors import ConfigError, InstrumentFault, ReadbackMismatch
from bench.events import RelaySwitched, SupplySwitched
from bench.instruments.plug import Plug
from bench.instruments.relays.numato_usb import NumatoUsb
from bench.instruments.supplies.rigol_dp832 import RigolDp832
from bench.instruments.visa_backend import SIMULATED
from bench.instruments.wire_twin import WireTwin
from bench.station import making
from bench.wiring.nets import CLOSED_MV

OWNER = "phone_and_fob"
BENCH = """
[bench]
name = "twins behind the real drivers"

[can.body]
interface = "simulated"

[can.telematics]
interface = "simulated"

[relays.doors]
model = "numato_usb"
backend = "{backend}"
resource = "{doors}"
channels = {{ handle_driver = 1, handle_driver_lock = 2, start_button = 12 }}

[relays.rest]
model = "simulated"
channels = {{ telematics_supply = 1 }}

[supplies.kl30]
model = "rigol_dp832"
backend = "{backend}"
resource = "{kl30}"
channel = 2
net = "terminal_30"
voltage_v = 13.5
current_limit_a = 3.0

[meters.locks]
model = "simulated"
channels = {{ lock_motor_driver = 1, latch_driver = 2 }}
"""


class Watched:
    """The twins of a station, and what each was told."""

    def __init__(self) -> None:
        self.twins: dict[str, WireTwin] = {}
        self.plugs: dict[str, Plug] = {}
        self.heard: dict[str, list[bytes]] = {}

    def watch(self, twin: WireTwin) -> None:
        """Write down what a twin is told from now on."""
        name = twin.setup.name
        self.twins[name], heard = twin, []
        self.heard[name] = heard
        execute = twin.execute

        def note(command: bytes) -> bytes:
            heard.append(command)
            return execute(command)

        twin.execute = note  # type: ignore[method-assign]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """What is told to the twins of the station that a test opens."""
    watched, plug_in = Watched(), making.plug_in

    def plug_in_watched(twin: WireTwin, where: str, resource: str) -> Plug:
        watched.watch(twin)
        watched.plugs[twin.setup.name] = plug_in(twin, where, resource)
        return watched.plugs[twin.setup.name]

    monkeypatch.setattr(making, "plug_in", plug_in_watched)
    return watched


@pytest.fixture
def bench_file(tmp_path: Path) -> Path:
    """A bench file with a wire model of each kind, each with a twin."""
    return write(tmp_path)


def write(folder: Path, old: str = "", new: str = "") -> Path:
    text = BENCH.format(
        backend=SIMULATED,
        doors=WIRES["numato_usb"].resource.format(next_number()),
        kl30=WIRES["rigol_dp832"].resource.format(next_number()),
    )
    assert old in text
    file = folder / "bench.toml"
    file.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return file


def switched(bench: Bench, kind: type[Any]) -> list[tuple[str, bool, bool | None]]:
    """Return per switching on record: channel, what it was told, what was read back."""
    events = [entry.event for entry in bench.journal.entries if isinstance(entry.event, kind)]
    return [(e.channel, e.closed if kind is RelaySwitched else e.on, e.verified) for e in events]


def test_check_remarks_on_what_a_boards_contacts_cannot(tmp_path, capsys):
    resource = WIRES["keysight_34970a"].resource.format(next_number())
    file = tmp_path / "bench.toml"
    file.write_text(
        f'[relays.doors]\nmodel = "keysight_34970a"\nresource = "{resource}"\n'
        f'backend = "{SIMULATED}"\n[relays.doors.channels]\nhandle_driver = 101\n'
        'cut = { channel = 102, contact = "nc", opens = "lock_motor_driver" }\n'
    )
    main(["check", "--bench", str(file)])
    said = capsys.readouterr().out
    assert "--  relays.doors                 its relays latch: " in said
    stalls = "carries 1 A; a lock motor stalls at 5 to 10 A, and lock_motor_driver feeds one"
    assert f"--  relays.doors.channels.cut    {stalls}" in said


def test_the_fob_in_the_pocket_opens_through_the_real_driver(bench_file, watched):
    with open_bench(bench_file, owner=OWNER) as bench:
        del watched.heard["doors"][:]
        unlock = bench.owner.unlock("peps_fob")
        assert unlock.opened_within(1.0), unlock.story()
        bench.wait(1.0)  # the hand leaves the handle
        assert switched(bench, RelaySwitched)[-2:] == [
            ("handle_driver", True, True),
            ("handle_driver", False, False),
        ]
    assert watched.heard["doors"][:4] == [
        b"relay on 1",
        b"relay read 1",
        b"relay off 1",
        b"relay read 1",
    ]


def test_the_car_is_started_by_the_channel_beyond_nine(bench_file, watched):
    with open_bench(bench_file, owner=OWNER, locked=False) as bench:
        start = bench.owner.start("peps_fob")
        assert start.acted, start.story()
    assert b"relay on C" in watched.heard["doors"]
    assert b"relay on 1" not in watched.heard["doors"]


def test_the_supply_feeds_the_car_through_the_real_driver(bench_file, watched):
    with open_bench(bench_file, owner=OWNER) as bench:
        assert bench.supplies.kl30.volts == pytest.approx(13.5)
        assert switched(bench, SupplySwitched) == [("kl30", True, True)]
        assert bench.station.wiring.net("terminal_30").mv == 13_500
        bench.supplies.kl30.off()
        assert bench.station.wiring.net("terminal_30").mv == 0
    assert [number for number, on in watched.twins["kl30"].on.items() if on] == []
    assert b":OUTP CH2,ON" in watched.heard["kl30"]


def test_a_contact_that_does_not_close_is_a_fault_of_the_bench_and_opens_nothing(
    bench_file, watched
):
    with open_bench(bench_file, owner=OWNER) as bench:
        watched.twins["doors"].stuck.add(1)
        with pytest.raises(ReadbackMismatch, match="handle_driver should be closed"):
            bench.owner.unlock("peps_fob")
        assert bench.station.wiring.net("handle_driver").mv == 0
        watched.twins["doors"].stuck.clear()
        assert bench.owner.unlock("peps_fob").acted


def test_closing_the_bench_leaves_every_device_safe(bench_file, watched):
    with open_bench(bench_file, owner=OWNER) as bench:
        bench.relays.start_button.close()
        assert watched.twins["doors"].closed[12]
        assert watched.twins["kl30"].on[2]
    assert not any(watched.twins["doors"].closed.values())
    assert not any(watched.twins["kl30"].on.values())


def test_a_stuck_contact_is_named_at_the_end_and_everything_else_is_safe(bench_file, watched):
    bench = open_bench(bench_file, owner=OWNER).open()
    bench.relays.start_button.close()
    bench.relays.handle_driver.close()
    watched.twins["doors"].stuck.add(12)
    with pytest.raises(InstrumentFault, match=r"not safe: .*start_button should be open"):
        bench.close()
    assert [i for i, closed in watched.twins["doors"].closed.items() if closed] == [12]
    assert not any(watched.twins["kl30"].on.values())


def test_a_bench_that_is_not_safe_is_closed_all_the_same(bench_file, watched):
    bench = open_bench(bench_file, owner=OWNER).open()
    station = bench.station
    bench.relays.start_button.close()
    watched.twins["doors"].stuck.add(12)
    assert [client for client in station.ways.clients if client._session is not None]
    with pytest.raises(InstrumentFault, match="not safe"):
        bench.close()
    assert [client for client in station.ways.clients if client._session is not None] == []
    assert bench.time.loop.is_closed()
    for instrument in (
        *station.instruments.relays.values(),
        *station.instruments.supplies.values(),
    ):
        if hasattr(instrument, "_link"):
            assert not instrument._link.connected, "still connected"


def test_an_unplugged_board_does_not_keep_the_supply_on(bench_file, watched):
    bench = open_bench(bench_file, owner=OWNER).open()
    assert watched.twins["kl30"].on[2]
    watched.plugs["doors"].unplug()
    with pytest.raises(InstrumentFault, match="not safe: doors"):
        bench.close()
    assert not any(watched.twins["kl30"].on.values())


def raising(number):
    """Return what a driver of a third party does with a reply that it did not foresee."""

    def parse(*_arguments, **_options):
        raise ValueError(f"invalid literal for int() with base 10: '{number}'")

    return parse


def test_whatever_a_board_s_own_code_raises_everything_else_is_safe_and_closed(
    bench_file, watched, monkeypatch
):
    bench = open_bench(bench_file, owner=OWNER).open()
    boards, supply = bench.station.instruments.relays, bench.station.instruments.supplies["kl30"]
    bench.relays.telematics_supply.close()
    monkeypatch.setattr(boards["doors"], "safe", raising("?"))
    monkeypatch.setattr(boards["doors"], "close", raising("!"))
    with pytest.raises(InstrumentFault) as raised:
        bench.close()
    assert "not safe: relays.doors: ValueError: invalid literal" in str(raised.value)
    assert "base 10: '!'" in str(raised.value)
    assert not any(watched.twins["kl30"].on.values())
    assert boards["rest"].state("telematics_supply") is False
    assert not supply._link.connected
    assert bench.time.loop.is_closed()


def test_each_device_whose_own_code_raises_is_named(bench_file, watched, monkeypatch):
    bench = open_bench(bench_file, owner=OWNER).open()
    instruments = bench.station.instruments
    monkeypatch.setattr(instruments.relays["doors"], "safe", raising("?"))
    monkeypatch.setattr(instruments.supplies["kl30"], "safe", raising("?"))
    with pytest.raises(InstrumentFault, match=r"relays\.doors: .*supplies\.kl30: "):
        bench.close()


def test_a_board_whose_opening_raises_keeps_no_supply_on(bench_file, watched, monkeypatch):
    boards = []
    monkeypatch.setattr(NumatoUsb, "_identify", lambda b: boards.append(b) or raising("?")())
    with pytest.raises(InstrumentFault, match=r"relays\.doors: ValueError: invalid literal"):
        open_bench(bench_file, owner=OWNER).open()
    assert [board._link.connected for board in boards] == [False]
    assert b":OUTP CH2,OFF" in watched.heard["kl30"]


def test_a_reply_that_a_board_s_own_code_cannot_read_leaves_no_other_relay_closed(
    bench_file, watched, monkeypatch
):
    bench = open_bench(bench_file, owner=OWNER).open()
    bench.relays.start_button.close()
    state = NumatoUsb._state
    monkeypatch.setattr(
        NumatoUsb, "_state", lambda board, n: raising("?")() if n == 1 else state(board, n)
    )
    with pytest.raises(InstrumentFault, match=r"not safe: doors .*handle_driver: ValueError"):
        bench.close()
    assert not any(watched.twins["doors"].closed.values())


def test_a_supply_is_told_twice_whatever_its_own_code_raises(bench_file, watched, monkeypatch):
    bench = open_bench(bench_file, owner=OWNER).open()
    switch, tries = RigolDp832.set_output, []

    def once(supply, *, on):
        tries.append(on)
        return raising("?")() if len(tries) == 1 else switch(supply, on=on)

    monkeypatch.setattr(RigolDp832, "set_output", once)
    bench.close()
    assert tries == [False, False]
    assert not any(watched.twins["kl30"].on.values())


def test_relays_move_the_nets_that_the_file_names(bench_file, watched):
    with open_bench(bench_file, owner=OWNER) as bench, bench.relays.handle_driver.closed():
        assert bench.relays.handle_driver.state is True
        assert bench.station.wiring.net("handle_driver").mv == CLOSED_MV


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ('"numato_usb"', '"numato_usbb"', ConfigError, r'relays\.doors\.model.*"numato_usb"'),
        ('"rigol_dp832"', '"rigol_dp831"', ConfigError, r'supplies\.kl30\.model.*"rigol_dp832"'),
        (
            "start_button = 12",
            "start_button = 16",
            ConfigError,
            "doors.*start_button: 16: .*0 to 15",
        ),
        ("channel = 2\n", "channel = 4\n", ConfigError, "kl30.channel: 4: .*1, 2, 3"),
        ("current_limit_a = 3.0", "current_limit_a = 30.0", ConfigError, "kl30.*30 A: .*most 3 A"),
    ],
)
def test_what_a_model_cannot_do_is_refused_before_anything_moves(
    tmp_path, watched, old, new, error, message
):
    with pytest.raises(error, match=message):
        open_bench(write(tmp_path, old, new), owner=OWNER).open()
    heard = [command for commands in watched.heard.values() for command in commands]
    assert not [command for command in heard if b" on " in command or command.endswith(b",ON")]


@pytest.mark.parametrize("backend", ["@pty", "@socket"])
def test_in_real_time_the_fob_opens_through_a_real_transport(tmp_path, watched, backend):
    file = write(tmp_path, 'name = "twins behind the real drivers"', 'time = "real"')
    file.write_text(file.read_text().replace(SIMULATED, backend))
    with open_bench(file, owner=OWNER) as bench:
        unlock = bench.owner.unlock("peps_fob")
        bench.wait(1.0)
        assert unlock.acted, unlock.story()
        assert switched(bench, RelaySwitched)[-2:] == [
            ("handle_driver", True, True),
            ("handle_driver", False, False),
        ]
        assert switched(bench, SupplySwitched) == [("kl30", True, True)]
        assert bench.supplies.kl30.volts == pytest.approx(13.5)
    assert not any(watched.twins["doors"].closed.values())
    assert not any(watched.twins["kl30"].on.values())


@pytest.mark.parametrize("backend", ["@pty", "@socket"])
def test_in_simulated_time_a_twin_behind_a_wire_is_refused(tmp_path, watched, backend):
    file = write(tmp_path)
    file.write_text(file.read_text().replace(SIMULATED, backend))
    with pytest.raises(ConfigError, match=rf'doors.*"{backend}" needs time = "real"'):
        open_bench(file, owner=OWNER).open()


def test_check_says_that_a_supply_cannot_feed_a_stalled_lock_motor(bench_file, watched, capsys):
    main(["check", "--bench", str(bench_file)])
    said = capsys.readouterr().out
    assert "13.5 V for terminal_30, at most 3 A; gives at most 3 A, and a lock motor stalls" in said


def test_check_assumes_nothing_of_motors_whose_current_the_file_says(tmp_path, watched, capsys):
    file = write(tmp_path, 'net = "terminal_30"\n', 'net = "terminal_30"\nmotors_stall_a = 2.5\n')
    main(["check", "--bench", str(file)])
    said = capsys.readouterr().out
    assert "13.5 V for terminal_30, at most 3 A\n" in said


def test_check_says_nothing_of_lock_motors_to_a_supply_that_feeds_something_else(
    bench_file, watched, capsys
):
    with bench_file.open("a") as file:
        file.write(
            '[supplies.fob_cell]\nmodel = "rigol_dp832"\nbackend = "@sim"\nchannel = 1\n'
            f'resource = "ASRL{next_number()}::INSTR"\nnet = "fob_cell"\n'
            "voltage_v = 3.0\ncurrent_limit_a = 0.1\n"
        )
    assert main(["check", "--bench", str(bench_file)]) == 0
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "supplies.fob_cell" in each]
    assert line.endswith(": 3 V for fob_cell, at most 0.1 A")


def test_check_says_what_nobody_sees_of_a_supply_that_does_not_tell_its_current(
    bench_file, watched, capsys, monkeypatch
):
    blind = replace(RigolDp832.words, measure_amperes="")
    monkeypatch.setattr(RigolDp832, "words", blind)
    with bench_file.open("a") as file:
        file.write(
            '[supplies.lamps]\nmodel = "rigol_dp832"\nbackend = "@sim"\nchannel = 1\n'
            f'resource = "ASRL{next_number()}::INSTR"\ncurrent_limit_a = 1.0\n'
        )
    assert main(["check", "--bench", str(bench_file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = [each for each in lines if each.startswith("--  supplies.lamps")]
    assert line.endswith(
        "does not tell its current: its limit is not seen, nor what a sleeping car draws"
    )


def test_check_asks_about_a_channel_whose_name_is_a_slip_of_the_pen(tmp_path, watched, capsys):
    file = write(tmp_path, "start_button = 12", "start_buton = 12, crash_switch = 4")
    assert main(["check", "--bench", str(file)]) == 0
    remarks = [line for line in capsys.readouterr().out.splitlines() if "of your own" in line]
    assert len(remarks) == 1
    assert remarks[0].startswith("--  relays.doors.channels.start_buton ")
    assert remarks[0].endswith('which no path uses: did you mean "start_button"?')


def test_check_asks_of_which_door_a_line_is(tmp_path, watched, capsys):
    """A line `lock_motor` is no door's: no path counted it, and only those that it cost said so."""
    file = write(tmp_path, "start_button = 12", "start_button = 12, lock_motor = 4, latch_ = 5")
    assert main(["check", "--bench", str(file)]) == 0
    remarks = [line for line in capsys.readouterr().out.splitlines() if "of your own" in line]
    assert [remark.rpartition(": ")[2] for remark in remarks] == [
        'did you mean "lock_motor_driver"?', 'did you mean "latch_driver"?',
    ]  # fmt: skip


def test_contacts_that_stand_in_wires_may_be_called_anything(capsys):
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "can_telematics_short" in said
    assert "did you mean" not in said
