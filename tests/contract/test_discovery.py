"""What is plugged in is found, named as far as it can be, and written into a bench file."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from contract_subjects import make, models, next_number

from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import load_bench
from bench.errors import ConfigError
from bench.instruments.kinds import Setup
from bench.instruments.models import KINDS
from bench.instruments.pace import RealPace
from bench.instruments.plug import Plug, plug_in
from bench.instruments.wire_twin import WireTwin, twin_of
from bench.station import discovery
from bench.station.ahead import check_file
from bench.station.discovery import Found, FoundCan, find_can, find_devices
from bench.station.starting_file import starting_file

STRONG_A = 30.0  # the built-in bench's limit: it feeds every lock motor of the simulated car


class Computer:
    """A computer whose serial ports and CAN interfaces are what a test says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.plugs: list[Plug] = []
        self.ports: list[SimpleNamespace] = []
        self.heard: list[bytes] = []
        self.sockets: list[str] = []
        self.links, self.net = folder / "by-path", folder / "net"
        self.links.mkdir()
        self.net.mkdir()
        importlib.import_module("pyvisa_py.serial")  # it keeps the `comports` that it finds
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: self.ports)
        monkeypatch.setattr(discovery, "LINKS", self.links)
        monkeypatch.setattr(discovery, "INTERFACES", self.net)
        monkeypatch.setattr(discovery, "_resources", lambda: self.sockets)
        monkeypatch.setattr(discovery, "LOOKED_FOR", ())

    def attach(self, model: str, vid: int, pid: int, product: str = "") -> str:
        """Attach a board at a USB port; return the resource name by which it is to be found."""
        twin = twin_of(model, Setup(model, pace=RealPace()))
        receive = twin.receive
        twin.receive = lambda data: self.heard.append(data) or receive(data)
        self.plugs.append(plug_in(twin, "pty"))
        device = self.plugs[-1].resource.removeprefix("ASRL").removesuffix("::INSTR")
        link = self.links / f"pci-0000:00:14.0-usb-0:{len(self.ports) + 1}:1.0"
        link.symlink_to(device)
        self.ports.append(
            SimpleNamespace(device=device, vid=vid, pid=pid, manufacturer=None, product=product)
        )
        return f"ASRL{link}::INSTR"

    def connect(self, model: str) -> WireTwin:
        """Connect an instrument to the network; it is found as those are that answer `*IDN?`."""
        twin = twin_of(model, Setup(model, pace=RealPace()))
        twin.needs_s = 0.0  # a thread sees when it is let run, not when bytes came
        receive = twin.receive
        twin.receive = lambda data: self.heard.append(data) or receive(data)
        self.plugs.append(plug_in(twin, "loopback"))
        self.sockets.append(self.plugs[-1].resource)
        return twin

    def add_can(self, name: str, *, up: bool, kind: int = 280) -> None:
        """Give the kernel a network interface."""
        folder = self.net / name
        folder.mkdir()
        (folder / "type").write_text(f"{kind}\n")
        (folder / "flags").write_text(f"{0x40081 if up else 0x40080:#x}\n")


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Computer]:
    """A computer with nothing plugged in yet."""
    computer = Computer(tmp_path, monkeypatch)
    yield computer
    for plug in computer.plugs:
        plug.close()


def test_a_board_with_identifiers_of_its_own_is_asked_who_it_is(computer):
    port = computer.attach("devantech_usb_rly16", 0x04D8, 0xFFEE)
    assert find_devices() == [
        Found(port, "Devantech USB-RLY16, firmware 3", ("relays/devantech_usb_rly16",), True)
    ]
    assert not any(computer.plugs[0].twin.closed.values()), "and nothing has moved"


def test_one_board_can_be_two_instruments(computer):
    computer.attach("numato_usb", 0x2A19, 0x0C01)
    (found,) = find_devices()
    assert set(found.models) == {"relays/numato_usb", "meters/numato_usb_inputs"}


def test_what_is_behind_a_bridge_chip_is_guessed_and_not_asked(computer):
    port = computer.attach("lcus", 0x1A86, 0x7523, product="USB Serial")
    assert find_devices() == [Found(port, "USB Serial", ("relays/lcus", "relays/lcus_silent"))]
    assert computer.heard == []


def test_a_board_of_a_known_family_that_no_driver_knows_is_said_to_be_so(computer):
    computer.attach("lcus_silent", 0x04D8, 0xFFEE, product="USB-RLY99")
    (found,) = find_devices()
    assert (found.models, found.certain) == ((), False)
    assert "USB-RLY99, which does not answer as one that is known" in found.says


