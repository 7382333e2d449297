"""A telematics unit that wakes the car because its cloud is away."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class WakesTheCar:
    """Whenever a try fails, the unit wakes the car's buses to show that there is no network.

    Every unit of the parked car is awake for some seconds, a dozen times in ten minutes.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("wake_ups",)
    shown_by: ClassVar[str] = "cars found flat after days in a garage without coverage"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "parked_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, wakes_car=True)
