"""Keys lapse when the clock jumps."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class BelievesClock:
    """The digital-key module follows its calendar clock wherever that jumps, and drops its keys.

    By a clock that begins anew in 1970 every right is one of the future.
    """

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "assumed"
    example: ClassVar[str] = "ble_key unlock clock_skew:whose=car,at_1970=True"

    def fit(self, car: SimulatedCar) -> None:
        """Let it follow its clock."""
        module = car.digital_key
        module.parameters = replace(module.parameters, believes_clock=True)
