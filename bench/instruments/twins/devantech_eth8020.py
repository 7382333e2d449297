"""The twin of a Devantech ETH8020."""

from bench.instruments.twins.devantech_eth008 import DevantechEth008


class DevantechEth8020(DevantechEth008):
    """As the ETH008, with 20 relays."""

    module = 21
    numbers = range(1, 21)
