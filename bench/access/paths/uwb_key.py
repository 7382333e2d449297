"""The phone's ultra-wideband key."""

from typing import ClassVar

from bench.access.key_path import PhonePath


class UwbKey(PhonePath):
    """Ultra-wideband key of a phone in the pocket; the phone is found by Bluetooth first."""

    uwb: ClassVar[bool] = True
