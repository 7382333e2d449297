"""The phone's Bluetooth key."""

from typing import ClassVar

from bench.access.key_path import PhonePath


class BleKey(PhonePath):
    """Bluetooth key of a phone in the pocket: a hand on the handle, or the start button."""

    uwb: ClassVar[bool] = False