def test_instruments_that_understand_idn_are_named_and_what_is_silent_is_not():
    supply, meter = make("supplies", "rohde_schwarz_hmp4040"), make("meters", "keysight_34461a")
    silent = make("supplies", "keysight_e36312a")
    silent.twin.mute = True
    unknown = make("supplies", "keysight_e36312a")
    unknown.twin.garbage = b"ACME,ROCKET SLED,1,1\n"
    resources = [s.plug.resource for s in (supply, meter, silent, unknown)]
    found = list(discovery._message_devices(resources, "@sim"))
    assert [device.models for device in found] == [
        ("supplies/rohde_schwarz_hmp4040",), ("meters/keysight_34461a",), (), (),
    ]  # fmt: skip
    assert [device.certain for device in found] == [True, True, False, False]
    assert "does not answer" in found[2].says
    assert found[3].says == "ACME,ROCKET SLED,1,1"


def test_can_interfaces_are_found_up_or_down_and_nothing_else_is(computer):
    computer.add_can("can0", up=True)
    computer.add_can("can1", up=False)
    computer.add_can("eth0", up=True, kind=1)
    assert find_can() == [
        FoundCan("socketcan", "can0", "up"),
        FoundCan(
            "socketcan", "can1", "down: ip link set can1 up type can bitrate 500000"
        ),
    ]  # fmt: skip


# ── the file ──────────────────────────────────────────────────────────────────────────────


def test_check_writes_a_bench_file_that_can_be_read(computer, capsys, tmp_path):
    doors = computer.attach("devantech_usb_rly08", 0x04D8, 0xFFEE)
    guessed = computer.attach("denkovi_usb16", 0x0403, 0x6001, product="FT232R USB UART")
    computer.add_can("can0", up=True)
    file = tmp_path / "new.toml"
    assert main(["check", "--write", str(file)]) == 0
    said = capsys.readouterr().out
    assert "Devantech USB-RLY08, firmware 3 (relays/devantech_usb_rly08)" in said
    assert "FT232R USB UART (perhaps relays/denkovi_usb16)" in said
    assert "socketcan can0" in said
    content = load_bench(file).content
    assert content.bench.time == "real"
    assert content.can["body"].channel == "can0"
    board = content.relays["relays_1"]
    assert (board.model, board.resource) == ("devantech_usb_rly08", doors)
    assert list(content.relays) == ["relays_1"], "a guess is a remark"
    assert f"# {guessed}: FT232R USB UART; perhaps relays/denkovi_usb16" in file.read_text()


def named(text: str) -> str:
    """Return a written file with the supply's model and limit said: an edit of two lines."""
    return re.sub(
        r'model = "simulated" +# found: (model = .*)\n# (current_limit_a)', r"\1\n\2", text
    )


@pytest.mark.parametrize(
    ("kind", "model"), [(kind, model) for kind in KINDS for model in models(kind).names()]
)
def test_what_is_written_of_any_model_is_accepted_as_it_is_and_when_it_is_named(
    tmp_path, kind, model
):
    found = Found(f"ASRL{next_number()}::INSTR", model, (f"{kind}/{model}",), certain=True)
    text = starting_file([found], [])
    for said in (text, named(text)):
        file = tmp_path / "one.toml"
        file.write_text(said)
        check_file(load_bench(file), load_car("sound", tmp_path))
    section = getattr(load_bench(file).content, kind)[f"{kind}_1"]
    assert (section.model, section.resource) == (model, found.where)


def test_the_supply_that_stands_in_feeds_the_simulated_car_and_the_one_that_was_found_wants_a_limit(
    tmp_path,
):
    """At the careful limit of a first try, the simulated motors had no current."""
    found = Found("ASRL7::INSTR", "RIGOL", ("supplies/rigol_dp832",), certain=True)
    file = tmp_path / "bench.toml"
    file.write_text(starting_file([found], []))
    content = load_bench(file).content
    assert content.supplies["supplies_1"].current_limit_a == STRONG_A
    file.write_text(file.read_text().replace('model = "simulated" ', 'model = "rigol_dp832" '))
    with pytest.raises(ConfigError, match=r"supplies_1\.current_limit_a: 30 A: .*at most 3 A"):
        check_file(load_bench(file), load_car("sound", tmp_path))


def test_each_thing_that_is_found_has_a_section_or_a_remark(tmp_path):
    devices = [
        Found(f"ASRL{next_number()}::INSTR", name, (f"{kind}/{name}",), certain=True)
        for kind in KINDS
        for name in models(kind).names()
    ]
    file = tmp_path / "all.toml"
    file.write_text(starting_file(devices, [FoundCan("pcan", f"PCAN_USBBUS{n}", "there")
                                            for n in (1, 2, 3)]))  # fmt: skip
    content = load_bench(file).content
    for kind in ("relays", "meters"):
        written = [section.model for section in getattr(content, kind).values()]
        stands_in = ["simulated"] if kind == "meters" else []
        assert written == models(kind).names() + stands_in
    assert content.can["telematics"].channel == "PCAN_USBBUS2"
    assert "# also there: pcan PCAN_USBBUS3" in file.read_text()
    for supply in models("supplies").names():
        assert f'model = "{supply}"' in file.read_text()


