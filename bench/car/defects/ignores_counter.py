"""A counter that nobody looks at."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class IgnoresCounter:
    """The body controller obeys a request whose counter does not move."""

    caught_by: ClassVar[str] = "nothing_invalid"
    shown_by: ClassVar[str] = "published replay of recorded frames, which a counter makes harder"
    example: ClassVar[str] = "ble_key unlock frozen_counter"

    def fit(self, car: SimulatedCar) -> None:
        """Switch the check off."""
        for bus in car.bcm.connector.role_buses():
            bus.ignores.add("counter")
