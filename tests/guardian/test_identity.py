"""A device is one device by each of its names, and after its plug was pulled and put back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.config.bench_file import StationFile, load_bench
from bench.errors import StationBusy
from bench.guardian import identity
from bench.guardian.lock import BenchLock, lock_name
from bench.station.hold import holding

CONTROLLER = "pci0000:00/0000:00:14.0"


class Computer:
    """A computer's /dev and /sys, with the serial ports that a test plugs in."""

    def __init__(self, folder: Path) -> None:
        self.dev, self.sys = folder / "dev", folder / "sys"
        for each in ("serial/by-path", "serial/by-id"):
            (self.dev / each).mkdir(parents=True)
        (self.sys / "class/tty").mkdir(parents=True)

    def plug_in(
        self, tty: str, port: str, interface: str = "1.0", number: str = "", serial: str = ""
    ) -> str:
        """Plug a device in; return its resource by where it is plugged in.

        Args:
            tty: the kernel's name.
            port: where, in the kernel's words ("1-2").
            interface: of the device.
            number: of the port in an interface that has several.
            serial: the device's serial number, after its vendor and product ("": it has none).
        """
        place = self.sys / f"devices/{CONTROLLER}/usb1/{port}/{port}:{interface}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "bInterfaceNumber").write_text("00\n")
        vendor, product, serial = (serial or "04d8:ffee:").split(":")
        for name, said in (("idVendor", vendor), ("idProduct", product), ("serial", serial)):
            (place.parent / name).write_text(f"{said}\n")
            if not said:
                (place.parent / name).unlink()
        if tty.startswith("ttyUSB"):  # a bridge chip's driver has a folder of its own
            place = place / tty
            place.mkdir()
            (place / "port_number").write_text(f"{number or 0}\n")
        self._add(tty, place)
        link = (
            self.dev / f"serial/by-path/pci-0000:00:14.0-usb-0:{port[2:]}:{interface}-port{number}"
        )
        link.symlink_to(self.dev / tty)
        return f"ASRL{link}::INSTR"

    def _add(self, tty: str, place: Path) -> None:
        (place / f"tty/{tty}").mkdir(parents=True)
        (place / f"tty/{tty}/device").symlink_to(place)
        (self.sys / f"class/tty/{tty}").symlink_to(place / f"tty/{tty}")
        (self.dev / tty).touch()

    def add_own_port(self, tty: str) -> None:
        """Give it a port that is no USB device's."""
        self._add(tty, self.sys / "devices/platform/serial8250")

    def unplug(self, tty: str) -> None:
        """Pull a device out."""
        kernels = self.sys / f"class/tty/{tty}"
        shutil.rmtree(kernels.resolve())
        kernels.unlink()
        (self.dev / tty).unlink()
        for link in self.dev.glob("serial/*/*"):
            if link.readlink() == self.dev / tty:
                link.unlink()

    def named(self, tty: str) -> str:
        """Return a port's resource by the kernel's name."""
        return f"ASRL{self.dev / tty}::INSTR"


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Computer]:
    """A computer with nothing plugged in yet."""
    computer = Computer(tmp_path)
    monkeypatch.setattr(identity, "DEVICES", computer.dev)
    monkeypatch.setattr(identity, "SYSFS", computer.sys)
    return computer


@pytest.mark.parametrize("kind", ["ttyUSB", "ttyACM"])
def test_a_board_that_comes_back_under_another_number_is_the_same_board(computer, kind):
    resource = computer.plug_in(f"{kind}0", "1-2")
    before = lock_name(resource)
    assert lock_name(computer.named(f"{kind}0")) == before, "by each of its names"
    computer.unplug(f"{kind}0")
    computer.plug_in(f"{kind}3", "1-2")
    assert lock_name(resource) == before
    assert lock_name(computer.named(f"{kind}3")) == before


def test_a_link_by_serial_number_leads_to_the_same_board(computer):
    resource = computer.plug_in("ttyACM0", "1-2")
    link = computer.dev / "serial/by-id/usb-Devantech_Ltd._USB-RLY16_00004711-if00"
    link.symlink_to(computer.dev / "ttyACM0")
    assert lock_name(f"ASRL{link}::INSTR") == lock_name(resource)
    assert lock_name(f"ASRL{link}") == lock_name(resource), "VISA lets the end be left out"


