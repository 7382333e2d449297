"""The car wakes slowly."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar
from bench.units import Seconds


@dataclass(frozen=True)
class SlowWake:
    """From deep sleep the passive-entry unit needs seconds before it looks for a key.

    Attributes:
        wake_s: how long it takes.
    """

    caught_by: ClassVar[str] = "opens_in_time"
    shown_by: ClassVar[str] = "owners who pull a dead handle after a night"
    example: ClassVar[str] = "peps_fob unlock http_status"

    wake_s: Seconds = 2.5

    def fit(self, car: SimulatedCar) -> None:
        """Slow the unit's waking down."""
        unit = car.passive_entry
        unit.parameters = replace(unit.parameters, wake_s=self.wake_s)
