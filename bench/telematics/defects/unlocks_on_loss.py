"""Losing the cloud opens the car."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class UnlocksOnLoss:
    """The telematics unit takes the loss of its channel for an emergency and unlocks."""

    caught_by: ClassVar[str] = "no_unauthorised_opening"
    shown_by: ClassVar[str] = "the rule that an error must never unlock"
    example: ClassVar[str] = "rke_fob unlock broker_unreachable"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, unlock_on_loss=True)
