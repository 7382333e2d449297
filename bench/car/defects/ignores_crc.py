"""A CRC that nobody looks at."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class IgnoresCrc:
    """The body controller obeys a request whose CRC is wrong."""

    caught_by: ClassVar[str] = "nothing_invalid"
    shown_by: ClassVar[str] = "receivers that decode first and never check"
    example: ClassVar[str] = "ble_key unlock wrong_crc"

    def fit(self, car: SimulatedCar) -> None:
        """Switch the check off."""
        for bus in car.bcm.connector.role_buses():
            bus.ignores.add("crc")