def test_the_doors_of_the_simulated_car_are_sensed_on_a_bench_without_meters(tmp_path):
    """Where nobody senses a door, a sound car fails: it did not unlock."""
    file = tmp_path / "bench.toml"
    file.write_text(starting_file([], []))
    (meter,) = load_bench(file).content.meters.values()
    assert meter.model == "simulated"
    assert {"lock_motor_driver", "latch_driver"} < set(meter.channels)


def test_the_strongest_supply_is_taken_for_the_cars_and_no_other_is_switched_on(tmp_path):
    weak, strong = (
        Found(f"ASRL{next_number()}::INSTR", model, (f"supplies/{model}",), certain=True)
        for model in ("keysight_e36312a", "rohde_schwarz_hmp4040")
    )
    file = tmp_path / "two.toml"
    file.write_text(named(starting_file([weak, strong], [])))
    (supply,) = load_bench(file).content.supplies.values()
    assert (supply.model, supply.net) == ("rohde_schwarz_hmp4040", "terminal_30")
    assert '# model = "keysight_e36312a"' in file.read_text()


def test_a_guess_is_a_remark_that_becomes_a_section_when_it_is_uncommented(tmp_path):
    guessed = Found("ASRL7::INSTR", "USB Serial", ("relays/lcus", "relays/lcus_silent"))
    text = starting_file([guessed], [])
    section = text[text.index("# [relays.relays_1]") :]
    file = tmp_path / "guess.toml"
    file.write_text(text.replace(section, re.sub(r"(?m)^# ", "", section)))
    check_file(load_bench(file), load_car("sound", tmp_path))
    assert load_bench(file).content.relays["relays_1"].model == "lcus"


@pytest.mark.parametrize(
    ("boards", "supplies"),
    [((), ()), (("devantech_usb_rly16",), ()), ((), ("rigol_dp832",)),
     (("numato_usb",), ("rigol_dp832", "keysight_e36312a")),
     (("devantech_usb_rly16", "devantech_usb_rly16"), ())],
)  # fmt: skip
def test_a_file_that_was_just_written_opens_and_switches_nothing_on(
    computer, capsys, tmp_path, monkeypatch, boards, supplies
):
    monkeypatch.setattr("bench.access.inspection.LOOK_S", 1.0)
    for board in boards:
        computer.attach(board, 0x2A19 if board == "numato_usb" else 0x04D8, 0xFFEE)
    twins = [computer.connect(supply) for supply in supplies]
    file = tmp_path / "new.toml"
    assert main(["check", "--write", str(file)]) == 0
    assert f"bench check --bench {file}" in capsys.readouterr().out
    status = main(["check", "--bench", str(file)])
    said = capsys.readouterr()
    assert (status, said.err) == (0, ""), said.out
    assert main(["run", "--bench", str(file), "--plan"]) == 0
    assert not any(b"OUTP" in data for data in computer.heard)
    assert len(load_bench(file).content.relays) == len(boards)
    assert all(not any(twin.on.values()) for twin in twins)
    assert said.out.count("is told to") == bool(supplies), "the one that is simulated is said to be"


def test_the_supply_that_was_found_feeds_the_car_after_an_edit_of_two_lines(
    computer, capsys, tmp_path, monkeypatch
):
    monkeypatch.setattr("bench.access.inspection.LOOK_S", 1.0)
    computer.connect("rigol_dp832")
    file = tmp_path / "new.toml"
    assert main(["check", "--write", str(file)]) == 0
    before = file.read_text().splitlines()
    file.write_text(named(file.read_text()))
    assert sum(a != b for a, b in zip(before, file.read_text().splitlines(), strict=True)) == 2
    assert main(["check", "--bench", str(file)]) == 0
    assert "supplies.supplies_1          RIGOL TECHNOLOGIES,DP832" in capsys.readouterr().out
    assert any(b"OUTP CH1,ON" in data for data in computer.heard)


def test_what_a_device_says_cannot_become_part_of_the_file(tmp_path):
    evil = Found("ASRL1::INSTR", 'X"\n[bench]\nname = "evil"', ("relays/lcus",), certain=True)
    file = tmp_path / "evil.toml"
    file.write_text(starting_file([evil], []))
    assert load_bench(file).content.bench.name == "my bench"


def test_a_file_that_is_there_is_not_overwritten(computer, capsys, tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text("mine")
    assert main(["check", "--write", str(file)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_text() == "mine"
    assert main(["check", "--write", str(tmp_path / "no" / "bench.toml")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_computer_with_nothing_plugged_in_says_so(computer, capsys, tmp_path):
    assert main(["check", "--write", str(tmp_path / "new.toml")]) == 0
    assert "no VISA resource and no CAN interface" in capsys.readouterr().out
    assert load_bench(tmp_path / "new.toml").content.relays == {}
