"""The buses are not told how the doors stand."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class SilentLocks:
    """The body controller moves the locks and never reports it on CAN."""

    caught_by: ClassVar[str] = "evidence"
    shown_by: ClassVar[str] = "body controllers without position switches"
    example: ClassVar[str] = "ble_key unlock http_status"

    def fit(self, car: SimulatedCar) -> None:
        """Switch the report off."""
        car.bcm.parameters = replace(car.bcm.parameters, reports_locks=False)
