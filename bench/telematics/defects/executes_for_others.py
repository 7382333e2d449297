"""A command for another vehicle is executed."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class ExecutesForOthers:
    """The telematics unit does not look at which vehicle a command was signed for."""

    caught_by: ClassVar[str] = "no_unauthorised_opening"
    shown_by: ClassVar[str] = (
        "Tesla, 7 March 2023: an app that opened a stranger's car (cause unknown)"
    )
    example: ClassVar[str] = "cloud_app unlock wrong_vehicle"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, check_vehicle=False)
