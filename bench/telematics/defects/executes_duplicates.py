"""A command that arrives twice is executed twice."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class ExecutesDuplicates:
    """The telematics unit does not remember which commands it has executed."""

    caught_by: ClassVar[str] = "one_actuation"
    shown_by: ClassVar[str] = (
        "a time-out taken for an error and the command sent twice (leapmotor-mate #73)"
    )
    example: ClassVar[str] = "cloud_app unlock duplicate"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, deduplicate=False)
