"""What is plugged in is found, named as far as it can be, and written into a bench file."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from contract_subjects import make, models, next_number

from bench.cli.main import main
from bench.config.bench_file import load_bench
from bench.instruments.kinds import Setup
from bench.instruments.pace import RealPace
from bench.instruments.plug import Plug, plug_in
from bench.instruments.wire_twin import twin_of
from bench.station import discovery
from bench.station.discovery import Found, FoundCan, find_can, find_devices
from bench.station.starting_file import starting_file


class Computer:
    """A computer whose serial ports and CAN interfaces are what a test says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.plugs: list[Plug] = []
        self.ports: list[SimpleNamespace] = []
        self.heard: list[bytes] = []
        self.links, self.net = folder / "by-path", folder / "net"
        self.links.mkdir()
        self.net.mkdir()
        importlib.import_module("pyvisa_py.serial")  # it keeps the `comports` that it finds
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: self.ports)
        monkeypatch.setattr(discovery, "LINKS", self.links)
        monkeypatch.setattr(discovery, "INTERFACES", self.net)
        monkeypatch.setattr(discovery, "_resources", list)
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


def test_every_kind_of_instrument_can_be_written_and_read(tmp_path):
    devices = [
        Found(f"ASRL{next_number()}::INSTR", name, (f"{kind}/{name}",), certain=True)
        for kind in ("relays", "supplies", "meters")
        for name in models(kind).names()
    ]
    file = tmp_path / "all.toml"
    file.write_text(starting_file(devices, [FoundCan("pcan", f"PCAN_USBBUS{n}", "there")
                                            for n in (1, 2, 3)]))  # fmt: skip
    content = load_bench(file).content
    for kind in ("relays", "supplies", "meters"):
        written = [section.model for section in getattr(content, kind).values()]
        assert written == models(kind).names()
    assert content.can["telematics"].channel == "PCAN_USBBUS2"
    assert "# also there: pcan PCAN_USBBUS3" in file.read_text()


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
