"""The twin of a Devantech USB-RLY16L."""

from bench.instruments.twins.devantech_usb_rly16 import DevantechUsbRly16


class DevantechUsbRly16l(DevantechUsbRly16):
    """As the USB-RLY16; its relays latch."""

    module = 15
    latching = True
