"""A unit does not come back after a dip."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class StaysOffAfterDip:
    """The digital-key module hangs when its supply dips, and does not start again by itself."""

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "units that need the battery to be disconnected for a while"
    example: ClassVar[str] = "ble_key unlock supply_dip:profile=cranking_level_2"

    def fit(self, car: SimulatedCar) -> None:
        """Let the module not start again."""
        car.digital_key.comes_back = False
