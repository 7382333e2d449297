"""A telematics unit that goes on trying while the car is parked."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class NeverSleeps:
    """The unit of a parked car searches for its cloud for as long as that is away.

    It is the battery that gives up.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("charge", "days_to_no_start")
    shown_by: ClassVar[str] = "cars found flat after days in a garage without coverage"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "parked_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, search_s=1e9)
