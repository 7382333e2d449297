"""An outage of the cloud leaves a trouble code in the car."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class LogsCloudLoss:
    """The telematics unit stores a trouble code whenever its cloud does not answer.

    Every car of the fleet then has it after an outage, and workshops exchange sound units.
    """

    caught_by: ClassVar[str] = "no_new_trouble_codes"
    shown_by: ClassVar[str] = "fault memories full of lost communication that was nobody's fault"
    example: ClassVar[str] = "rke_fob unlock refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, logs_cloud_loss=True)
