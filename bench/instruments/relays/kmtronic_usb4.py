"""KMtronic USB relay boards with 4 channels.

Tried on the device: no. As `kmtronic_usb8`, and 4 bytes in answer to a query.
"""

from bench.instruments.relays.kmtronic_usb8 import KmtronicUsb8


class KmtronicUsb4(KmtronicUsb8):
    """KMtronic USB relay board, 4 channels (tried on the device: no)."""

    numbers = range(1, 5)
