"""Devantech USB-RLY16L, 8 latching relays (CDC serial, binary).

Tried on the device: no. As `devantech_usb_rly16`, with module id 15 (the maker's manual). Its
relays stay as they are without power: a bench that dies does not become safe with it.
"""

from bench.instruments.relays.devantech_usb_rly16 import DevantechUsbRly16


class DevantechUsbRly16l(DevantechUsbRly16):
    """Devantech USB-RLY16L, 8 latching relays (tried on the device: no)."""

    module = 15
    name = "USB-RLY16L"
    latching = True
    at_power_on = "as they were: the relays latch"
