"""What a device is, by whichever of its names a bench file has it.

The number of a serial port on USB changes when its plug is pulled and put back, and its links are
gone in between. What stays is the place where it is plugged in: two devices are never in one, while
serial numbers are missing on some boards and the same on all of others.
"""

import os
import re
from pathlib import Path

DEVICES, SYSFS = Path("/dev"), Path("/sys")
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
    """Return by what a device is known again, also when it is gone: its name, and its USB port."""
    serial = SERIAL.fullmatch(resource)
    if serial is None:
        return (resource.upper(),)
    return tuple(filter(None, (resource, _usb_port(Path(os.path.realpath(serial[1]))))))


def _usb_port(file: Path) -> str:
    """Return where the USB device of a serial port is plugged in, as the kernel has it ("": none).

    A port of a converter with several is told by its interface, or by its number within that.
    """
    device = SYSFS / "class/tty" / file.name / "device"
    if file.parent != DEVICES or not device.exists():
        return ""
    place = device.resolve()
    for folder in (place, *place.parents):
        if (folder / "bInterfaceNumber").exists():
            number = _read(place / "port_number") or "0"
            return f"USB port {folder.relative_to(SYSFS.resolve() / 'devices')}, {number}"
    return ""


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return ""
