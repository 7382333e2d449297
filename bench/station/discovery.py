"""What is plugged into this computer: VISA resources and CAN interfaces.

A question that one board answers can switch another. So a serial port is only asked where its USB
identifiers say whose device it is; what is behind a bridge chip is guessed and said to be a guess.
Instruments on USBTMC, LAN or GPIB are asked `*IDN?`, which every one of them must answer.
"""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.can.interface.socketcan_link import ARPHRD_CAN
from bench.errors import BenchError
from bench.instruments.driver import Driver
from bench.instruments.kinds import Setup
from bench.instruments.models import answering, drivers
from bench.instruments.pace import RealPace
from bench.instruments.usb_ports import BRIDGES, family
from bench.instruments.visa_link import VisaLink

LINKS = Path("/dev/serial/by-path")
INTERFACES = Path("/sys/class/net")
ASKABLE = ("USB", "TCPIP", "GPIB")
# interfaces that python-can can look for, beside SocketCAN
LOOKED_FOR = ("pcan", "kvaser", "vector", "ixxat", "canalystii")


@dataclass(frozen=True)
class Found:
    """Something that is plugged in.

    Attributes:
        where: its VISA resource, or python-can interface and channel.
        says: what it is, as far as that is known.
        models: the "kind/model" names that fit it.
        certain: it has said itself that it is that.
    """

    where: str
    says: str
    models: tuple[str, ...] = ()
    certain: bool = False


@dataclass(frozen=True)
class FoundCan:
    """A CAN interface that is there."""

    interface: str
    channel: str
    says: str


# ── VISA ──────────────────────────────────────────────────────────────────────────────────


def find_devices() -> list[Found]:
    """Return every VISA resource there is, with what is behind it."""
    with _quietly():
        return [*_serial_devices(), *_message_devices(_resources())]


def _serial_devices() -> Iterator[Found]:
    from serial.tools.list_ports import comports

    # not by the kernel's numbers: two boards alike are to be found in the same order each time
    ports = {_stable_name(port.device): port for port in comports()}
    for name, port in sorted(ports.items()):
        if port.vid is None:
            continue  # a port of the computer itself, or an adapter that says nothing
        usb_id = f"{port.vid:04x}:{port.pid:04x}"
        resource = f"ASRL{name}::INSTR"
        named = " ".join(filter(None, (port.manufacturer, port.product))) or f"USB {usb_id}"
        yield _asked(resource, named, _drivers("usb_family", family(usb_id))) or Found(
            resource, named, tuple(_drivers("bridge", BRIDGES.get(usb_id, "")))
        )


def _stable_name(device: str) -> str:
    """Return the name of a port by where it is plugged in: numbers change, boards look alike."""
    links = sorted(LINKS.glob("*")) if LINKS.is_dir() else []
    same = (str(link) for link in links if link.resolve() == Path(device).resolve())
    return next(same, device)


def _asked(resource: str, named: str, drivers: dict[str, type[Driver]]) -> Found | None:
    """Let the drivers of one family ask who is there; None: there are none."""
    if not drivers:
        return None
    said = {name: _identity(driver, resource) for name, driver in drivers.items()}
    fits = {name: identity for name, identity in said.items() if identity}
    if not fits:
        return Found(resource, f"{named}, which does not answer as one that is known")
    return Found(resource, next(iter(fits.values())), tuple(fits), certain=True)


def _identity(driver: type[Driver], resource: str) -> str:
    """Return what a device says to a driver ("": it is not the driver's)."""
    device = driver(Setup("found", resource, pace=RealPace()))
    try:
        device.open()
        return device.identity()
    except BenchError:
        return ""
    finally:
        _close(device.close)


def _drivers(attribute: str, value: str) -> dict[str, type[Driver]]:
    """Return the drivers of which a fact is so, by "kind/model"."""
    return {
        name: driver
        for name, driver in drivers().items()
        if value and getattr(driver, attribute) == value
    }


def _resources() -> list[str]:
    """Return the resources that are no serial ports."""
    import pyvisa

    try:
        found = pyvisa.ResourceManager("@py").list_resources("?*")
    except (ValueError, OSError, pyvisa.Error):
        return []
    return sorted(name for name in found if name.startswith(ASKABLE))


def _message_devices(resources: list[str], backend: str = "@py") -> Iterator[Found]:
    """Ask each instrument that understands `*IDN?` who it is."""
    for resource in resources:
        setup = Setup("found", resource, pace=RealPace(), backend=backend)
        link = VisaLink(setup, timeout_s=1.0)
        try:
            link.open()
            says = link.ask(b"*IDN?\n", b"\n").decode("ascii", errors="replace").strip()
        except BenchError as error:
            yield Found(resource, f"does not say what it is: {error}")
            continue
        finally:
            _close(link.close)
        fits = answering(says)
        yield Found(resource, says, fits, certain=bool(fits))


def _close(close: Callable[[], None]) -> None:
    try:
        close()
    except BenchError:
        return  # it was only looked at


# ── CAN ───────────────────────────────────────────────────────────────────────────────────


def find_can() -> list[FoundCan]:
    """Return every CAN interface there is."""
    with _quietly():
        return [*_socketcan(), *_by_python_can()]


def _socketcan() -> Iterator[FoundCan]:
    """Return the kernel's CAN interfaces; those that are down, too."""
    folders = sorted(INTERFACES.iterdir()) if INTERFACES.is_dir() else []
    for folder in folders:
        if _read(folder / "type") == ARPHRD_CAN:
            up = int(_read(folder / "flags") or "0", 16) & 1
            says = "up" if up else f"down: ip link set {folder.name} up type can bitrate 500000"
            yield FoundCan("socketcan", folder.name, says)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _by_python_can() -> Iterator[FoundCan]:
    import can

    for each in can.detect_available_configs(list(LOOKED_FOR)):
        yield FoundCan(str(each["interface"]), str(each["channel"]), "found by python-can")


@contextmanager
def _quietly() -> Iterator[None]:
    """Look for hardware without the libraries' remarks on drivers that are not installed."""
    log = logging.getLogger("can")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
