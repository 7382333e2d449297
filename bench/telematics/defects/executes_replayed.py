"""A command behind the counter is executed."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class ExecutesReplayed:
    """The telematics unit does not look at a command's counter."""

    caught_by: ClassVar[str] = "one_actuation"
    shown_by: ClassVar[str] = "Tesla's published command protocol says why commands are counted"
    example: ClassVar[str] = "cloud_app unlock replay"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, check_order=False)
