"""Devantech USB-RLY08, 8 relays (CDC serial, binary).

Tried on the device: no. As `devantech_usb_rly16`, with module id 8 (from memory of the maker's
documentation: a board that says otherwise is refused, and says what it is).
"""

from bench.instruments.relays.devantech_usb_rly16 import DevantechUsbRly16


class DevantechUsbRly08(DevantechUsbRly16):
    """Devantech USB-RLY08, 8 relays (tried on the device: no)."""

    module = 8
    name = "USB-RLY08"