def test_boards_alike_at_two_ports_are_two_boards(computer):
    names = [computer.plug_in(f"ttyACM{n}", f"1-{n + 1}") for n in range(2)]
    assert len(set(map(lock_name, names))) == 2


def test_the_ports_of_one_converter_are_several(computer):
    names = [computer.plug_in(f"ttyUSB{n}", "1-2", f"1.{n}") for n in range(2)]
    names += [computer.plug_in(f"ttyUSB{n + 2}", "1-3", number=str(n)) for n in range(2)]
    assert len(set(map(lock_name, names))) == 4


def test_a_port_of_the_computer_itself_is_its_file(computer):
    computer.add_own_port("ttyS0")
    assert identity.identity(computer.named("ttyS0")) == computer.named("ttyS0")


ONE, ANOTHER = "04d8:ffee:00004711", "04d8:ffee:00004712"


def swapped(computer: Computer, before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of a board, and of the one that has come into its place."""
    resource = computer.plug_in("ttyACM0", "1-2", serial=before)
    names = identity.names_of(resource)
    computer.unplug("ttyACM0")
    assert computer.plug_in("ttyACM0", "1-2", serial=after) == resource
    return names, identity.names_of(resource)


@pytest.mark.parametrize("tty", ["ttyUSB0", "ttyACM0"])
def test_a_board_is_known_again_by_its_number_too(computer, tty):
    *_, number = identity.names_of(computer.plug_in(tty, "1-2", serial=ONE))
    assert number == "USB serial number 04d8:ffee 00004711"


@pytest.mark.parametrize("other", [ANOTHER, "2a19:0c01:00004711"])
def test_another_board_in_the_same_port_is_another_device(computer, other):
    before, after = swapped(computer, ONE, other)
    assert not identity.is_same(before, after)
    assert identity.is_replaced(before, after)


@pytest.mark.parametrize(("before", "after"), [("", ""), (ONE, ""), ("", ONE), (ONE, ONE)])
def test_a_board_without_a_number_is_known_by_its_port(computer, before, after):
    names = swapped(computer, before, after)
    assert identity.is_same(*names)
    assert not identity.is_replaced(*names)


def test_a_number_alone_makes_no_two_boards_one(computer):
    boards = [computer.plug_in(f"ttyACM{n}", f"1-{n + 1}", serial=ONE) for n in range(2)]
    assert not identity.is_same(*map(identity.names_of, boards)), "cheap boards all have one"


def test_a_board_that_is_not_there_is_known_by_its_name(computer):
    resource = computer.plug_in("ttyACM0", "1-2", serial=ONE)
    there = identity.names_of(resource)
    computer.unplug("ttyACM0")
    assert identity.names_of(resource) == (resource,)
    assert identity.is_same(there, identity.names_of(resource))


def test_what_is_unplugged_is_still_locked_by_its_name(computer):
    resource = computer.plug_in("ttyUSB0", "1-2")
    held = BenchLock("one", [resource])
    held.acquire()
    computer.unplug("ttyUSB0")
    try:
        with pytest.raises(StationBusy, match="one is held by pid"):
            BenchLock("other", [resource]).acquire()
    finally:
        held.release()


@pytest.mark.parametrize("again", ["", "1-2", "1-7"])
def test_a_process_is_not_shut_out_of_its_own_bench_by_a_board_that_was_pulled_out(
    computer, tmp_path, again
):
    """Out for good, back under another number, or at another place by a link that follows it."""
    computer.plug_in("ttyUSB0", "1-2")
    link = computer.dev / "serial/by-id/usb-Numato-if00"
    link.symlink_to(computer.dev / "ttyUSB0")
    file = bench_of(tmp_path, f"ASRL{link}::INSTR")
    with holding(file) as outer:
        computer.unplug("ttyUSB0")
        if again:
            computer.plug_in("ttyUSB1", again)
            link.symlink_to(computer.dev / "ttyUSB1")
        with holding(file) as inner:
            assert inner is outer


def bench_of(folder: Path, resource: str) -> StationFile:
    """Return a bench of a board and of a supply that stays where it is."""
    file = folder / "bench.toml"
    file.write_text(f"""
        bench = {{ time = "real", guardian = false }}
        [relays.doors]
        model = "numato_usb"
        resource = "{resource}"
        channels = {{ handle_driver = 1 }}
        [supplies.kl30]
        model = "rigol_dp832"
        resource = "TCPIP0::192.0.2.9::{folder.name}::SOCKET"
        """)
    return load_bench(file)
