"""The twin of a Devantech USB-RLY08."""

from bench.instruments.twins.devantech_usb_rly16 import DevantechUsbRly16


class DevantechUsbRly08(DevantechUsbRly16):
    """As the USB-RLY16, with another module id."""

    module = 8
