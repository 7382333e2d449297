"""Even the assistant's name is recognised in the cloud."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class NameInCloud:
    """The head unit does not wake by itself: without the cloud it does not hear its name."""

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "BYD, 9 January 2025: voice wake-up was lost with the cloud"
    example: ClassVar[str] = "voice wake http_status"

    def fit(self, car: SimulatedCar) -> None:
        """Ask the cloud for every name."""
        unit = car.head_unit
        unit.parameters = replace(unit.parameters, name_in_cloud=True)
