"""The twin of a KMtronic USB relay board with 4 channels."""

from bench.instruments.twins.kmtronic_usb8 import KmtronicUsb8


class KmtronicUsb4(KmtronicUsb8):
    """As the one with 8, and 4 of them."""

    numbers = range(1, 5)
