"""An expired key still opens."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class ExpiredKeyOpens:
    """The digital-key module does not look at when a right lapses."""

    caught_by: ClassVar[str] = "no_unauthorised_opening"
    shown_by: ClassVar[str] = "rental and shared keys after the end of the rental"
    example: ClassVar[str] = ""

    def fit(self, car: SimulatedCar) -> None:
        """Switch the check off."""
        module = car.digital_key
        module.parameters = replace(module.parameters, check_validity=False)
