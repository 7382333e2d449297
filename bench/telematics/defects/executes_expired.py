"""A command whose time is over is executed."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class ExecutesExpired:
    """The telematics unit does not look at when a command expires."""

    caught_by: ClassVar[str] = "nothing_stale"
    shown_by: ClassVar[str] = "an unlock executed ten minutes late (TeslaWatch #180)"
    example: ClassVar[str] = "cloud_app unlock delayed"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, check_expiry=False)
