"""What a device is, by whichever of its names a bench file has it.

The number of a serial port on USB changes when its plug is pulled and put back, and its links are
gone in between. What stays is the place where it is plugged in: two devices are never in one, while
serial numbers are missing on some boards and the same on all of others. So a serial number never
makes two devices one; but two that have different ones are two, also where one has taken the
other's place.
"""

import os
import re
from collections.abc import Collection
from pathlib import Path

DEVICES, SYSFS = Path("/dev"), Path("/sys")
NUMBER = "USB serial number "
SERIAL = re.compile(r"ASRL(/.+?)(::INSTR)?", re.IGNORECASE)


def identity(resource: str) -> str:
    """Return one name for the device behind a VISA resource, the same for each of its names.

    That is the USB port of a serial device, the file to which another serial port's links lead, or
    the resource as it is written. A device that is not there has no port: it is its name.

    >>> identity("tcpip0::192.168.1.50::5555::socket")
    'TCPIP0::192.168.1.50::5555::SOCKET'
    """
    serial = SERIAL.fullmatch(resource)
    if serial is None:
        return resource.upper()
    file = os.path.realpath(serial[1])
    return _usb_port(Path(file)) or f"ASRL{file}::INSTR"


def names_of(resource: str) -> tuple[str, ...]:
    """Return by what a device is known again, also when it is gone.

    That is its name, and, as far as it is there and has them, its USB port and its serial number.
    """
    serial = SERIAL.fullmatch(resource)
    if serial is None:
        return (resource.upper(),)
    file = Path(os.path.realpath(serial[1]))
    return tuple(filter(None, (resource, _usb_port(file), _serial_number(file))))


def is_same(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two devices are one, by the names of each: they share one, and have no two numbers.

    >>> is_same(("ASRL/dev/a::INSTR", "USB port 1-2, 0"), ("ASRL/dev/b::INSTR", "USB port 1-2, 0"))
    True
    """
    return bool(_places(one) & _places(other)) and not _differ(one, other)


def is_replaced(one: Collection[str], other: Collection[str]) -> bool:
    """Whether one device stands in another's place, by the names of each."""
    return bool(_places(one) & _places(other)) and _differ(one, other)


def _places(names: Collection[str]) -> set[str]:
    return {name for name in names if not name.startswith(NUMBER)}


def _differ(one: Collection[str], other: Collection[str]) -> bool:
    numbers = [{name for name in names if name.startswith(NUMBER)} for names in (one, other)]
    return all(numbers) and numbers[0] != numbers[1]


def _usb_port(file: Path) -> str:
    """Return where the USB device of a serial port is plugged in, as the kernel has it ("": none).

    A port of a converter with several is told by its interface, or by its number within that.
    """
    interface = _usb_interface(file)
    if interface is None:
        return ""
    number = _read((SYSFS / "class/tty" / file.name / "device").resolve() / "port_number") or "0"
    return f"USB port {interface.relative_to(SYSFS.resolve() / 'devices')}, {number}"


def _serial_number(file: Path) -> str:
    """Return what a serial port's USB device says of itself ("": it has no serial number)."""
    interface = _usb_interface(file)
    if interface is None or not (number := _read(interface.parent / "serial")):
        return ""
    model = (_read(interface.parent / name) for name in ("idVendor", "idProduct"))
    return f"{NUMBER}{':'.join(model)} {number}"


def _usb_interface(file: Path) -> Path | None:
    """Return the folder of a serial port's USB interface; its device's is the one around it."""
    device = SYSFS / "class/tty" / file.name / "device"
    if file.parent != DEVICES or not device.exists():
        return None
    place = device.resolve()
    around = (place, *place.parents)
    return next((folder for folder in around if (folder / "bInterfaceNumber").exists()), None)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
