"""The twin of a Numato USB module whose GPIO lines are read."""

from bench.instruments.twins.numato_usb import NumatoUsb


class NumatoUsbInputs(NumatoUsb):
    """The same module: it has relays and lines."""
