"""Devantech ETH8020, 20 relays (TCP port 17494, binary).

Tried on the device: no. As `devantech_eth008`, with three bytes of states and module id 21 (from
memory of the maker's documentation).
"""

from bench.instruments.relays.devantech_eth008 import DevantechEth008


class DevantechEth8020(DevantechEth008):
    """Devantech ETH8020, 20 relays (tried on the device: no)."""

    module = 21
    name = "ETH8020"
    numbers = range(1, 21)
