"""What the data identifiers hold by which units say what they are."""

from typing import Any

# ISO 14229-1:2020, annex C.1; other identifiers are the car maker's own, in a car file its coding
NAMES = {
    0xF187: "spare part number",
    0xF188: "software number",
    0xF189: "software version",
    0xF18A: "system supplier",
    0xF18B: "manufacturing date",
    0xF18C: "serial number",
    0xF190: "vehicle identification number",
    0xF191: "hardware number",
    0xF192: "supplier's hardware number",
    0xF193: "supplier's hardware version",
    0xF194: "supplier's software number",
    0xF195: "supplier's software version",
    0xF197: "system name",
}


def identifier_name(identifier: Any) -> str:
    """Return what a data identifier of ISO 14229-1 holds.

    >>> identifier_name(0xF18C), identifier_name(0x0600)
    ('serial number (0xF18C)', 'coding (0x0600)')
    """
    if not isinstance(identifier, int):
        return str(identifier)
    return f"{NAMES.get(identifier, 'coding')} (0x{identifier:04X})"
