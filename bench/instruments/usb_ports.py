"""What the operating system knows of a serial port's device, before a byte is sent to it.

A question that one board answers can switch another: the "e" in "ver" closes relay 1 of a
Devantech board. So where the USB identifiers of a port are known to be another family's, nothing
is sent at all. Bridge chips that are found in anything (CH340, FTDI) say nothing.
"""

from pathlib import Path

# vendor, or vendor:product, in lower-case hex → whose devices carry it
FAMILIES = {
    "04d8:ffee": "Devantech",
    "2a19": "Numato",
    "0416:5011": "Korad",
}
BRIDGES = {
    "1a86:7523": "CH340",
    "0403:6001": "FT232R",
    "067b:2303": "PL2303",
    "10c4:ea60": "CP210x",
}


def family(usb_id: str) -> str:
    """Return whose devices carry a USB identifier ("" where that is not known).

    >>> family("04d8:ffee"), family("2a19:0c01"), family("1a86:7523")
    ('Devantech', 'Numato', '')
    """
    return FAMILIES.get(usb_id) or FAMILIES.get(usb_id.partition(":")[0], "")


def usb_id(resource: str) -> str:
    """Return "vendor:product" of the device behind a serial VISA resource ("" if not known)."""
    path = resource.removeprefix("ASRL").removesuffix("::INSTR")
    if not resource.startswith("ASRL/") or not Path(path).exists():
        return ""
    from serial.tools.list_ports import comports

    wanted = Path(path).resolve()
    for port in comports():
        if Path(port.device).resolve() == wanted and port.vid is not None:
            return f"{port.vid:04x}:{port.pid:04x}"
    return ""
